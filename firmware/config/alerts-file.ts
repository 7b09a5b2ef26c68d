import type * as z from "zod";
import { duration, flag, oneOf, section, wanting } from "./fields.ts";
import { hours } from "./scope-file.ts";

/** How people learn of a ring who do not look at the keys, as a person writes it. */
export const alerts = section(
  {
    style: oneOf(["none", "audio", "visual", "both"])
      .default("none")
      .describe(
        "audio: the board's buzzer sounds while a line rings that this panel may pick up; visual: its zone lamp keeps in mind a call that nobody answered; each until somebody acknowledges it",
      ),
    delay: duration("0s", "1m").prefault("0s").describe("A ring that is shorter alerts nobody"),
    hours: hours.optional().describe("When the buzzer may sound and a call is kept in mind; by default always"),
    tones: flag()
      .default(false)
      .describe("Whether the buzzer tells what became of a press, each outcome in its own way"),
  },
  wanting("a map such as { style: audio, delay: 3s }"),
);

export type AlertsFile = z.output<typeof alerts>;
