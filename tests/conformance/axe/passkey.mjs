// A browser with a passkey of its own, as the page for developers and the README say it: adds one, shows it, and then its owner may
// decide. Arguments: the server's address by the name localhost, an access token, the browser.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [server, token, executablePath] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

try {
  const page = await browser.newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
  });
  await page.goto(`${server}/developers/explorer`);

  const said = await page.evaluate(async (token) => {
    const ask = async (verb, kind, input, fields) => {
      const query = `mutation($input: ${kind}!) { it: ${verb}(input: $input) { ${fields} userErrors { code message } } }`;
      const body = JSON.stringify({ query, variables: { input: { idempotencyKey: crypto.randomUUID(), ...input } } });
      const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
      const answer = await (await fetch("/graphql", { method: "POST", headers, body })).json();
      if (answer.errors || answer.data.it.userErrors.length > 0) throw new Error(JSON.stringify(answer));
      return answer.data.it;
    };
    const begun = await ask("beginPasskey", "BeginPasskeyInput", {}, "challenge { id options }");
    const made = await navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(begun.challenge.options.publicKey),
    });
    const { id, response: { clientDataJSON, attestationObject } } = made.toJSON();
    const added = await ask(
      "addPasskey",
      "AddPasskeyInput",
      { challengeId: begun.challenge.id, name: "This browser", credential: { id, clientDataJSON, attestationObject } },
      "passkey { name }",
    );

    const { challenge } = await ask("beginSecondStep", "BeginSecondStepInput", {}, "challenge { id options }");
    const shown = await navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(challenge.options.publicKey),
    });
    const { response: { authenticatorData, signature, clientDataJSON: client } } = shown.toJSON();
    const credential = { id: shown.id, clientDataJSON: client, authenticatorData, signature };
    const taken = await ask("takeSecondStep", "TakeSecondStepInput", { challengeId: challenge.id, credential }, "step { goodUntil }");
    return [added.passkey.name, taken.step.goodUntil];
  }, token);
  assert.equal(said[0], "This browser");
  assert.ok(Date.parse(said[1]) > Date.now());
  console.log("a passkey was added and shown");
} finally {
  await browser.close();
}
