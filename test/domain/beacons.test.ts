import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { LAMP_TEST } from "../../firmware/domain/attendant.ts";
import { ALIVE } from "../../firmware/domain/beacon.ts";
import { groupState, LINE_STATES, type LineState } from "../../firmware/domain/line-state.ts";
import { LIT } from "../../firmware/domain/place.ts";
import { Attended, LINES, scheme } from "./attended.ts";

let panel: Attended;
const alive = () => panel.looks.get("alive");
const zone = () => panel.lamps.get("zone");
const link = (up: boolean, at = 1) => panel.take({ kind: "link", up, at });
const module = (why?: string, gone: readonly string[] = []) =>
  panel.take({ kind: "module", name: "panel", why, gone: new Set(gone), at: 1 });
beforeEach(() => {
  panel = new Attended([], { lamps: true });
});

describe("the alive lamp", () => {
  test("beats only while the link is up and every module is there", () => {
    expect(alive()).toMatchObject({ cadence: "dark" });
    link(true);
    expect(alive()).toMatchObject({ cadence: "dark" });
    module();
    expect(alive()).toBe(ALIVE);
    module("left: unplugged", ["1"]);
    expect(alive()).toMatchObject({ cadence: "dark" });
    module();
    expect(alive()).toBe(ALIVE);
    link(false);
    expect(alive()).toMatchObject({ cadence: "dark" });
  });

  test("shows itself again after a lamp test, which news end", () => {
    link(true);
    module();
    panel.press("16", 100);
    expect(alive()).toBe(LIT);
    panel.time(99 + LAMP_TEST);
    expect(alive()).toBe(LIT);
    panel.time(100 + LAMP_TEST);
    expect(alive()).toBe(ALIVE);
    panel.press("16", 5000);
    link(false, 5100);
    expect(alive()).toMatchObject({ cadence: "dark" });
    panel.time(5000 + LAMP_TEST);
    expect(alive()).toMatchObject({ cadence: "dark" });
  });

  test("is not spoken of where the board has none", () => {
    const bare = new Attended();
    bare.take({ kind: "link", up: true, at: 1 });
    bare.press("16", 2);
    expect([bare.looks.has("alive"), bare.looks.has("zone")]).toEqual([false, false]);
  });
});

describe("the zone lamp", () => {
  test("shows the most urgent of all lines that keys are for, but for slots and the desk phone", () => {
    expect(zone()).toBe("wink");
    panel.calm(1);
    expect(zone()).toBe("dark");
    panel.line("busy", 2, "102");
    panel.line("busy", 2, "701");
    expect(zone()).toBe("dark");
    panel.line("held", 3, "105");
    expect(zone()).toBe("slow");
    panel.line("ringing", 4, "105");
    panel.line("busy", 5, "101");
    panel.line("unknown", 6, "103");
    expect(zone()).toBe("flash");
    panel.line("idle", 7, "105");
    expect(zone()).toBe("wink");
  });

  test("is about one group where that is named, also about lines that no key is for", () => {
    panel = new Attended([], { lamps: true, zone: ["103", "108"] });
    panel.calm(1);
    expect(zone()).toBe("wink");
    panel.line("idle", 2, "108");
    expect(zone()).toBe("dark");
    panel.line("ringing", 3, "101");
    expect(zone()).toBe("dark");
    panel.line("ringing", 4, "108");
    expect(zone()).toBe("flash");
  });

  test("is lit by a lamp test, but a ring that begins is shown at once", () => {
    panel.calm(1);
    panel.press("16", 100);
    expect(zone()).toBe("steady");
    panel.line("ringing", 200);
    expect(zone()).toBe("flash");
    panel.time(100 + LAMP_TEST);
    expect(zone()).toBe("flash");
  });

  test("over any states: it is what the scheme says of its most urgent line, and never masks one that rings", () => {
    const told = fc.array(fc.tuple(fc.constantFrom(...LINES), fc.constantFrom(...LINE_STATES)), { maxLength: 30 });
    fc.assert(
      fc.property(told, (news) => {
        panel = new Attended([], { lamps: true });
        const states = new Map<string, LineState>(["101", "103", "104", "105"].map((line) => [line, "unknown"]));
        for (const [i, [line, state]] of news.entries()) {
          panel.line(state, i, line);
          if (states.has(line)) states.set(line, state);
          const all = [...states.values()];
          expect(zone()).toBe(scheme.states[groupState(all)].cadence);
          expect(zone() === "flash").toBe(all.includes("ringing"));
        }
      }),
    );
  });
});
