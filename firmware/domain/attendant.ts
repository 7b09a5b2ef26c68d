import type { Effect } from "./effect.ts";
import type { Fact } from "./fact.ts";
import { decide } from "./intent.ts";
import type { KeyId } from "./key.ts";
import type { LampState } from "./lamp.ts";
import type { LineId } from "./line.ts";
import type { Millis } from "./millis.ts";
import type { Outcome } from "./outcome.ts";
import type { Feedback } from "./scheme.ts";
import type { KeySettings, Settings } from "./settings.ts";
import { type LineView, seen, unseen } from "./view.ts";

/** How long a key shows that its press came to nothing, unless its line changes before: one frame of the shared beat. */
export const FEEDBACK: Millis = 2000;

interface Place {
  readonly key: KeySettings;
  look: LampState;
  feedback: Feedback | undefined;
  /** When the feedback goes; undefined while it lasts until an outcome. */
  until: Millis | undefined;
}

interface Pending {
  readonly press: number;
  readonly place: Place;
  readonly since: Millis;
}

const NONE: readonly Effect[] = [];

/**
 * The heart of the panel: facts in, effects out. No clock, no I/O, nothing random: the same facts give the same
 * effects. It keeps what the panel knows, so that every fact is small.
 */
export class Attendant {
  readonly #settings: Pick<Settings, "keys" | "scheme" | "scope">;
  readonly #places = new Map<KeyId, Place>();
  readonly #views = new Map<LineId, LineView>();
  readonly #placesOf = new Map<LineId, Place[]>();
  readonly #faults = new Map<string, string>();
  #pending: Pending | undefined;
  #presses = 0;

  constructor(settings: Pick<Settings, "keys" | "scheme" | "scope">) {
    this.#settings = settings;
  }

