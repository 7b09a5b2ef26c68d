import { jsonSchema, SCHEMA_NAMES } from "../config/json-schema.ts";
import { EXIT, type Io } from "./io.ts";

const USAGE = `usage: blfd schema [${SCHEMA_NAMES.join("|")}]
Prints the JSON Schema of one kind of file (default: settings), for editors that complete and check YAML.
`;

/** `blfd schema`: 0 with a JSON Schema on standard output; 2 for wrong usage. */
export async function schema(args: readonly string[], io: Io): Promise<number> {
  const name = SCHEMA_NAMES.find((known) => known === (args[0] ?? "settings"));
  if (name === undefined || args.length > 1) {
    io.err(USAGE);
    return EXIT.usage;
  }
  io.out(jsonSchema(name));
  return EXIT.good;
}
