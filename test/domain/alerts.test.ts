import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AlertPolicy, inHours, isAudible } from "../../firmware/domain/alert-policy.ts";
import type { Effect } from "../../firmware/domain/effect.ts";
import type { LocalTime } from "../../firmware/domain/hours.ts";
import { LINE_STATES, type LineState } from "../../firmware/domain/line-state.ts";
import type { OutcomeKind } from "../../firmware/domain/outcome.ts";
import { Attended, AUDIO, MONDAY, pickedUp } from "./attended.ts";

/** A Monday, and a clock on the wall that goes as the other does, at 12:00 for 0. */
const local = (at: number): LocalTime => ({ weekday: 1, minute: 720 + Math.floor(at / 60_000) });
const AFTER_1201 = [{ weekdays: [1], from: 721, to: 722, text: "mon 12:01-12:02" }];
/** Longer than any look at the hours is away. */
const LAG = 5000;

/** A panel whose wakes are kept, and what somebody remembers who sees and hears it all. */
class Ward {
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

/** It sounds as it has to, unless an hour has begun or ended since the last look at the clock on the wall. */
function asWanted(ward: Ward): void {
  const [before, now] = [ward.now - LAG, ward.now].map((at) => inHours(ward.policy, local(at)));
  if (before === now) expect(ward.panel.alert).toBe(ward.wanted(ward.now));
}

describe("the alert policy", () => {
  test("none and visual sound never; audio and both while it rings", () => {
    for (const [style, sounds] of [
      ["none", false],
      ["visual", false],
      ["audio", true],
      ["both", true],
    ] as const) {
      const ward = new Ward({ style });
      ward.line("ringing");
      expect([style, ward.panel.alert]).toEqual([style, sounds]);
      ward.line("idle");
      expect(ward.panel.alert).toBe(false);
    }
  });

  test("a ring that is shorter than the delay alerts nobody, and is not kept in mind", () => {
    const ward = new Ward({ style: "both", delay: 3000 });
    ward.line("ringing");
    ward.elapse(2999);
    expect(ward.panel.alert).toBe(false);
    ward.line("idle");
    ward.elapse(10_000);
    expect([ward.panel.alert, ward.lamp]).toEqual([false, "dark"]);
    ward.line("ringing");
    ward.elapse(2999);
    expect(ward.panel.alert).toBe(false);
    ward.elapse(1);
    expect(ward.panel.alert).toBe(true);
  });

  test("acknowledged within the delay, it never sounds; the next ring has a delay of its own", () => {
    const ward = new Ward({ delay: 3000 });
    ward.line("ringing");
    ward.elapse(1000);
    ward.press("15");
    ward.elapse(10_000);
    expect(ward.panel.alert).toBe(false);
    ward.line("ringing", "101", "b");
    ward.elapse(2000);
    ward.line("ringing", "103");
    ward.elapse(1000);
    expect(ward.panel.alert).toBe(true);
    ward.line("idle", "101");
    expect(ward.panel.alert).toBe(false);
    ward.elapse(2000);
    expect(ward.panel.alert).toBe(true);
  });

  test("a ring that lasts into the hours alerts then, and falls silent at their end", () => {
    const ward = new Ward({ style: "both", hours: AFTER_1201 });
    ward.elapse(50_000);
    ward.line("ringing");
    ward.elapse(9_999);
    expect(ward.panel.alert).toBe(false);
    ward.elapse(LAG);
    expect(ward.panel.alert).toBe(true);
    ward.elapse(60_000);
    expect(ward.panel.alert).toBe(false);
    ward.line("idle");
    expect(ward.lamp).toBe("dip");
    expect(ward.wakes).toBeLessThanOrEqual(1);
  });

  test("what is out of scope, or lost from sight, does not sound", () => {
    const ward = new Ward({});
    ward.line("ringing", "105");
    expect(ward.panel.alert).toBe(false);
    ward.line("ringing", "101");
    expect(ward.panel.alert).toBe(true);
    ward.line("unknown", "101");
    expect(ward.panel.alert).toBe(false);
  });

  test("over any policy and history: it sounds if and only if there is a ring in scope that is due, unacknowledged, in its hours", () => {
    const policy = fc.record({
      style: fc.constantFrom("none" as const, "audio" as const, "visual" as const, "both" as const),
      delay: fc.constantFrom(0, 0, 1000, 6000),
      hours: fc.constantFrom([], [], AFTER_1201),
    });
    const anyState = fc.oneof(fc.constant("ringing" as const), fc.constantFrom(...LINE_STATES));
    const event = fc.oneof(
      fc.tuple(fc.constantFrom("101", "103", "105", "102"), anyState, fc.constantFrom("a", "b")),
      fc.constant("acknowledge" as const),
    );
    const history = fc.array(fc.tuple(event, fc.oneof(fc.nat(2000), fc.nat(30_000))), { maxLength: 25 });
    let sounded = 0;
    fc.assert(
      fc.property(policy, history, (chosen, events) => {
        const ward = new Ward(chosen);
        for (const [happened, wait] of events) {
          if (happened === "acknowledge") {
            ward.press("15");
            expect(ward.panel.alert).toBe(false);
          } else ward.line(happened[1], happened[0], happened[2]);
          asWanted(ward);
          if (ward.panel.alert) sounded++;
          ward.elapse(wait);
          asWanted(ward);
          if (ward.panel.alert) sounded++;
          expect(ward.wakes).toBeLessThan(20);
        }
      }),
      {
        numRuns: 500,
        examples: [
          // The hour begins with a fact that changes nothing.
          [
            { style: "both", delay: 0, hours: AFTER_1201 },
            [
              [["101", "ringing", "a"], 60_000],
              [["102", "idle", "a"], 0],
            ],
          ],
        ],
      },
    );
    expect(sounded).toBeGreaterThan(100);
  });
});

describe("a visual alert", () => {
  const ward = (): Ward => new Ward({ style: "visual" });

  test("keeps a call in mind that ended in vain, until it is acknowledged", () => {
    const { panel } = ward();
    panel.line("ringing", 10);
    expect([panel.lamps.get("zone"), panel.lamps.get("15")]).toEqual(["flash", "flash"]);
    panel.line("idle", 20);
    expect([panel.lamps.get("zone"), panel.lamps.get("15"), panel.lamps.get("1")]).toEqual(["dip", "dip", "dark"]);
    const effects = panel.press("15", 30);
    expect(effects.at(-1)).toMatchObject({ report: { type: "acknowledge", lines: ["101"] } });
    expect([panel.lamps.get("zone"), panel.lamps.get("15")]).toEqual(["dark", "dark"]);
  });

  test("comes before calls that somebody is in, but not before one that rings, or might", () => {
    const one = ward();
    one.line("ringing");
    one.line("idle");
    one.line("busy", "103");
    expect(one.lamp).toBe("dip");
    one.line("unknown", "105");
    expect(one.lamp).toBe("wink");
    one.line("ringing", "103");
    expect(one.lamp).toBe("flash");
    one.line("busy", "103");
    one.line("idle", "105");
    expect(one.lamp).toBe("dip");
  });

  test("keeps nothing in mind that was answered, acknowledged, or rings anew", () => {
    const one = ward();
    one.line("ringing");
    one.line("busy");
    expect(one.lamp).toBe("steady");
    one.line("ringing", "103");
    one.press("15");
    one.line("idle", "103");
    one.line("idle");
    expect(one.lamp).toBe("dark");
    one.line("ringing");
    one.line("idle");
    one.line("ringing", "101", "b");
    one.line("busy");
    one.line("idle");
    expect(one.lamp).toBe("dark");
  });

  test("keeps nothing in mind that somebody at the panel was about to take, whatever came of it", () => {
    for (const kind of ["picked-up", "too-late"] as const) {
      const one = ward();
      one.line("ringing");
      one.press("1");
      one.line("idle");
      one.panel.outcome(1, { ...pickedUp, kind }, 50);
      expect(one.lamp).toBe("dark");
    }
    const one = ward();
    one.line("ringing");
    one.press("1");
    one.panel.outcome(1, { ...pickedUp, kind: "failed" }, 50);
    one.line("idle");
    expect(one.lamp).toBe("dip");
  });

  test("without that style, the zone lamp shows states alone", () => {
    const one = new Ward({ style: "audio" });
    one.line("ringing");
    expect(one.lamp).toBe("flash");
    one.line("idle");
    expect([one.lamp, one.acknowledgeKey]).toEqual(["dark", "dark"]);
  });
});

describe("tones", () => {
  const tonesOf = (effects: readonly Effect[]) => effects.flatMap((e) => (e.kind === "tone" ? [e.tone] : []));
  const attempted = (policy: Partial<AlertPolicy>, kind: OutcomeKind, at = MONDAY) => {
    const { panel } = new Ward({ style: "none", tones: true, ...policy });
    panel.line("ringing", 10);
    panel.press("1", 20);
    return tonesOf(panel.take({ kind: "outcome", press: 1, outcome: { kind, reason: "" }, local: at, at: 30 }));
  };

  test("tell what became of a press, each outcome its own; what was done sounds like what was picked up", () => {
    const kinds = ["picked-up", "refused", "too-late", "no-answer", "failed"] as const;
    for (const kind of kinds) expect(attempted({}, kind)).toEqual([kind]);
    expect(attempted({}, "done")).toEqual(["picked-up"]);
    const { panel } = new Ward({ tones: true });
    expect(tonesOf(panel.press("1", 5000))).toEqual(["refused"]);
  });

  test("are silent where they are not wanted, and outside of the hours", () => {
    expect(attempted({ tones: false }, "failed")).toEqual([]);
    expect(attempted({ hours: AFTER_1201 }, "failed", { weekday: 1, minute: 720 })).toEqual([]);
    expect(attempted({ hours: AFTER_1201 }, "failed", { weekday: 1, minute: 721 })).toEqual(["failed"]);
  });
});
