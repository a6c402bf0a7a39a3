// Validates an AsyncAPI document with AsyncAPI's own parser and its official rules.
// Usage: node check.mjs FILE. Prints what is wrong, one line each; exit code 1 if anything is.
import { Parser, fromFile } from "@asyncapi/parser";

const parser = new Parser();
const { document, diagnostics } = await fromFile(parser, process.argv[2]).parse();
// 0 is an error, 1 a warning; below that it gives advice on style.
const wrong = diagnostics.filter(({ severity }) => severity <= 1);
for (const { code, path, message } of wrong) {
  console.log(`${code} ${path.join(".")}: ${message}`);
}
if (!document) console.log("no document");
process.exit(wrong.length || !document ? 1 : 0);
