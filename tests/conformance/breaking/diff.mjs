// What a change of schema.graphql would break for those who use it: the schema of the last commit on main, or of the commit before
// this one, against the one in the working tree. A breaking change fails, unless `accepted.txt` has it with a reason.
//
//   node diff.mjs            finds the older schema in the history; where there is none, it says so and is content
//   node diff.mjs OLD NEW    compares two files
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const root = new URL("../../../", import.meta.url);
const git = (...args) => {
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
};

// On main itself the newest commit is its own last one, so the one before it is what others know.
function published() {
  const here = git("rev-parse", "HEAD");
  for (const name of ["origin/main", "main", "HEAD~1"]) {
    const commit = git("rev-parse", "--verify", "--quiet", `${name}^{commit}`);
    const schema = commit && commit !== here && git("show", `${commit}:schema.graphql`);
    if (schema) return { name, schema };
  }
  return null;
}

// Each line: what the change is called, a colon, and why it may break somebody.
function accepted() {
  const lines = readFileSync(new URL("accepted.txt", import.meta.url), "utf8").split("\n");
  return new Map(lines.filter((line) => line.trim() && !line.startsWith("#")).map((line) => {
    const [, name, reason] = /^(.+?): +(.+)$/.exec(line) ?? [];
    if (!reason) throw new Error(`accepted.txt gives no reason: ${line}`);
    return [name, reason];
  }));
}

const files = process.argv.slice(2);
const old = files.length ? { name: files[0], schema: readFileSync(files[0], "utf8") } : published();
const current = readFileSync(files[1] ?? new URL("schema.graphql", root), "utf8");
if (!old) {
  console.log("0 breaking changes: there is no older schema to compare with");
  process.exit(0);
}

const reasons = accepted();
const changes = await diff(buildSchema(old.schema), buildSchema(current));
const breaking = changes.filter((change) => change.criticality.level === CriticalityLevel.Breaking);
const unexplained = breaking.filter((change) => !reasons.has(`${change.type} ${change.path}`));
for (const change of breaking) {
  const why = reasons.get(`${change.type} ${change.path}`);
  console.log(`${change.type} ${change.path}: ${change.message}${why ? ` (accepted: ${why})` : ""}`);
}
console.log(`${unexplained.length} breaking changes of ${changes.length} since ${old.name}`);
process.exitCode = unexplained.length === 0 ? 0 : 1;
