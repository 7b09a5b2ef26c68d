import type { AlertPolicy } from "../../firmware/domain/alert-policy.ts";
import { Attendant } from "../../firmware/domain/attendant.ts";
import type { Board } from "../../firmware/domain/board.ts";
import type { Effect, Report } from "../../firmware/domain/effect.ts";
import type { Fact } from "../../firmware/domain/fact.ts";
import type { LocalTime } from "../../firmware/domain/hours.ts";
import type { KeySettings } from "../../firmware/domain/key-settings.ts";
import type { LampState } from "../../firmware/domain/lamp.ts";
import type { LineState } from "../../firmware/domain/line-state.ts";
import type { Outcome } from "../../firmware/domain/outcome.ts";
import type { Press } from "../../firmware/domain/press.ts";
import type { Scheme } from "../../firmware/domain/scheme.ts";
import type { Scope } from "../../firmware/domain/scope.ts";
import type { Settings } from "../../firmware/domain/settings.ts";

const look = (cadence: LampState["cadence"]): LampState => ({ colour: "red", cadence });
export const scheme: Scheme = {
  name: "test",
  states: {
    unknown: look("wink"),
    offline: look("double-wink"),
    idle: look("dark"),
    ringing: look("flash"),
    busy: look("steady"),
    held: look("slow"),
    waiting: look("dip"),
  },
  feedback: {
    pending: look("pending"),
    refused: look("refused"),
    "too-late": look("too-late"),
    failed: look("failed"),
  },
};

/** The desk phone is 102. Everything but 105 may be picked up, 104 only on Sundays. */
export const scope: Scope = {
  groups: { desk: ["101", "102", "103"], weekend: ["104"] },
  pickup: ["desk", "weekend"],
  hours: { weekend: [{ weekdays: [0], from: 0, to: 1440, text: "Sun" }] },
};
export const PHONE = "102";
export const SUNDAY: LocalTime = { weekday: 0, minute: 600 };
export const MONDAY: LocalTime = { weekday: 1, minute: 600 };

const line = (id: string, of: string, more: { pickup?: false; idle?: { short?: string; long?: string } } = {}) =>
  ({ kind: "line", id, line: of, label: `Line ${of}`, pickup: true, idle: {}, ...more }) as const;
export const keys: readonly KeySettings[] = [
  line("1", "101"),
  line("2", "105"),
  line("3", "101", { pickup: false }),
  line("4", "103", { idle: { short: "103", long: "*80103" } }),
  line("5", "104"),
  { kind: "group", id: "11", group: "desk", label: "Any", lines: ["101", "103", "105"], pickup: true },
  { kind: "park", id: "12", slot: "701", label: "Park" },
  { kind: "panel", id: "15", action: "acknowledge", label: "Quiet" },
  { kind: "panel", id: "16", action: "lamp-test", label: "Lamps" },
];
/** All that the panel watches. */
export const LINES = ["101", "102", "103", "104", "105", "701"] as const;

export const pickedUp: Outcome = { kind: "picked-up", reason: "the call is on the desk phone" };
export const tooLate: Outcome = { kind: "too-late", reason: "gone" };

/** A board of which only its lamps on no key are told here. */
const BOARD: Board = {
  name: "wall",
  title: "Wall",
  columns: 1,
  rows: 1,
  banks: [],
  keys: [],
  lamps: [
    { id: "zone", leds: [] },
    { id: "alive", leds: [] },
  ],
};

export const AUDIO: AlertPolicy = { style: "audio", delay: 0, hours: [], tones: false };

/** What hangs beside the keys. */
interface Wall extends Partial<Pick<Settings, "zone" | "alerts">> {
  /** A zone lamp and an alive lamp. */
  readonly lamps?: boolean;
}

/** An attendant, and its effects carried out as the daemon would, as far as lamps and alerts go. */
export class Attended {
  /** Cadences alone. */
  readonly lamps = new Map<string, string>();
  readonly looks = new Map<string, LampState>();
  alert = false;
  /** Of the lines that ring now. */
  readonly rings = new Map<string, string | undefined>();
  readonly #attendant: Attendant;

  /** @param more keys beside those above */
  constructor(more: readonly KeySettings[] = [], { lamps = false, ...wall }: Wall = {}) {
    const pickup: Settings["pickup"] = {
      phone: { line: PHONE, dial: "*80102", whenBusy: "refuse" },
      landings: ["desk-phone"],
      method: "auto",
      deadline: 4000,
    };
    this.#attendant = new Attendant({
      keys: [...keys, ...more],
      scheme,
      scope,
      pickup,
      alerts: AUDIO,
      ...(lamps && { board: BOARD }),
      ...wall,
    });
    this.#carryOut(this.#attendant.begin(0));
  }

  take(fact: Fact): readonly Effect[] {
    const effects = this.#attendant.take(fact);
    if (fact.kind === "line") this.rings.set(fact.line, fact.ring);
    this.#carryOut(effects);
    return effects;
  }

  line(state: LineState, at: number, of = "101", local = MONDAY): readonly Effect[] {
    const ring = state === "ringing" ? `ring of ${of}` : undefined;
    return this.take({ kind: "line", line: of, state, ring, local, at });
  }

  /** All lines idle, as after a start. */
  calm(at: number): void {
    for (const each of LINES) this.line("idle", at, each);
  }

  press(key: string, at: number, press: Press = "down", local = MONDAY): readonly Effect[] {
    return this.take({ kind: "press", key, press, local, at });
  }

  outcome(press: number, outcome: Outcome, at: number): readonly Effect[] {
    return this.take({ kind: "outcome", press, outcome, local: MONDAY, at });
  }

  time(at: number, local = MONDAY): readonly Effect[] {
    return this.take({ kind: "time", local, at });
  }

  #carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === "show") {
        this.lamps.set(effect.key, effect.look.cadence);
        this.looks.set(effect.key, effect.look);
      }
      if (effect.kind === "light") {
        this.lamps.set(effect.lamp, effect.look.cadence);
        this.looks.set(effect.lamp, effect.look);
      }
      if (effect.kind === "alert") this.alert = effect.on;
    }
  }
}

export const kinds = (effects: readonly Effect[]): readonly string[] =>
  effects.map((effect) => (effect.kind === "report" ? effect.report.type : effect.kind));

/** What became of a press, if these effects say so. */
export function answerIn(effects: readonly Effect[]): Extract<Report, { outcome: Outcome }> | undefined {
  for (const effect of effects) {
    if (effect.kind === "report" && "outcome" in effect.report) return effect.report;
  }
  return undefined;
}
export const attemptIn = (effects: readonly Effect[]) =>
  effects.find((effect): effect is Extract<Effect, { kind: "attempt" }> => effect.kind === "attempt");
