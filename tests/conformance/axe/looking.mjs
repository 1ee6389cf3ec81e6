// How a page is looked at with axe-core: no violation of WCAG 2.2 AA, and nothing wider than the screen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What axe says of a page as it stands.
export async function examined(page) {
  await page.evaluate(axe);
  return page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
}

export async function isNoWiderThanItsScreen(page, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= page.viewportSize().width, `${what} is ${wide} wide`);
}

export async function look(page, what) {
  const { violations } = await examined(page);
  const told = violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join(" ")}`);
  assert.deepEqual(told, [], what);
  await isNoWiderThanItsScreen(page, what);
}
