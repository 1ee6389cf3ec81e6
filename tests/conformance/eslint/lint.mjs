// Holds schema.graphql against the rules of eslint.config.mjs, and says how many rules and what they found.
import { readFileSync } from "node:fs";
import { ESLint } from "eslint";
import { accepted } from "./eslint.config.mjs";

const schema = new URL("../../../schema.graphql", import.meta.url);
const eslint = new ESLint({ cwd: import.meta.dirname });
const config = await eslint.calculateConfigForFile("schema.graphql");
const rules = Object.values(config.rules).filter(([severity]) => severity === 2);

// The text is handed over, because a file above the folder of the settings is nobody's to look at.
const text = readFileSync(schema, "utf8");
const [{ messages: found }] = await eslint.lintText(text, { filePath: "schema.graphql" });
const lines = text.split("\n").map((line) => line.trim());
const hasReason = ({ line, ruleId }) => accepted.some(({ rule, field }) => rule === ruleId && lines[line - 1].startsWith(field));
const messages = found.filter((problem) => !hasReason(problem));
for (const { line, ruleId, message } of messages) console.log(`schema.graphql:${line}: ${ruleId}: ${message}`);
console.log(`${rules.length} rules, ${messages.length} problems`);
process.exitCode = messages.length === 0 && rules.length > 0 ? 0 : 1;
