// Packs GraphiQL into as few files as browsers can do with, each squeezed with Brotli. Argument: the folder for them.
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const [folder] = process.argv.slice(2);
const { outputFiles } = await build({
  entryPoints: {
    graphiql: "page.js",
    editor: "monaco-editor/esm/vs/editor/editor.worker.js",
    graphql: "monaco-graphql/esm/graphql.worker.js",
    json: "monaco-editor/esm/vs/language/json/json.worker.js",
  },
  assetNames: "[name]",
  bundle: true,
  define: { "process.env.NODE_ENV": '"production"' },
  format: "iife",
  legalComments: "inline",
  loader: { ".ttf": "file" },
  minify: true,
  outdir: folder,
  write: false,
});
mkdirSync(folder, { recursive: true });
for (const { path, contents } of outputFiles) {
  // The very last percents would take ten times as long.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: contents.length };
  writeFileSync(join(folder, `${basename(path)}.br`), brotliCompressSync(contents, { params }));
}
