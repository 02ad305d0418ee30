// Writes the API's types from ../api/openapi.yaml; --check fails when the
// committed ones are not what it would write.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const contract = new URL("../../api/openapi.yaml", import.meta.url);
const target = new URL("../src/api/gen/schema.d.ts", import.meta.url);
const head = "// Written by `npm run gen` from api/openapi.yaml. Don't edit.\n\n";

const made = head + astToString(await openapiTS(contract, { alphabetize: false }));
if (process.argv.includes("--check")) {
  const kept = await readFile(target, "utf8").catch(() => "");
  if (kept !== made) {
    console.error("src/api/gen/schema.d.ts is not what api/openapi.yaml says: run `npm run gen` and commit it");
    process.exit(1);
  }
} else {
  await mkdir(new URL(".", target), { recursive: true });
  await writeFile(target, made);
}
