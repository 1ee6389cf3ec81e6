// Looks at the page on which somebody says how it was, as a phone without JavaScript shows it, with axe-core: no violation on
// the questions, when something is amiss, and after they are answered. Arguments: the address of an unused link, and the
// browser. The page is answered on the way, so a link serves once.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { examined, isNoWiderThanItsScreen } from "./looking.mjs";

const [url, executablePath] = process.argv.slice(2);
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const without = await browser.newPage({ ...phone, javaScriptEnabled: false });
const withScript = await browser.newPage(phone);
let looked = 0;

// The page as it stands without scripts is laid out again where axe can run.
async function look(what) {
  await withScript.setContent(await without.content());
  const { violations, incomplete } = await examined(withScript);
  const why = (node) => [node.html, ...node.any.map((check) => check.message)].join(" ");
  const told = (rules) => rules.map((rule) => `${rule.id}: ${rule.nodes.map(why).join(" ")}`);
  assert.deepEqual(told(violations), [], what);
  // axe cannot tell what is behind an empty box for words, and asks that somebody looks: it is near black on white.
  const toLookAt = told(incomplete).filter((told) => !/^color-contrast: <textarea .*partially obscured/.test(told));
  assert.deepEqual(toLookAt, [], what);
  const boxes = await withScript.evaluate(() => [...document.querySelectorAll("textarea")].map((box) => {
    const { color, backgroundColor } = getComputedStyle(box);
    return [color, backgroundColor];
  }));
  for (const box of boxes) assert.deepEqual(box, ["rgb(29, 43, 36)", "rgb(255, 255, 255)"], what);
  await isNoWiderThanItsScreen(withScript, what);
  looked += 1;
}

try {
  for (const language of ["en", "cy"]) {
    assert.equal((await without.goto(`${url}?lang=${language}`)).status(), 200);
    await look(`the questions in ${language}`);
    await without.click("button");
    assert.equal(await without.locator("[role=alert]").count(), 1);
    await look(`what is amiss in ${language}`);
  }
  await without.goto(`${url}?lang=en`);
  await without.check("input[name=kept][value=YES]");
  await without.check("input[name=difference][value=BETTER]");
  await without.fill("textarea", "It was quick, and kind.");
  await without.click("button");
  assert.equal(await without.locator("h1").innerText(), "Thank you");
  await look("thanks");
  assert.equal((await without.goto(url)).status(), 410);
  await look("a link that was used");
  assert.equal((await without.goto(new URL("x", url).href)).status(), 404);
  await look("a link that nobody knows");
  console.log(`${looked} pages without a violation`);
} finally {
  await browser.close();
}
