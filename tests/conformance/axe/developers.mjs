// Opens the pages for developers on a phone and on a desk with axe-core: no violation, nothing asked of anybody but this server, and
// an explorer that can be seen, sends a query and shows the answer. Arguments: the server's address, an access token, the browser.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { look } from "./looking.mjs";

const [server, token, executablePath] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
let looked = 0;

// The page forbids what would be run from text, so it is looked at from here until it says so.
async function says(page, words) {
  await page.locator("#status", { hasText: words }).waitFor();
}

try {
  for (const viewport of [{ width: 360, height: 740 }, { width: 1280, height: 800 }]) {
    const page = await browser.newPage({ viewport });
    const [elsewhere, complaints] = [[], []];
    page.on("request", (request) => request.url().startsWith(`${server}/`) || elsewhere.push(request.url()));
    page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
    page.on("pageerror", (error) => complaints.push(error.message));

    assert.equal((await page.goto(`${server}/developers`)).status(), 200);
    await look(page, "the page for developers");
    looked += 1;

    await page.click('a[href="/developers/explorer"]');
    await page.waitForURL(`${server}/developers/explorer`);
    assert.ok(await page.locator("#query").isVisible(), "the editor can be seen");
    assert.match(await page.inputValue("#query"), /signIn/);
    await look(page, "the explorer");
    looked += 1;

    await page.selectOption("#example", { label: "What may I decide?" });
    await page.fill("#token", token);
    await page.click("button");
    await says(page, /^\s*Status/);
    assert.match(await page.innerText("#status"), /^Status 200/);
    assert.match(await page.innerText("#answer"), /Mari Prydderch/);
    await look(page, "an answer");
    looked += 1;

    await page.fill("#variables", "not JSON");
    await page.click("button");
    await says(page, /^\s*It was not sent/);
    assert.deepEqual(elsewhere, []);
    // A browser asks for a picture of the site by itself, and there is none.
    assert.deepEqual(complaints.filter((line) => !/status of 404/.test(line)), []);
    await page.close();
  }
  console.log(`${looked} looks without a violation, 0 requests elsewhere`);
} finally {
  await browser.close();
}
