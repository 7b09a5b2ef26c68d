import type { Effect } from "../../firmware/domain/effect.ts";
import type { LocalTime } from "../../firmware/domain/hours.ts";
import { type KeySettings, linesOf } from "../../firmware/domain/key-settings.ts";
import { groupState, type LineState } from "../../firmware/domain/line-state.ts";
import type { Outcome } from "../../firmware/domain/outcome.ts";
import type { Press } from "../../firmware/domain/press.ts";
import { mayPickUp } from "../../firmware/domain/scope.ts";
import { Attended, answerIn, attemptIn, LINES, keys as mostKeys, PHONE, SUNDAY, scope } from "./attended.ts";

/** A group that the desk phone itself is in. */
const withPhone: KeySettings = {
  kind: "group",
  id: "13",
  group: "room",
  label: "Room",
  lines: ["102", "104"],
  pickup: true,
};
export const keys: readonly KeySettings[] = [...mostKeys, withPhone];

export const mine = (line: string, local: LocalTime): boolean =>
  line !== PHONE && line !== "701" && mayPickUp(scope, line, local).allowed;

interface UnderWay {
  readonly press: number;
  readonly key: string;
  readonly since: number;
}

/** What a person beside the panel, who sees everything, would remember of it. */
export class World {
  readonly panel = new Attended([withPhone]);
  now = 0;
  readonly states = new Map<string, LineState>(LINES.map((line) => [line, "unknown"]));
  readonly rings = new Map<string, string | undefined>();
  readonly rangSince = new Map<string, number>();
  /** Whether a ring began by the last that was told of a line. */
  began = false;
  readonly unheard = new Set<string>();
  readonly acknowledged = new Set<string>();
  /** The attempt that has had no outcome yet. */
  pending: UnderWay | undefined;
  readonly #known = new Map<string, LineState>();
  readonly #stopped = new Map<string, number>();
  readonly #emptied = new Map<string, number>();
  readonly #downs = new Map<string, number>();

  calm(): void {
    for (const line of LINES) this.line(line, "idle", "", SUNDAY);
  }

  line(line: string, state: LineState, ringing: string, local: LocalTime): readonly Effect[] {
    const ring = state === "ringing" ? ringing : undefined;
    const known = this.#known.get(line);
    const another = state === "ringing" && (this.states.get(line) !== "ringing" || this.rings.get(line) !== ring);
    this.states.set(line, state);
    this.rings.set(line, ring);
    if (state !== "unknown") {
      this.#known.set(line, state);
      if (known === "ringing" && state !== "ringing") this.#stopped.set(line, this.now);
      if (isCall(known) && !isCall(state)) this.#emptied.set(line, this.now);
    }
    this.began = another;
    if (another) this.rangSince.set(line, this.now);
    if (another || state !== "ringing") {
      this.unheard.delete(line);
      this.acknowledged.delete(line);
    }
    if (another && mine(line, local)) this.unheard.add(line);
    return this.panel.take({ kind: "line", line, state, ring, local, at: this.now });
  }

  press(key: string, press: Press, local: LocalTime): readonly Effect[] {
    if (press === "down") this.#downs.set(key, this.now);
    if (press === "down" && key === "15") {
      for (const line of this.unheard) this.acknowledged.add(line);
      this.unheard.clear();
    }
    const effects = this.panel.press(key, this.now, press, local);
    const attempt = attemptIn(effects);
    if (attempt) this.pending = { press: attempt.press, key, since: this.now };
    return effects;
  }

  outcome(outcome: Outcome, stray: boolean): readonly Effect[] {
    const { pending } = this;
    const effects = this.panel.outcome(stray ? 9999 : (pending?.press ?? 9999), outcome, this.now);
    if (!pending || answerIn(effects)?.press !== pending.press) return effects;
    this.pending = undefined;
    // Until now the lamp said pending, whatever came to its end.
    const key = keys.find(({ id }) => id === pending.key);
    for (const ends of [this.#stopped, this.#emptied]) {
      for (const line of key ? linesOf(key) : []) {
        if ((ends.get(line) ?? -1) >= pending.since) ends.set(line, this.now);
      }
    }
    return effects;
  }

  time(): readonly Effect[] {
    return this.panel.time(this.now);
  }

  /** When a line was last seen to stop ringing. */
  stoppedFor(line: string): number {
    return this.#stopped.get(line) ?? Number.NEGATIVE_INFINITY;
  }

  /** When a slot was last seen to become free. */
  emptiedFor(slot: string): number {
    return this.#emptied.get(slot) ?? Number.NEGATIVE_INFINITY;
  }

  downAt(key: string): number {
    return this.#downs.get(key) ?? Number.NaN;
  }

  /** What a key is about, as its lamp has to say it while nothing covers that. */
  shown(key: KeySettings): LineState {
    const states = linesOf(key).map((line) => this.states.get(line) ?? "unknown");
    if (key.kind === "group") return groupState(states);
    const [state = "unknown"] = states;
    return key.kind === "park" && state === "busy" ? "held" : state;
  }
}

const isCall = (state: LineState | undefined): boolean => state === "busy" || state === "held";
