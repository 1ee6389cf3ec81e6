// Lets an app act for somebody as a public library of OAuth 2.0 would have it: found by its metadata, let in, renewed, given back.
// Arguments: the server, the app's id, where it is sent back to, an e-mail and a password.
import assert from "node:assert/strict";
import * as oauth from "oauth4webapi";

const [server, client_id, redirect_uri, email, password] = process.argv.slice(2);
const insecure = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(server);
const found = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
const as = await oauth.processDiscoveryResponse(issuer, found);
const client = { client_id };

// She is sent with a challenge, and says yes to what is asked for.
const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const there = new URL(as.authorization_endpoint);
there.search = new URLSearchParams({
  client_id,
  redirect_uri,
  response_type: "code",
  scope: "SPENDS_READ TEAM_READ",
  state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
const page = await fetch(there);
assert.equal(page.status, 200);
const form = new URLSearchParams({ email, password, decision: "allow" });
for (const [, kind, name, value] of (await page.text()).matchAll(/<input type="(hidden|checkbox)" name="([^"]+)" value="([^"]*)"/g)) {
  form.set(name, kind === "hidden" ? value.replaceAll("&amp;", "&") : value);
}
const said = await fetch(as.authorization_endpoint, { method: "POST", body: form, redirect: "manual" });
assert.equal(said.status, 303);

// The library looks at who answers (RFC 9207), at its own state, and at what the code is exchanged for.
const back = oauth.validateAuthResponse(as, client, new URL(said.headers.get("location")), state);
const exchanged = await oauth.authorizationCodeGrantRequest(as, client, oauth.None(), back, redirect_uri, verifier, insecure);
const tokens = await oauth.processAuthorizationCodeResponse(as, client, exchanged);
assert.equal(tokens.scope, "TEAM_READ SPENDS_READ");

const asks = async (token) => {
  const body = JSON.stringify({ query: "{ viewer { practitioner { name } } spends { nodes { id } } }" });
  const headers = new Headers({ "content-type": "application/json" });
  const answer = await oauth.protectedResourceRequest(token, "POST", new URL("/graphql", server), headers, body, insecure);
  return answer.json();
};
assert.equal((await asks(tokens.access_token)).data.viewer.practitioner.name, "Mari Prydderch");

const renewed = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), tokens.refresh_token, insecure);
const newer = await oauth.processRefreshTokenResponse(as, client, renewed);
assert.equal((await asks(newer.access_token)).data.viewer.practitioner.name, "Mari Prydderch");

const returned = await oauth.revocationRequest(as, client, oauth.None(), newer.refresh_token, insecure);
await oauth.processRevocationResponse(returned);
await assert.rejects(asks(newer.access_token), oauth.WWWAuthenticateChallengeError);
console.log("an app was let in, renewed and gave its tokens back");
