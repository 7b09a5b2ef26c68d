import * as z from "zod";
import { boardFile } from "./board-file.ts";
import { phoneFile } from "./phone-file.ts";
import { profileFile } from "./profile-file.ts";
import { scenarioFile } from "./scenario-file.ts";
import { schemeFile } from "./scheme-file.ts";
import { settingsFile } from "./settings-file.ts";

const FILES = {
  settings: { title: "blfd: settings of one panel", schema: settingsFile },
  board: { title: "blfd: a board, what is soldered where", schema: boardFile },
  phone: { title: "blfd: a desk phone and its remote control", schema: phoneFile },
  profile: { title: "blfd: a profile, what one kind of PBX expects", schema: profileFile },
  scenario: { title: "blfd: a scenario, what people do at a panel and what it shows", schema: scenarioFile },
  scheme: { title: "blfd: a scheme, the looks of a panel", schema: schemeFile },
};

export type SchemaName = keyof typeof FILES;

export const SCHEMA_NAMES = Object.keys(FILES) as readonly SchemaName[];

/** The JSON Schema (draft 7, which YAML editors know best) of one kind of file, as text with a newline at its end. */
export function jsonSchema(name: SchemaName): string {
  const { title, schema } = FILES[name];
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-7" });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
