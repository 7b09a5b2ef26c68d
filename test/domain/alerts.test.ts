import { describe, expect, test } from "vitest";
import type { AlertPolicy } from "../../firmware/domain/alert-policy.ts";
import type { Effect } from "../../firmware/domain/effect.ts";
import type { OutcomeKind } from "../../firmware/domain/outcome.ts";
import { MONDAY, pickedUp } from "./attended.ts";
import { AFTER_1201, LAG, Ward } from "./ward.ts";

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
