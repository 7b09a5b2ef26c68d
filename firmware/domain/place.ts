import { type Caller, isSameCaller } from "./caller.ts";
import type { Effect } from "./effect.ts";
import type { KeySettings } from "./key-settings.ts";
import type { LampState } from "./lamp.ts";
import type { LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";
import type { Outcome } from "./outcome.ts";
import type { Feedback, Scheme } from "./scheme.ts";

/** How long a key shows that its press came to nothing, unless its state changes before: one frame of the shared beat. */
export const FEEDBACK: Millis = 2000;

/** Amber: a lamp of red and green lights both. */
export const LIT: LampState = { colour: "amber", cadence: "steady" };

/** One key with its lamp: what it is about, and what covers that for a while. News outrank all but a press under way. */
export class Place {
  readonly key: KeySettings;
  /** When its contact closed, of a press that has yet to show what it means. */
  waitingSince: Millis | undefined;
  readonly #scheme: Scheme;
  #state: LineState;
  #since: Millis;
  #caller: Caller | undefined;
  #look: LampState;
  #cover: Feedback | LampState | undefined;
  /** When the cover goes; undefined while it lasts until an outcome. */
  #until: Millis | undefined;
  #away = false;

  constructor(key: KeySettings, scheme: Scheme, state: LineState, now: Millis) {
    this.key = key;
    this.#scheme = scheme;
    this.#state = state;
    this.#since = now;
    this.#look = scheme.states[state];
  }

  get rings(): boolean {
    return this.#state === "ringing";
  }

  get pending(): boolean {
    return this.#cover === "pending";
  }

  begin(): readonly Effect[] {
    return this.#show(true);
  }

  /**
   * @param another a ring began beside, or instead of, one that is shown already
   * @param caller who is behind the state; that alone is no news to a person who looks at the lamp
   */
  news(state: LineState, another: boolean, now: Millis, caller?: Caller): readonly Effect[] {
    const changed = state !== this.#state;
    const renamed = !isSameCaller(caller, this.#caller);
    if (!changed && !another && !renamed) return [];
    this.#caller = caller;
    if (changed) {
      this.#state = state;
      this.#since = now;
    }
    if ((changed || another) && (!this.pending || state === "unknown")) this.#uncover();
    return this.#show(changed || renamed);
  }

  /** Its module is absent, or back. What is to be seen there is kept up to date meanwhile. */
  reach(away: boolean, now: Millis): readonly Effect[] {
    if (away === this.#away) return [];
    this.#away = away;
    if (!away) return this.#show(true);
    return [{ kind: "lost", key: this.key.id, look: this.#scheme.states.unknown, since: now }];
  }

  /** A press is under way. */
  begun(now: Millis): readonly Effect[] {
    return this.#feedback(this.#state === "unknown" ? undefined : "pending", now);
  }

  /** What became of a press. */
  outcome(outcome: Outcome, now: Millis): readonly Effect[] {
    return this.#feedback(feedbackOf(outcome), now);
  }

  /** Shows this instead, but for a press under way. The caller sees to the wake. */
  cover(look: LampState, until: Millis): readonly Effect[] {
    if (this.pending) return [];
    this.#cover = look;
    this.#until = until;
    return this.#show(false);
  }

  time(now: Millis): readonly Effect[] {
    if (this.#until === undefined || now < this.#until) return [];
    this.#uncover();
    return this.#show(false);
  }

  #feedback(feedback: Feedback | undefined, now: Millis): readonly Effect[] {
    this.#cover = feedback;
    const passes = feedback !== undefined && feedback !== "pending";
    this.#until = passes ? now + FEEDBACK : undefined;
    const shown = this.#show(false);
    return this.#until === undefined ? shown : [...shown, { kind: "wake", at: this.#until }];
  }

  #uncover(): void {
    this.#cover = undefined;
    this.#until = undefined;
  }

  /** @param anyway the state behind the lamp is another one, even where the look is not */
  #show(anyway: boolean): readonly Effect[] {
    const look = this.#lookNow();
    if (look === this.#look && !anyway) return [];
    this.#look = look;
    const caller = this.#caller && { caller: this.#caller };
    const away = this.#away ? ({ away: true } as const) : {};
    return [{ kind: "show", key: this.key.id, look, state: this.#state, since: this.#since, ...caller, ...away }];
  }

  #lookNow(): LampState {
    if (this.#cover === undefined) return this.#scheme.states[this.#state];
    return typeof this.#cover === "string" ? this.#scheme.feedback[this.#cover] : this.#cover;
  }
}

/** Undefined: nothing that the state does not say. */
function feedbackOf(outcome: Outcome): Feedback | undefined {
  switch (outcome.kind) {
    case "picked-up":
    case "done":
      return undefined;
    case "no-answer":
      return "failed";
    default:
      return outcome.kind;
  }
}
