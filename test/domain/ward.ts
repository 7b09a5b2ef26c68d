import { type AlertPolicy, inHours, isAudible } from "../../firmware/domain/alert-policy.ts";
import type { Effect } from "../../firmware/domain/effect.ts";
import type { LocalTime } from "../../firmware/domain/hours.ts";
import type { LineState } from "../../firmware/domain/line-state.ts";
import { Attended, AUDIO } from "./attended.ts";

/** A Monday, and a clock on the wall that goes as the other does, at 12:00 for 0. */
export const local = (at: number): LocalTime => ({ weekday: 1, minute: 720 + Math.floor(at / 60_000) });
export const AFTER_1201 = [{ weekdays: [1], from: 721, to: 722, text: "mon 12:01-12:02" }];
/** Longer than any look at the hours is away. */
export const LAG = 5000;

/** A panel whose wakes are kept, and what somebody remembers who sees and hears it all. */
export class Ward {
  readonly panel: Attended;
  readonly policy: AlertPolicy;
  now = 0;
  /** Rings that nobody has acknowledged, by line: since when. */
  readonly rings = new Map<string, number>();
  readonly #wakes: number[] = [];

  constructor(policy: Partial<AlertPolicy>) {
    this.policy = { ...AUDIO, ...policy };
    this.panel = new Attended([], { lamps: true, alerts: this.policy });
    this.panel.calm(0);
  }

  get lamp(): string | undefined {
    return this.panel.lamps.get("zone");
  }

  get acknowledgeKey(): string | undefined {
    return this.panel.lamps.get("15");
  }

  line(state: LineState, of = "101", ring = "a"): void {
    const told = state === "ringing" ? ring : undefined;
    const another = state === "ringing" && this.panel.rings.get(of) !== told;
    if (state !== "ringing" || another) this.rings.delete(of);
    if (another && (of === "101" || of === "103")) this.rings.set(of, this.now);
    this.#keep(this.panel.take({ kind: "line", line: of, state, ring: told, local: local(this.now), at: this.now }));
  }

  press(key: string): readonly Effect[] {
    if (key === "15") this.rings.clear();
    const effects = this.panel.press(key, this.now, "down", local(this.now));
    this.#keep(effects);
    return effects;
  }

  /** Lets time pass, with every wake at its moment. */
  elapse(by: number): void {
    const end = this.now + by;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.now = next;
      this.#keep(this.panel.time(this.now, local(this.now)));
    }
    this.now = end;
  }

  /** Whether somebody is to be called at `at`, by the rules as README has them. */
  wanted(at: number): boolean {
    if (!isAudible(this.policy) || !inHours(this.policy, local(at))) return false;
    return [...this.rings.values()].some((since) => at - since >= this.policy.delay);
  }

  get wakes(): number {
    return this.#wakes.length;
  }

  #next(end: number): number | undefined {
    this.#wakes.sort((a, b) => a - b);
    const [next] = this.#wakes;
    return next === undefined || next > end ? undefined : this.#wakes.shift();
  }

  #keep(effects: readonly Effect[]): void {
    for (const effect of effects) if (effect.kind === "wake") this.#wakes.push(effect.at);
  }
}
