import { beforeEach, describe, expect, test } from "vitest";
import { FEEDBACK } from "../../firmware/domain/place.ts";
import { Attended, answerIn, attemptIn, kinds, MONDAY, pickedUp, tooLate } from "./attended.ts";

let panel: Attended;
const lamp = (key: string) => panel.lamps.get(key);
beforeEach(() => {
  panel = new Attended();
});

describe("the attendant", () => {
  test("begins with every lamp unknown, but for one that tells of no line", () => {
    for (const key of ["1", "2", "3", "4", "5", "11", "12", "15"]) expect(lamp(key)).toBe("wink");
    expect(lamp("16")).toBe("dark");
  });

  test("shows a line on each of its keys, and only when it changes", () => {
    expect(kinds(panel.line("busy", 10))).toEqual(["show", "show"]);
    expect(kinds(panel.line("busy", 20))).toEqual([]);
    expect([lamp("1"), lamp("3"), lamp("2")]).toEqual(["steady", "steady", "wink"]);
  });

  test("asks for one pickup per press, before the lamp, and takes no second one while it is under way", () => {
    panel.line("ringing", 10);
    const effects = panel.press("1", 20);
    const task = { kind: "pickup", line: "101", ring: "ring of 101" };
    expect(effects[0]).toEqual({ kind: "attempt", press: 1, key: "1", task });
    expect(lamp("1")).toBe("pending");
    const again = panel.press("1", 30);
    expect(kinds(again)).toEqual(["press", "pickup"]);
    expect(lamp("1")).toBe("pending");
    panel.line("ringing", 40, "103");
    expect(answerIn(panel.press("4", 50))).toMatchObject({ outcome: { reason: "a pickup is under way" } });
    expect(lamp("4")).toBe("refused");
  });

  test("shows the new state, and nothing else, when the call was picked up", () => {
    panel.line("ringing", 10);
    panel.press("1", 20);
    panel.line("idle", 50);
    expect([lamp("1"), lamp("3")]).toEqual(["pending", "dark"]);
    const trial = { method: "feature-code", steps: [] };
    const effects = panel.take({ kind: "outcome", press: 1, outcome: pickedUp, trial, local: MONDAY, at: 500 });
    expect(lamp("1")).toBe("dark");
    expect(answerIn(effects)).toEqual({
      type: "pickup",
      press: 1,
      key: "1",
      on: { line: "101" },
      outcome: pickedUp,
      trial,
      took: 480,
      at: 500,
    });
  });

  test("shows for a moment that a press came to nothing, then the line again", () => {
    panel.line("ringing", 10);
    panel.press("1", 20);
    panel.line("busy", 50);
    const effects = panel.outcome(1, tooLate, 500);
    expect(lamp("1")).toBe("too-late");
    expect(effects).toContainEqual({ kind: "wake", at: 500 + FEEDBACK });
    panel.time(499 + FEEDBACK);
    expect(lamp("1")).toBe("too-late");
    panel.time(500 + FEEDBACK);
    expect(lamp("1")).toBe("steady");
  });

  test("news of the line end the memory of a press; a new ring is never hidden", () => {
    panel.line("idle", 10);
    panel.press("1", 2000);
    expect(lamp("1")).toBe("refused");
    panel.line("ringing", 2100);
    expect(lamp("1")).toBe("flash");
    panel.time(2000 + FEEDBACK);
    expect(lamp("1")).toBe("flash");
  });

  test("an outcome that nobody waits for changes nothing", () => {
    panel.line("ringing", 10);
    panel.press("1", 20);
    expect(panel.outcome(9, pickedUp, 30)).toEqual([]);
    panel.outcome(1, tooLate, 40);
    expect(panel.outcome(1, pickedUp, 50)).toEqual([]);
  });

  test("a refused press names the rule, whatever the line does", () => {
    panel.line("ringing", 10, "105");
    const reason = (key: string) => answerIn(panel.press(key, 20))?.outcome.reason;
    expect(reason("2")).toMatch(/line 105 is in none of the groups/);
    expect(reason("3")).toBe("key 3 only watches line 101");
    panel.line("ringing", 10, "104");
    expect(reason("5")).toMatch(/only in these hours: weekend Sun/);
  });

  test("a fault is told once, again when its reason changes, and when it is mended", () => {
    const unknown = (fault?: string) =>
      panel.take({
        kind: "line",
        line: "101",
        state: "unknown",
        ring: undefined,
        fault,
        local: { weekday: 1, minute: 0 },
        at: 1,
      });
    expect(kinds(unknown())).toEqual([]);
    expect(kinds(unknown("no hint"))).toEqual(["fault"]);
    expect(kinds(unknown("no hint"))).toEqual([]);
    expect(kinds(unknown())).toEqual([]);
    expect(kinds(unknown("no right"))).toEqual(["fault"]);
    expect(kinds(panel.line("idle", 2))).toEqual(["show", "show", "mended"]);
    const condition = (why?: string) => panel.take({ kind: "condition", what: "module panel", why, at: 3 });
    expect(kinds(condition("unplugged"))).toEqual(["fault"]);
    expect(kinds(condition())).toEqual(["mended"]);
  });
});

