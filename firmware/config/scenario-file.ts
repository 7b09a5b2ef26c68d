import * as z from "zod";
import { dataFile, isClean, oneOf, section, text, title, wanting, whole } from "./fields.ts";
import { step } from "./step-file.ts";

/** What people do at a panel and what it has to show, as a person writes it. */
export const scenarioFile = section(
  {
    title,
    panel: dataFile("panel")
      .optional()
      .describe(
        "A panel of board-configs/panels, or the path of a blfd.yaml; by default the blfd.yaml beside this file",
      ),
    replay: text(wanting("the path of a captured conversation, such as ./fault.log"), /^\S(?:.*\S)?$/)
      .optional()
      .describe(
        "A captured conversation, by its path from here: what its PBX said takes the place of PBX and people, from its first message on, at its own date and on the manual clock",
      ),
    clock: oneOf(["manual", "real"])
      .default("manual")
      .describe("manual: time passes at once while nothing is to be seen; real: by itself"),
    at: text(wanting('a local time such as "2026-03-02 09:00"'), /^\d{4}-\d{2}-\d{2} ([01]\d|2[0-3]):[0-5]\d$/)
      .default("2026-03-02 09:00")
      .describe("When it begins, on the manual clock; by default on a Monday at nine"),
    seed: whole(0, 2 ** 31 - 1)
      .default(1)
      .describe("Of all that is left to chance"),
    real: z
      .boolean({ error: wanting("true or false") })
      .default(true)
      .describe("false: only a simulated PBX can play this, for a reason that no step shows"),
    steps: z
      .array(step, { error: wanting("a list of steps, such as - press: 1") })
      .refine((steps) => steps.length > 0, {
        error: "no step is written; write some, such as - press: 1",
        when: isClean,
      })
      .describe("One after the other. Expectations look back to the deed before them"),
  },
  wanting("a map with title and steps"),
);

export type ScenarioFile = z.output<typeof scenarioFile>;

/** What the second pass can work with: any of it may be missing. */
export const scenarioParts = scenarioFile.partial();
