// Follows a recipe on the page for developers as a person would: reads the page, writes each file that it shows and types each
// command, in order and in an empty folder.
//
//   BUSFARE=http://127.0.0.1:8080 node follow.mjs RECIPE
//
// Exits with 3 where packages could not be fetched, which is nobody's mistake.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [recipe] = process.argv.slice(2);
const page = await (await fetch(`${process.env.BUSFARE}/developers`)).text();

const SIGNS = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
const plain = (html) => html.replace(/&(lt|gt|quot|#39|amp);/g, (sign) => SIGNS[sign]);
const shown = /<pre tabindex="0" data-recipe="([a-z]+)" data-(file|type)="([^"]*)"><code>([^<]*)<\/code><\/pre>/g;
const parts = [...page.matchAll(shown)].filter(([, name]) => name === recipe);
if (parts.length === 0) throw new Error(`there is no recipe ${recipe} on the page`);

const folder = mkdtempSync(join(tmpdir(), "busfare-recipe-"));
const began = Date.now();
try {
  for (const [, , kind, file, text] of parts) {
    if (kind === "file") {
      writeFileSync(join(folder, file), plain(text));
      continue;
    }
    // What was fetched a moment ago for other suites is not fetched again.
    const env = { ...process.env, npm_config_prefer_offline: "true" };
    try {
      execFileSync("sh", ["-e"], { cwd: folder, env, input: plain(text), stdio: ["pipe", "inherit", "inherit"] });
    } catch (error) {
      if (plain(text).startsWith("npm install")) process.exitCode = 3;
      throw error;
    }
  }
  console.log(`${recipe}: ${parts.length} parts in ${Math.round((Date.now() - began) / 1000)} seconds`);
} catch (error) {
  console.error(error.message);
  process.exitCode ||= 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
