// A provider of OpenID Connect with the claims that Entra ID gives, for people of a council who sign in with their own account.
// It prints where it is, and stops with its standard input. Beside the provider, for whoever tries it out:
//   POST /try/token   an account in JSON -> its ID token, by the whole flow in a browser of its own
//   POST /try/walk    {"url", "account"} -> where a browser that is sent to its sign-in is sent back to, in the end
//   POST /try/account an account in JSON that somebody may sign in with, in a browser of hers
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
// The same for a server, with a secret of its own.
const on_the_web = { client_id: "busfare-on-the-web", client_secret: "open & sesame, 100% + 1=?" };
const redirect_uris = [redirect_uri, "http://127.0.0.1/oauth/council"];
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
    clients: [
      { client_id, redirect_uris, token_endpoint_auth_method: "none", application_type: "native" },
      { ...on_the_web, redirect_uris, token_endpoint_auth_method: "client_secret_post", application_type: "native" },
    ],
    jwks: { keys },
    cookies: { keys: ["a secret of nobody"] },
    conformIdTokenClaims: false,
    claims: { openid: ["sub", "oid", "tid", "roles", "groups"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) }),
    pkce: { required: () => true },
  });
  handle = provider.callback();
};

// As a browser would: every answer leads to the next, and forms are filled in, until it is sent elsewhere. It signs in each time.
const walk = async (begin, account) => {
  const sub = account.sub ?? account.oid;
  accounts.set(sub, account);
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
  let [answer, where] = [await visit(begin), begin];
  for (let step = 0; step < 12; step += 1) {
    const next = answer.headers.get("location");
    if (next && new URL(next, issuer).origin !== issuer) return next;
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

const flow = async (account) => {
  const verifier = randomBytes(32).toString("base64url");
  const asks = new URLSearchParams({
    client_id: account.client_id ?? client_id, redirect_uri, response_type: "code", scope: "openid email profile", nonce: randomBytes(8).toString("hex"),
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  });
  const code = new URL(await walk(`/auth?${asks}`, account)).searchParams.get("code");
  const form = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri, client_id, code_verifier: verifier });
  return (await (await fetch(`${issuer}/token`, { method: "POST", body: form })).json()).id_token;
};

const tried = async (request, answer) => {
  try {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : {};
    if (request.url === "/try/token") return void answer.end(await flow(body));
    if (request.url === "/try/walk") return void answer.end(await walk(body.url, body.account));
    if (request.url === "/try/account") accounts.set(body.sub ?? body.oid, body);
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
console.log(JSON.stringify({ issuer, client_id, on_the_web }));
process.stdin.on("close", () => process.exit(0)).resume();
