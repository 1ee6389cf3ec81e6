// A provider of OpenID Connect with the claims that Entra ID gives, for people of a council who sign in with their own account.
// It prints where it is, and stops with its standard input. Beside the provider, for whoever tries it out:
//   POST /try/token   an account in JSON -> its ID token, by the whole flow in a browser of its own
//   POST /try/rotate  signs with a new key from now on; {"forget": true} also takes the old one out of the set
//   POST /try/away    answers nobody until it is asked again
//   GET  /try/asked   how often its keys were asked for
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";

// What the provider says about how it is set up is for those who run one.
console.warn = console.info = () => {};
const { default: Provider } = await import("oidc-provider");

const redirect_uri = "http://127.0.0.1/back";
const client_id = "busfare-at-the-council";
const accounts = new Map();
let [keys, handle, asked, away] = [[], undefined, 0, false];

const newKey = () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: randomBytes(6).toString("hex") };
};

const server = createServer((request, answer) => {
  if (request.url.startsWith("/try/")) return void tried(request, answer);
  if (away) return void request.socket.destroy();
  if (request.url === "/jwks") asked += 1;
  handle(request, answer);
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const begin = () => {
  const provider = new Provider(issuer, {
    clients: [{ client_id, redirect_uris: [redirect_uri], token_endpoint_auth_method: "none", application_type: "native" }],
    jwks: { keys },
    cookies: { keys: ["a secret of nobody"] },
    conformIdTokenClaims: false,
    claims: { openid: ["sub", "oid", "tid", "roles", "groups"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) }),
    pkce: { required: () => true },
  });
  handle = provider.callback();
};

// As a browser would: every answer leads to the next, and forms are filled in.
const flow = async (account) => {
  const sub = account.sub ?? account.oid;
  accounts.set(sub, account);
  const verifier = randomBytes(32).toString("base64url");
  const jar = new Map();
  const visit = async (where, init = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(new URL(where, issuer), { ...init, headers: { ...init.headers, cookie }, redirect: "manual" });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = set.match(/^([^=]+)=([^;]*)/);
      jar.set(name, value);
    }
    return answer;
  };
  const asks = new URLSearchParams({
    client_id: account.client_id ?? client_id, redirect_uri, response_type: "code", scope: "openid email profile", nonce: randomBytes(8).toString("hex"),
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  });
  let [answer, where] = [await visit(`/auth?${asks}`), "/auth"];
  for (let step = 0; step < 12; step += 1) {
    const next = answer.headers.get("location");
    if (next?.startsWith(redirect_uri)) {
      const code = new URL(next).searchParams.get("code");
      const form = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri, client_id, code_verifier: verifier });
      return (await (await visit("/token", { method: "POST", body: form })).json()).id_token;
    }
    if (next) {
      where = next;
      answer = await visit(next);
      continue;
    }
    const page = await answer.text();
    const prompt = page.match(/name="prompt" value="(\w+)"/)?.[1];
    if (!prompt) throw new Error(`${where}: ${answer.status} ${page}`);
    answer = await visit(where, { method: "POST", body: new URLSearchParams({ prompt, login: sub, password: "any" }) });
  }
  throw new Error("it goes round in circles");
};

const tried = async (request, answer) => {
  try {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : {};
    if (request.url === "/try/token") return void answer.end(await flow(body));
    if (request.url === "/try/asked") return void answer.end(String(asked));
    if (request.url === "/try/away") away = !away;
    if (request.url === "/try/rotate") {
      keys = [newKey(), ...(body.forget ? [] : keys.slice(0, 1))];
      begin();
    }
    answer.end("done");
  } catch (error) {
    answer.statusCode = 500;
    answer.end(String(error.stack));
  }
};

keys = [newKey()];
begin();
console.log(JSON.stringify({ issuer, client_id }));
process.stdin.on("close", () => process.exit(0)).resume();
