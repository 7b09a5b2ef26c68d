import type { Effect } from "./effect.ts";
import type { Millis } from "./millis.ts";

/** What is wrong now. A fault is told once when it comes, once when its reason changes, and once when it goes. */
export class Faults {
  readonly #reasons = new Map<string, string>();

  /** @param why undefined: it is well */
  note(what: string, why: string | undefined, at: Millis): readonly Effect[] {
    if (this.#reasons.get(what) === why) return [];
    if (why === undefined) {
      this.#reasons.delete(what);
      return [{ kind: "report", report: { type: "mended", what, at } }];
    }
    this.#reasons.set(what, why);
    return [{ kind: "report", report: { type: "fault", what, why, at } }];
  }
}
