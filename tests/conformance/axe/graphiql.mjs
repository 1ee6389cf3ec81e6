// Opens GraphiQL as it was packed into the server: its editor can be seen and knows the schema, a worked query is sent with a token
// and answered, nothing is asked of anybody but this server, and nothing is kept. Arguments: the server's address, an access
// token, the browser.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const [server, token, executablePath] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const [elsewhere, complaints] = [[], []];
  page.on("request", (request) => /^(data|blob):/.test(request.url()) || request.url().startsWith(`${server}/`) || elsewhere.push(request.url()));
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
  page.on("pageerror", (error) => complaints.push(error.message));

  await page.goto(`${server}/developers`);
  await page.click('a[href="/developers/graphiql"]');
  await page.locator(".graphiql-query-editor .view-line", { hasText: "signIn" }).first().waitFor();
  const tabs = page.locator(".graphiql-tab");
  assert.equal(await tabs.count(), 4, "a tab for each worked query");

  // The third asks for spends, which nobody sees without a token.
  await tabs.nth(2).locator(".graphiql-tab-button").click();
  await page.locator(".graphiql-query-editor .view-line", { hasText: "spends" }).first().waitFor();
  await page.locator(".graphiql-editor-tool .monaco-editor:visible").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(JSON.stringify({ Authorization: `Bearer ${token}` }));
  // The editor closes what it takes to be open.
  await page.keyboard.press("Shift+Control+End");
  await page.keyboard.press("Delete");
  await page.click(".graphiql-execute-button");
  await page.locator(".result-window .view-line", { hasText: "1.15" }).first().waitFor();

  // It has read the schema.
  await page.click('button[aria-label="Show Documentation Explorer"]');
  await page.locator(".graphiql-doc-explorer", { hasText: "Mutation" }).waitFor();

  const kept = await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie.length]);
  assert.deepEqual(kept, [0, 0, 0]);
  assert.deepEqual(elsewhere, []);
  // A browser asks for a picture of the site by itself, and there is none.
  assert.deepEqual(complaints.filter((line) => !/status of 404/.test(line)), []);
  console.log("a worked query is answered, 0 requests elsewhere, nothing is kept");
} finally {
  await browser.close();
}
