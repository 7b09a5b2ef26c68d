import type * as z from "zod";
import { CADENCE_NAMES, type CadenceName } from "../domain/cadence.ts";
import { type Scheme, schemeProblems } from "../domain/scheme.ts";
import { oneOf, section, wanting } from "./fields.ts";
import type { Source } from "./source.ts";

const colour = oneOf(["red", "green", "amber", "blue", "white"]);
const cadence = oneOf(CADENCE_NAMES as readonly [CadenceName, ...CadenceName[]]);
const look = section({ colour, cadence }, wanting("a map such as { colour: red, cadence: flash }"));

/** The looks of a panel, as a person writes them. */
export const schemeFile = section(
  {
    states: section(
      {
        unknown: look.describe("The truth about the line is not known now"),
        offline: look.describe("The phone is not registered, where the PBX tells"),
        idle: look,
        ringing: look,
        busy: look,
        held: look,
        waiting: look.describe("Idle, with messages waiting"),
      },
      wanting("a look for unknown, offline, idle, ringing, busy, held and waiting"),
    ).describe("What a lamp shows of its line"),
    feedback: section(
      { pending: look, refused: look, "too-late": look, failed: look },
      wanting("a look for pending, refused, too-late and failed"),
    ).describe("What a pressed key shows for a moment"),
  },
  wanting("a map with states and feedback"),
);

export type SchemeFile = z.output<typeof schemeFile>;

/** Second pass over a scheme: whether its looks can be told apart. */
export function checkScheme(scheme: Scheme, source: Source): void {
  for (const problem of schemeProblems(scheme)) {
    const [, section = "states", name = ""] = /(states|feedback)\.([\w-]+)/.exec(problem) ?? [];
    source.findings.problem(source.keyAt([section, name]), problem);
  }
}
