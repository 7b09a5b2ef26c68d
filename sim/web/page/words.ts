import type { CadenceName } from "../../../firmware/domain/cadence.ts";
import type { LampState } from "../../../firmware/domain/lamp.ts";

const PATTERNS: Readonly<Record<CadenceName, string>> = {
  dark: "dark",
  steady: "lit",
  tick: "short gaps",
  flash: "flashing",
  slow: "slowly flashing",
  wink: "short blink",
  "double-wink": "double blink",
  dip: "lit with a gap",
  pending: "trembling",
  refused: "two gaps",
  "too-late": "long, short",
  failed: "even flashing",
};

/** What a press is shown by, for a moment, over the state of the line, where the scheme does not use it otherwise. */
const FEEDBACK: ReadonlySet<CadenceName> = new Set(["pending", "refused", "too-late", "failed"]);

/** A pattern in words, where it cannot be seen or must not flash. */
export function patternOf(cadence: CadenceName): string {
  return PATTERNS[cadence];
}

/** A lamp in words. */
export function lampOf({ colour, cadence }: LampState): string {
  return cadence === "dark" ? "lamp dark" : `lamp ${colour}, ${PATTERNS[cadence]}`;
}

/** What the lamp says of the last press, if anything, and the state behind it. */
export function stateOf(state: string, { cadence }: LampState): string {
  return FEEDBACK.has(cadence) ? `${cadence.replace("-", " ")} · ${state}` : state;
}
