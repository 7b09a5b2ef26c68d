import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { Attendant, FEEDBACK } from "../../firmware/domain/attendant.ts";
import type { Effect } from "../../firmware/domain/effect.ts";
import type { Fact } from "../../firmware/domain/fact.ts";
import type { LampState } from "../../firmware/domain/lamp.ts";
import { LINE_STATES, type LineState } from "../../firmware/domain/line-state.ts";
import type { Outcome } from "../../firmware/domain/outcome.ts";
import type { Scheme } from "../../firmware/domain/scheme.ts";
import type { KeySettings } from "../../firmware/domain/settings.ts";

const look = (cadence: LampState["cadence"]): LampState => ({ colour: "red", cadence });
const scheme: Scheme = {
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
const keys: readonly KeySettings[] = [
  { id: "1", line: "101", label: "Reception", pickup: true },
  { id: "2", line: "105", label: "Director", pickup: true },
  { id: "3", line: "101", label: "Reception again", pickup: false },
];
const scope = { kind: "groups", groups: { desk: ["101"] }, pickup: ["desk"] } as const;
const pickedUp: Outcome = { kind: "picked-up", reason: "the call is on the desk phone" };
const tooLate: Outcome = { kind: "too-late", reason: "gone" };

let attendant: Attendant;
let lamps: Map<string, string>;

/** Applies effects as the daemon would, as far as lamps go. */
function take(fact: Fact): readonly Effect[] {
  const effects = attendant.take(fact);
  note(effects);
  return effects;
}
function note(effects: readonly Effect[]): void {
  for (const effect of effects) if (effect.kind === "show") lamps.set(effect.key, effect.look.cadence);
}
const line = (state: LineState, at: number, id = "101"): Fact => ({
  kind: "line",
  line: id,
  state,
  ring: state === "ringing" ? "a" : undefined,
  at,
});
const press = (key: string, at: number): Fact => ({ kind: "press", key, press: "down", at });
const kinds = (effects: readonly Effect[]) => effects.map((e) => (e.kind === "report" ? e.report.type : e.kind));

beforeEach(() => {
  attendant = new Attendant({ keys, scheme, scope });
  lamps = new Map();
  note(attendant.begin(0));
});

describe("the attendant", () => {
  test("begins with every lamp unknown", () => {
    expect([...lamps]).toEqual([
      ["1", "wink"],
      ["2", "wink"],
      ["3", "wink"],
    ]);
  });

  test("shows a line on each of its keys, and only when it changes", () => {
    expect(kinds(take(line("ringing", 10)))).toEqual(["show", "show"]);
    expect(kinds(take(line("ringing", 20)))).toEqual([]);
    expect(lamps.get("1")).toBe("flash");
    expect(lamps.get("2")).toBe("wink");
  });

  test("asks for one pickup per press, before the lamp, and takes no second one while it is under way", () => {
    take(line("ringing", 10));
    const effects = take(press("1", 20));
    expect(effects[0]).toEqual({ kind: "attempt", press: 1, key: "1", line: "101", ring: "a" });
    expect(lamps.get("1")).toBe("pending");
    const again = take(press("1", 30));
    expect(kinds(again)).toEqual(["press", "pickup"]);
    expect(lamps.get("1")).toBe("pending");
  });

  test("shows the new state, and nothing else, when the call was picked up", () => {
    take(line("ringing", 10));
    take(press("1", 20));
    take(line("idle", 50));
    expect(lamps.get("1")).toBe("pending");
    expect(lamps.get("3")).toBe("dark");
    const effects = take({ kind: "outcome", press: 1, outcome: pickedUp, at: 500 });
    expect(lamps.get("1")).toBe("dark");
    expect(effects.at(-1)).toMatchObject({ report: { type: "pickup", press: 1, outcome: pickedUp, took: 480 } });
  });

  test("shows for a moment that a press came to nothing, then the line again", () => {
    take(line("ringing", 10));
    take(press("1", 20));
    take(line("busy", 50));
    const effects = take({ kind: "outcome", press: 1, outcome: tooLate, at: 500 });
    expect(lamps.get("1")).toBe("too-late");
    expect(effects).toContainEqual({ kind: "wake", at: 500 + FEEDBACK });
    take({ kind: "time", at: 499 + FEEDBACK });
    expect(lamps.get("1")).toBe("too-late");
    take({ kind: "time", at: 500 + FEEDBACK });
    expect(lamps.get("1")).toBe("steady");
  });

  test("news of the line end the memory of a press; a new ring is never hidden", () => {
    take(line("idle", 10));
    take(press("1", 2000));
    expect(lamps.get("1")).toBe("refused");
    take(line("ringing", 2100));
    expect(lamps.get("1")).toBe("flash");
    take({ kind: "time", at: 2000 + FEEDBACK });
    expect(lamps.get("1")).toBe("flash");
  });

  test("an outcome that nobody waits for changes nothing", () => {
    take(line("ringing", 10));
    take(press("1", 20));
    expect(take({ kind: "outcome", press: 9, outcome: pickedUp, at: 30 })).toEqual([]);
    take({ kind: "outcome", press: 1, outcome: tooLate, at: 40 });
    expect(take({ kind: "outcome", press: 1, outcome: pickedUp, at: 50 })).toEqual([]);
  });

  test("a refused press names the rule, whatever the line does", () => {
    take(line("ringing", 10, "105"));
    expect(take(press("2", 20)).at(-1)).toMatchObject({ report: { outcome: { kind: "refused" } } });
    expect(take(press("3", 20)).at(-1)).toMatchObject({
      report: { outcome: { kind: "refused", reason: "key 3 only watches line 101" } },
    });
  });

  test("a fault is told once, again when its reason changes, and when it is mended", () => {
    const unknown = (fault?: string): Fact => ({
      kind: "line",
      line: "101",
      state: "unknown",
      ring: undefined,
      fault,
      at: 1,
    });
    expect(kinds(take(unknown()))).toEqual([]);
    expect(kinds(take(unknown("no hint")))).toEqual(["fault"]);
    expect(kinds(take(unknown("no hint")))).toEqual([]);
    expect(kinds(take(unknown()))).toEqual([]);
    expect(kinds(take(unknown("no right")))).toEqual(["fault"]);
    expect(kinds(take(line("idle", 2)))).toEqual(["show", "show", "mended"]);
    expect(kinds(take({ kind: "condition", what: "module panel", why: "unplugged", at: 3 }))).toEqual(["fault"]);
    expect(kinds(take({ kind: "condition", what: "module panel", why: undefined, at: 4 }))).toEqual(["mended"]);
  });
});

test("over any facts: one attempt at a time, each ring pressed for is the present one, every press is answered", () => {
  const fact: fc.Arbitrary<(at: number) => Fact> = fc.oneof(
    fc.tuple(fc.constantFrom(...LINE_STATES), fc.constantFrom("101", "105")).map(
      ([state, id]) =>
        (at: number) =>
          line(state, at, id),
    ),
    fc.constantFrom("1", "2", "3").map((key) => (at: number) => press(key, at)),
    fc.constantFrom(pickedUp, tooLate).map(
      (outcome) =>
        (at: number): Fact => ({ kind: "outcome", press: -1, outcome, at }),
    ),
    fc.constant((at: number): Fact => ({ kind: "time", at })),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3000), fact), { maxLength: 40 }), (facts) => {
      attendant = new Attendant({ keys, scheme, scope });
      lamps = new Map();
      note(attendant.begin(0));
      const states = new Map<string, LineState>();
      let now = 0;
      let [pending, presses, answers] = [0, 0, 0];
      for (const [wait, make] of facts) {
        now += wait;
        let given = make(now);
        if (given.kind === "outcome") given = { ...given, press: pending };
        const news = given.kind === "line" && (states.get(given.line) ?? "unknown") !== given.state ? given : undefined;
        if (news) states.set(news.line, news.state);
        const effects = take(given);
        if (given.kind === "press") presses++;
        for (const effect of effects) {
          if (effect.kind === "report" && effect.report.type === "pickup") {
            answers++;
            if (effect.report.press === pending) pending = 0;
          }
          if (effect.kind !== "attempt") continue;
          expect(pending).toBe(0);
          expect(states.get(effect.line)).toBe("ringing");
          pending = effect.press;
        }
        for (const { id, line: of } of keys) {
          if (news?.line === of && news.state === "unknown") expect(lamps.get(id)).toBe("wink");
        }
      }
      expect(answers + (pending ? 1 : 0)).toBe(presses);
    }),
    { numRuns: 1000 },
  );
});
