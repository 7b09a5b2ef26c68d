import { beforeEach, describe, expect, test } from "vitest";
import { LAMP_TEST } from "../../firmware/domain/attendant.ts";
import { Attended, attemptIn, kinds } from "./attended.ts";

let panel: Attended;
const lamp = (key: string) => panel.lamps.get(key);
beforeEach(() => {
  panel = new Attended();
});

describe("an acknowledge key", () => {
  beforeEach(() => panel.calm(0));

  test("silences the present rings, and the next one alerts again", () => {
    expect(kinds(panel.line("ringing", 10, "101"))).toEqual(["show", "show", "show", "show", "alert"]);
    expect([panel.alert, lamp("15")]).toEqual([true, "flash"]);
    expect(kinds(panel.line("ringing", 15, "103"))).toEqual(["show"]);
    const effects = panel.press("15", 20);
    expect(kinds(effects)).toEqual(["show", "alert", "press", "acknowledge"]);
    expect(effects.at(-1)).toMatchObject({ report: { key: "15", lines: ["101", "103"] } });
    expect([panel.alert, lamp("15"), lamp("1")]).toEqual([false, "steady", "flash"]);
    panel.take({
      kind: "line",
      line: "101",
      state: "ringing",
      ring: "another",
      local: { weekday: 1, minute: 0 },
      at: 30,
    });
    expect([panel.alert, lamp("15")]).toEqual([true, "flash"]);
    panel.line("busy", 40, "101");
    expect([panel.alert, lamp("15")]).toEqual([false, "steady"]);
    panel.line("idle", 50, "103");
    expect(lamp("15")).toBe("dark");
  });

  test("alerts only of what this panel may pick up at that hour, and not of the desk phone itself", () => {
    const sunday = { weekday: 0, minute: 600 };
    for (const [line, local, alerts] of [
      ["102", sunday, false],
      ["105", sunday, false],
      ["104", { weekday: 1, minute: 600 }, false],
      ["104", sunday, true],
    ] as const) {
      panel.line("ringing", 10, line, local);
      expect(panel.alert).toBe(alerts);
      panel.line("idle", 20, line, local);
      expect(panel.alert).toBe(false);
    }
  });

  test("shows that a line which might ring is not seen, and ends an alert that is lost from sight", () => {
    panel.line("ringing", 10, "101");
    panel.line("unknown", 20, "103");
    expect(lamp("15")).toBe("flash");
    panel.line("unknown", 30, "101");
    expect([panel.alert, lamp("15")]).toEqual([false, "wink"]);
    panel.calm(40);
    expect(lamp("15")).toBe("dark");
  });
});

describe("a lamp test", () => {
  beforeEach(() => panel.calm(0));

  test("lights every lamp for a while, and then they are as before", () => {
    panel.line("busy", 10, "101");
    const effects = panel.press("16", 100);
    for (const [key, cadence] of panel.lamps) expect([key, cadence]).toEqual([key, "steady"]);
    expect(effects).toContainEqual(expect.objectContaining({ kind: "spare", until: 100 + LAMP_TEST }));
    expect(effects).toContainEqual({ kind: "wake", at: 100 + LAMP_TEST });
    panel.time(100 + LAMP_TEST);
    expect([lamp("1"), lamp("2"), lamp("11"), lamp("12"), lamp("15"), lamp("16")]).toEqual([
      "steady",
      "dark",
      "steady",
      "dark",
      "dark",
      "dark",
    ]);
  });

  test("yields to news at once, on the lamps that they are about", () => {
    panel.press("16", 100);
    panel.line("ringing", 200, "101");
    expect([lamp("1"), lamp("11"), lamp("15"), lamp("4")]).toEqual(["flash", "flash", "flash", "steady"]);
    expect(attemptIn(panel.press("1", 300))).toMatchObject({ task: { kind: "pickup" } });
    expect(lamp("1")).toBe("pending");
  });

  test("leaves a press under way alone", () => {
    panel.line("ringing", 10, "101");
    panel.press("1", 50);
    panel.press("16", 100);
    expect([lamp("1"), lamp("3")]).toEqual(["pending", "steady"]);
    panel.time(100 + LAMP_TEST);
    expect(lamp("1")).toBe("pending");
  });
});
