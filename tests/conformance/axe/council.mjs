// Asks somebody in a browser, at phone size and in both languages, whether an app may act for her where people sign in with the
// council's own account: her browser goes to the council's page and comes back to the app with a code, and no policy stops it.
// Arguments: the server, the app's id, an account at the council and the browser.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { anApp, question } from "./asking.mjs";
import { look } from "./looking.mjs";

const [server, client_id, account, executablePath] = process.argv.slice(2);
const { redirect_uri, close } = await anApp();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
let looked = 0;

try {
  // One browser for both: who signed in before signs in again.
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  for (const lang of ["en", "cy"]) {
    const page = await context.newPage();
    await page.goto(question(server, client_id, redirect_uri, { scope: "SPENDS_READ TEAM_READ", lang }));
    assert.equal(await page.locator("input[type=password]").count(), 0);
    await look(page, `the question, ${lang}`);
    looked += 1;
    for (const box of await page.locator("input[type=checkbox]").all()) await box.uncheck();
    await page.click("button[value=council]");
    assert.ok(await page.locator("[role=alert]").isVisible());
    await look(page, `nothing ticked, ${lang}`);
    looked += 1;

    await page.check("[name=grant_SPENDS_READ]");
    await page.click("button[value=council]");
    await page.fill("[name=login]", account);
    await page.fill("[name=password]", "any");
    await page.click("button[type=submit]");
    for (let step = 0; step < 3 && !page.url().startsWith(redirect_uri); step += 1) {
      await page.click("button[type=submit]");
      await page.waitForLoadState();
    }
    const words = new URL(page.url()).searchParams;
    assert.ok(page.url().startsWith(redirect_uri) && words.get("code").length > 40, page.url());
    assert.equal(words.get("state"), "morning & noon");
    const left = await context.cookies(`${server}/oauth/council`);
    assert.deepEqual(left.filter((cookie) => cookie.name === "busfare_council"), []);
    await page.close();
  }
  console.log(`${looked} looks without a violation, and back in the app twice`);
} finally {
  await browser.close();
  close();
}