describe("a key that dials", () => {
  beforeEach(() => panel.calm(0));

  test("dials as it is let go, or as its press becomes long; the rest of that press asks for nothing", () => {
    expect(panel.press("4", 5000)).toEqual([]);
    const effects = panel.press("4", 5200, "short");
    expect(kinds(effects)).toEqual(["attempt", "show", "press"]);
    expect(attemptIn(effects)).toMatchObject({ task: { kind: "dial", line: "103", number: "103" } });
    expect(answerIn(panel.outcome(1, { kind: "done", reason: "the desk phone calls" }, 6000))).toMatchObject({
      type: "dial",
      on: { line: "103" },
      took: 800,
    });
    expect(lamp("4")).toBe("dark");
    panel.press("4", 7000);
    expect(attemptIn(panel.press("4", 8000, "long"))).toMatchObject({ task: { kind: "dial", number: "*80103" } });
  });

  test("a ring that begins under the finger is neither dialled over nor taken, and the person is told", () => {
    panel.press("4", 5000);
    panel.line("ringing", 5100, "103");
    expect(answerIn(panel.press("4", 5200, "short"))).toMatchObject({ type: "dial", outcome: { kind: "refused" } });
    expect(attemptIn(panel.press("4", 5400))).toMatchObject({ task: { kind: "pickup", line: "103" } });
  });

  test("a press just after its ring is too late, and its release or long press dials nothing", () => {
    panel.line("ringing", 5000, "103");
    panel.line("idle", 6000, "103");
    expect(answerIn(panel.press("4", 6100))).toMatchObject({ type: "pickup", outcome: { kind: "too-late" } });
    expect(panel.press("4", 7600, "long")).toEqual([]);
  });

  test("a second press for a pickup whose ring ended while the lamp said pending is too late, and no dial", () => {
    panel.line("ringing", 5000, "103");
    panel.press("4", 5100);
    panel.line("idle", 5200, "103");
    panel.press("4", 7000);
    expect(panel.press("4", 7100, "short")).toEqual([]);
    panel.outcome(1, { kind: "failed", reason: "not seen" }, 9000);
    expect(answerIn(panel.press("4", 9500))).toMatchObject({ outcome: { kind: "too-late" } });
    expect(panel.press("4", 9600, "short")).toEqual([]);
    expect(panel.press("4", 10_600)).toEqual([]);
    expect(attemptIn(panel.press("4", 10_700, "short"))).toMatchObject({ task: { kind: "dial" } });
  });
});

describe("a group's key", () => {
  beforeEach(() => panel.calm(0));

  test("shows the most urgent member, and since when the group is so", () => {
    panel.line("busy", 10, "101");
    expect(lamp("11")).toBe("steady");
    panel.line("ringing", 20, "103");
    expect(lamp("11")).toBe("flash");
    panel.line("unknown", 30, "101");
    expect(lamp("11")).toBe("flash");
    expect(panel.line("busy", 40, "103")).toContainEqual(
      expect.objectContaining({ kind: "show", key: "11", state: "unknown", since: 40 }),
    );
  });

  test("takes what rings longest of what it may, and tells the line", () => {
    panel.line("ringing", 10, "105");
    panel.line("ringing", 20, "103");
    panel.line("ringing", 30, "101");
    const task = { kind: "pickup", line: "103", ring: "ring of 103", group: ["103", "101"] };
    expect(attemptIn(panel.press("11", 40))).toMatchObject({ task });
    expect(answerIn(panel.outcome(1, tooLate, 90))).toMatchObject({ on: { line: "103" }, outcome: tooLate });
    expect(lamp("11")).toBe("too-late");
  });

  test("keeps what it says of a press while what it shows is the same, and yields to another ring", () => {
    panel.line("busy", 10, "105");
    expect(answerIn(panel.press("11", 5000))).toMatchObject({ on: { group: "desk" }, outcome: { kind: "refused" } });
    panel.line("held", 5100, "103");
    expect(lamp("11")).toBe("refused");
    panel.line("ringing", 5200, "105");
    expect(lamp("11")).toBe("flash");
    panel.press("11", 5300);
    expect(lamp("11")).toBe("refused");
    panel.line("ringing", 5400, "101");
    expect(lamp("11")).toBe("flash");
  });
});

describe("a park key", () => {
  beforeEach(() => panel.calm(0));

  test("shows a parked call as one that waits, fetches it, and does not park it again", () => {
    panel.line("busy", 10, "701");
    expect(lamp("12")).toBe("slow");
    expect(panel.line("held", 20, "701")).toEqual([]);
    expect(attemptIn(panel.press("12", 5000))).toMatchObject({ task: { kind: "retrieve", slot: "701" } });
    panel.line("busy", 5100, "102");
    panel.line("idle", 5200, "701");
    expect(answerIn(panel.outcome(1, pickedUp, 8000))).toMatchObject({ type: "retrieve", on: { slot: "701" } });
    // The lamp said pending until now: a second press was meant for the first.
    expect(answerIn(panel.press("12", 8500))).toMatchObject({ type: "retrieve", outcome: { kind: "too-late" } });
    expect(attemptIn(panel.press("12", 9600))).toMatchObject({ task: { kind: "park", slot: "701" } });
  });

  test("parks the desk phone's call, which no key shows, and is refused where there is none", () => {
    expect(answerIn(panel.press("12", 100))).toMatchObject({
      type: "park",
      on: { slot: "701" },
      outcome: { kind: "refused", reason: "there is nothing to park: the desk phone is idle" },
    });
    expect(panel.line("busy", 200, "102")).toEqual([]);
    expect(attemptIn(panel.press("12", 300))).toMatchObject({ task: { kind: "park", slot: "701" } });
  });
});
