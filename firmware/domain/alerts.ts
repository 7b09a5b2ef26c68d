import type { Effect } from "./effect.ts";
import type { KeySettings } from "./key-settings.ts";
import type { LineId } from "./line.ts";
import type { LineState } from "./line-state.ts";

/**
 * Whether somebody is wanted at the panel: a line that it may pick up rings, and nobody has acknowledged that ring. The
 * next ring of the line alerts again.
 */
export class Alerts {
  readonly #lines: ReadonlySet<LineId>;
  readonly #unknown: Set<LineId>;
  readonly #unheard = new Set<LineId>();
  readonly #acknowledged = new Set<LineId>();
  #told = false;

  /** @param phone the desk phone's own line, which alerts by itself */
  constructor(keys: readonly KeySettings[], phone: LineId | undefined) {
    this.#lines = new Set(keys.flatMap(pickedUpBy).filter((line) => line !== phone));
    this.#unknown = new Set(this.#lines);
  }

  /**
   * A line came to another state, or another ring of it began.
   *
   * @param mine whether this panel may pick it up at this moment
   */
  seen(line: LineId, state: LineState, mine: boolean): void {
    if (!this.#lines.has(line)) return;
    this.#acknowledged.delete(line);
    if (state === "ringing" && mine) this.#unheard.add(line);
    else this.#unheard.delete(line);
    if (state === "unknown") this.#unknown.add(line);
    else this.#unknown.delete(line);
  }

  /** Silences the present rings, and says which. */
  acknowledge(): readonly LineId[] {
    const lines = [...this.#unheard];
    for (const line of lines) this.#acknowledged.add(line);
    this.#unheard.clear();
    return lines;
  }

  /** What an acknowledge key shows: to be pressed, pressed, nothing. A line that is not seen might ring. */
  get state(): LineState {
    if (this.#unheard.size > 0) return "ringing";
    if (this.#acknowledged.size > 0) return "busy";
    return this.#unknown.size > 0 ? "unknown" : "idle";
  }

  /** The effect of what has changed since the last call. */
  tell(): readonly Effect[] {
    const on = this.#unheard.size > 0;
    if (on === this.#told) return [];
    this.#told = on;
    return [{ kind: "alert", on }];
  }
}

function pickedUpBy(key: KeySettings): readonly LineId[] {
  if (key.kind === "line") return key.pickup ? [key.line] : [];
  return key.kind === "group" && key.pickup ? key.lines : [];
}