  /** Every line unknown, and shown as that. Called once, before the first fact. */
  begin(now: Millis): readonly Effect[] {
    const effects: Effect[] = [];
    for (const key of this.#settings.keys) {
      const look = this.#settings.scheme.states.unknown;
      const place: Place = { key, look, feedback: undefined, until: undefined };
      this.#places.set(key.id, place);
      const others = this.#placesOf.get(key.line);
      if (others) others.push(place);
      else this.#placesOf.set(key.line, [place]);
      if (!this.#views.has(key.line)) this.#views.set(key.line, unseen(now));
      effects.push({ kind: "show", key: key.id, look, state: "unknown", since: now });
    }
    return effects;
  }

  view(line: LineId): LineView | undefined {
    return this.#views.get(line);
  }

  take(fact: Fact): readonly Effect[] {
    switch (fact.kind) {
      case "line":
        return this.#line(fact);
      case "press":
        return this.#press(fact);
      case "outcome":
        return this.#outcome(fact);
      case "time":
        return this.#time(fact.at);
      case "link":
        return [{ kind: "report", report: { type: "link", up: fact.up, ...because(fact.why), at: fact.at } }];
      case "condition":
        return this.#fault(fact.what, fact.why, fact.at);
    }
  }

  #line(fact: Extract<Fact, { kind: "line" }>): readonly Effect[] {
    const before = this.#views.get(fact.line);
    if (!before) return NONE;
    const view = seen(before, fact.state, fact.ring, fact.at);
    const effects: Effect[] = [];
    if (view !== before) {
      this.#views.set(fact.line, view);
      for (const place of this.#placesOf.get(fact.line) ?? []) {
        // News of the line outrank the memory of a press, but for a pickup under way; and unknown outranks that too.
        if (place.feedback !== "pending" || view.state === "unknown") {
          place.feedback = undefined;
          place.until = undefined;
        }
        this.#show(place, view, effects, view.state !== before.state);
      }
    }
    // A line that is unknown for want of a link, or of a first NOTIFY, is as faulty as it was.
    if (fact.fault !== undefined || fact.state !== "unknown") {
      effects.push(...this.#fault(`line ${fact.line}`, fact.fault, fact.at));
    }
    return effects;
  }

  #press(fact: Extract<Fact, { kind: "press" }>): readonly Effect[] {
    const place = this.#places.get(fact.key);
    const view = place && this.#views.get(place.key.line);
    if (!place || !view) return NONE;
    const pending = this.#pending !== undefined;
    const intent = decide(fact.press, place.key, view, this.#settings.scope, pending, fact.at);
    if (intent.kind === "nothing") return NONE;
    const { id: key, line } = place.key;
    const press = ++this.#presses;
    const told: Effect = { kind: "report", report: { type: "press", press, key, line, at: fact.at } };
    if (intent.kind === "pickup") {
      this.#pending = { press, place, since: fact.at };
      // The INVITE goes out before the lamp: the person looks for an effect on the call first.
      const effects: Effect[] = [{ kind: "attempt", press, key, line, ring: view.ring }];
      this.#feedback(place, "pending", undefined, view, effects);
      effects.push(told);
      return effects;
    }
    const effects: Effect[] = [];
    const outcome: Outcome = { kind: intent.kind, reason: intent.reason };
    if (this.#pending?.place !== place) this.#feedback(place, intent.kind, fact.at + FEEDBACK, view, effects);
    const report = { type: "pickup", press, key, line, outcome, took: 0, at: fact.at } as const;
    effects.push(told, { kind: "report", report });
    return effects;
  }

  #outcome(fact: Extract<Fact, { kind: "outcome" }>): readonly Effect[] {
    const pending = this.#pending;
    if (pending?.press !== fact.press) return NONE;
    this.#pending = undefined;
    const { place, since } = pending;
    const effects: Effect[] = [];
    const view = this.#views.get(place.key.line);
    if (view) this.#feedback(place, feedbackOf(fact.outcome), fact.at + FEEDBACK, view, effects);
    const { id: key, line } = place.key;
    const took = fact.at - since;
    const report = { type: "pickup", press: fact.press, key, line, outcome: fact.outcome, took, at: fact.at } as const;
    effects.push({ kind: "report", report });
    return effects;
  }

  #time(now: Millis): readonly Effect[] {
    const effects: Effect[] = [];
    for (const place of this.#places.values()) {
      if (place.until === undefined || now < place.until) continue;
      const view = this.#views.get(place.key.line);
      if (view) this.#feedback(place, undefined, undefined, view, effects);
    }
    return effects;
  }

  #feedback(
    place: Place,
    feedback: Feedback | undefined,
    until: Millis | undefined,
    view: LineView,
    effects: Effect[],
  ): void {
    place.feedback = view.state === "unknown" && feedback === "pending" ? undefined : feedback;
    place.until = place.feedback === undefined ? undefined : until;
    this.#show(place, view, effects, false);
    if (place.until !== undefined) effects.push({ kind: "wake", at: place.until });
  }

  /** @param anyway the state behind the lamp is another one, even where the look is not */
  #show(place: Place, view: LineView, effects: Effect[], anyway: boolean): void {
    const { scheme } = this.#settings;
    const look = place.feedback === undefined ? scheme.states[view.state] : scheme.feedback[place.feedback];
    if (look === place.look && !anyway) return;
    place.look = look;
    effects.push({ kind: "show", key: place.key.id, look, state: view.state, since: view.since });
  }

  /** Faults are told once when they come, once when their reason changes, and once when they go. */
  #fault(what: string, why: string | undefined, at: Millis): readonly Effect[] {
    if (this.#faults.get(what) === why) return NONE;
    if (why === undefined) {
      this.#faults.delete(what);
      return [{ kind: "report", report: { type: "mended", what, at } }];
    }
    this.#faults.set(what, why);
    return [{ kind: "report", report: { type: "fault", what, why, at } }];
  }
}

function feedbackOf(outcome: Outcome): Feedback | undefined {
  switch (outcome.kind) {
    case "picked-up":
      return undefined;
    case "no-answer":
      return "failed";
    default:
      return outcome.kind;
  }
}

const because = (why: string | undefined): { readonly why?: string } => (why === undefined ? {} : { why });
