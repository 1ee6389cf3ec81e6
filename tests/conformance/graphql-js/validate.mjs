// Says of each document what graphql-js says: `node validate.mjs SCHEMA DOCUMENTS` prints the names of those whose verdict
// in the file is not graphql-js's own, and how many there are in all.
import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";

const [schemaFile, documentsFile] = process.argv.slice(2);
const schema = buildSchema(readFileSync(schemaFile, "utf8"));
const documents = readFileSync(documentsFile, "utf8").split(/^== /m).slice(1);

const said = (text) => {
  try {
    return validate(schema, parse(text)).map((error) => error.message);
  } catch (error) {
    return [error.message];
  }
};

let wrong = 0;
for (const document of documents) {
  const [head, ...lines] = document.split("\n");
  const [verdict, name] = head.split(": ");
  const errors = said(lines.join("\n"));
  if ((errors.length === 0) !== (verdict === "accepted")) {
    wrong += 1;
    console.log(`${name}: graphql-js says ${errors.length === 0 ? "accepted" : errors.join("; ")}`);
  }
}
console.log(`${documents.length} documents, ${wrong} told wrongly`);
process.exit(wrong > 0 ? 1 : 0);
