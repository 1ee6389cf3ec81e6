// The app that somebody's browser comes back to, and the page that asks her about it.
import { createServer } from "node:http";

export async function anApp() {
  const app = createServer((_, answer) => answer.end("Back in the app"));
  await new Promise((done) => app.listen(0, "127.0.0.1", done));
  return { redirect_uri: `http://127.0.0.1:${app.address().port}/back`, close: () => app.close() };
}

// Where she is asked, with the example of RFC 7636, appendix B.
export function question(server, client_id, redirect_uri, more) {
  const there = new URL("/oauth/authorize", server);
  there.search = new URLSearchParams({
    client_id,
    redirect_uri,
    response_type: "code",
    state: "morning & noon",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    ...more,
  });
  return there.href;
}
