// Asks somebody in a browser whether an app may act for her, at phone size, in both languages: no violation, nothing asked of
// anybody else, and her browser comes back to the app with a code, which a policy for browsers must not stop.
// Arguments: the server, the app's id, an e-mail, a password and the browser.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { anApp, question } from "./asking.mjs";
import { look } from "./looking.mjs";

const [server, client_id, email, password, executablePath] = process.argv.slice(2);
const { redirect_uri, close } = await anApp();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
let looked = 0;

try {
  for (const lang of ["en", "cy"]) {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    const elsewhere = [];
    page.on("request", (request) => [server, redirect_uri].some((known) => request.url().startsWith(known)) || elsewhere.push(request.url()));
    await page.goto(question(server, client_id, redirect_uri, { scope: "SPENDS_READ SPENDS_WRITE TEAM_READ" }));
    if (lang === "cy") await page.click("header a");
    assert.equal(await page.getAttribute("html", "lang"), lang);
    await look(page, `the question, ${lang}`);
    looked += 1;

    await page.fill("#email", email);
    await page.fill("#password", "wrong");
    await page.click("button[value=allow]");
    assert.ok(await page.locator("[role=alert]").isVisible());
    assert.equal(await page.inputValue("#email"), email);
    assert.equal(await page.inputValue("#password"), "");
    assert.equal(await page.getAttribute("html", "lang"), lang);
    await look(page, `a mistyped password, ${lang}`);
    looked += 1;

    await page.fill("#password", password);
    await page.uncheck("[name=grant_SPENDS_WRITE]");
    await page.click("button[value=allow]");
    await page.waitForURL(`${redirect_uri}?*`);
    const words = new URL(page.url()).searchParams;
    assert.ok(words.get("code").length > 40);
    assert.equal(words.get("state"), "morning & noon");
    assert.equal(words.get("iss"), server);
    assert.deepEqual(elsewhere.filter((url) => !url.endsWith("/favicon.ico")), []);
    await page.close();
  }
  const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
  await page.goto(`${server}/oauth/authorize?client_id=nobody`);
  await look(page, "an app that is not known");
  looked += 1;
  console.log(`${looked} looks without a violation, and back in the app twice`);
} finally {
  await browser.close();
  close();
}
