import { type AlertPolicy, inHours, isAudible, isVisible } from "./alert-policy.ts";
import type { Effect } from "./effect.ts";
import type { LocalTime } from "./hours.ts";
import type { KeySettings } from "./key-settings.ts";
import type { LineId } from "./line.ts";
import type { LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";
import type { Outcome } from "./outcome.ts";

/** While something rings whose hours may begin or end, how often the clock on the wall is looked at. */
const LOOK: Millis = 5000;

/** A ring that nobody has acknowledged. */
interface Unheard {
  readonly since: Millis;
  /** It has lasted for longer than the delay, at an hour that counts. */
  alerted: boolean;
}

export interface Sighting {
  readonly line: LineId;
  readonly state: LineState;
  /** Whether this panel may pick the line up at this moment. */
  readonly mine: boolean;
  /** Somebody at the panel tries to pick it up, and is told what comes of it. */
  readonly attended: boolean;
  readonly at: Millis;
}

/**
 * Whether somebody is wanted at the panel: a line that it may pick up rings, and nobody has acknowledged that ring. The
 * next ring of the line alerts again.
 */
export class Alerts {
  readonly #policy: AlertPolicy;
  readonly #lines: ReadonlySet<LineId>;
  readonly #unknown: Set<LineId>;
  readonly #unheard = new Map<LineId, Unheard>();
  readonly #acknowledged = new Set<LineId>();
  readonly #missed = new Set<LineId>();
  #told = false;
  #lookAt: Millis | undefined;

  /** @param phone the desk phone's own line, which alerts by itself */
  constructor(keys: readonly KeySettings[], phone: LineId | undefined, policy: AlertPolicy) {
    this.#policy = policy;
    this.#lines = new Set(keys.flatMap(pickedUpBy).filter((line) => line !== phone));
    this.#unknown = new Set(this.#lines);
  }

  /** A line came to another state, or another ring of it began. */
  seen({ line, state, mine, attended, at }: Sighting): void {
    if (!this.#lines.has(line)) return;
    this.#acknowledged.delete(line);
    // What was lost from sight has not ended, and what became busy was answered.
    const inVain = state !== "ringing" && state !== "unknown" && state !== "busy" && state !== "held" && !attended;
    if (inVain && isVisible(this.#policy) && this.#unheard.get(line)?.alerted) this.#missed.add(line);
    if (state === "ringing") this.#missed.delete(line);
    if (state === "ringing" && mine) this.#unheard.set(line, { since: at, alerted: false });
    else this.#unheard.delete(line);
    if (state === "unknown") this.#unknown.add(line);
    else this.#unknown.delete(line);
  }

  /** Silences the present rings and puts what was missed out of mind, and says which. */
  acknowledge(): readonly LineId[] {
    const rings = [...this.#unheard.keys()];
    const lines = [...rings, ...this.#missed];
    for (const line of rings) this.#acknowledged.add(line);
    this.#unheard.clear();
    this.#missed.clear();
    return lines;
  }

  /** What an acknowledge key shows: to be pressed, pressed, nothing. A line that is not seen might ring. */
  get state(): LineState {
    if (this.#unheard.size > 0) return "ringing";
    if (this.#missed.size > 0) return "waiting";
    if (this.#acknowledged.size > 0) return "busy";
    return this.#unknown.size > 0 ? "unknown" : "idle";
  }

  /** Whether a call to one of these lines alerted and ended without an answer, and nobody has acknowledged that. */
  missed(lines: readonly LineId[]): boolean {
    return lines.some((line) => this.#missed.has(line));
  }

  /** What has to sound now, and when to ask again. */
  tell(at: Millis, local: LocalTime): readonly Effect[] {
    const { delay } = this.#policy;
    const now = inHours(this.#policy, local);
    for (const ring of this.#unheard.values()) ring.alerted ||= now && at >= ring.since + delay;
    const due = [...this.#unheard.values()].some((ring) => now && ring.alerted);
    return [...this.#sound(due && isAudible(this.#policy)), ...this.#look(at)];
  }

  /** What became of a press, for those who do not look. */
  tone({ kind }: Outcome, local: LocalTime): readonly Effect[] {
    if (!this.#policy.tones || !inHours(this.#policy, local)) return [];
    return [{ kind: "tone", tone: kind === "done" ? "picked-up" : kind }];
  }

  #sound(on: boolean): readonly Effect[] {
    if (on === this.#told) return [];
    this.#told = on;
    return [{ kind: "alert", on }];
  }

  /** A wake for the end of the next delay, or for the next look at the hours, unless one is to come by then. */
  #look(at: Millis): readonly Effect[] {
    const { style, delay, hours } = this.#policy;
    if (style === "none" || this.#unheard.size === 0) return [];
    const ends = [...this.#unheard.values()].map(({ since }) => since + delay).filter((end) => end > at);
    const next = Math.min(...ends, ...(hours.length > 0 ? [at + LOOK] : []));
    if (next === Number.POSITIVE_INFINITY) return [];
    if (this.#lookAt !== undefined && this.#lookAt > at && this.#lookAt <= next) return [];
    this.#lookAt = next;
    return [{ kind: "wake", at: next }];
  }
}

function pickedUpBy(key: KeySettings): readonly LineId[] {
  if (key.kind === "line") return key.pickup ? [key.line] : [];
  return key.kind === "group" && key.pickup ? key.lines : [];
}
