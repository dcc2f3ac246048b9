// A JSON list of state machines on stdin → on stdout, for each, the list of errors that asl-validator finds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const validate = createRequire(import.meta.url)("asl-validator");

const definitions = JSON.parse(readFileSync(0, "utf8"));
const results = definitions.map((definition) =>
  validate(definition).errors.map((error) => ({
    code: error["Error code"],
    message: error.Message,
    path: error.schemaError?.instancePath ?? "",
  })),
);
process.stdout.write(JSON.stringify(results));
