import { beforeEach, describe, expect, test } from "vitest";
import { LAMP_TEST } from "../../firmware/domain/attendant.ts";
import type { Board } from "../../firmware/domain/board.ts";
import { CADENCE_NAMES } from "../../firmware/domain/cadence.ts";
import { IDENTIFY, identifyLook, lampsNamed } from "../../firmware/domain/identify.ts";
import { LINE_STATES } from "../../firmware/domain/line-state.ts";
import { Attended, scheme } from "./attended.ts";

const look = identifyLook(scheme).cadence;
let panel: Attended;
const lamps = (...keys: string[]) => keys.map((key) => panel.lamps.get(key));
const identify = (at: number, ...named: string[]) =>
  panel.take({ kind: "identify", ...(named.length > 0 && { lamps: new Set(named) }), at });
beforeEach(() => {
  panel = new Attended([], { lamps: true });
  panel.calm(0);
});

describe("identify", () => {
  test("shows every lamp by a look that no state has, and then what it showed", () => {
    const effects = identify(100);
    for (const [lamp, cadence] of panel.lamps) expect([lamp, cadence]).toEqual([lamp, look]);
    expect(effects).toContainEqual({ kind: "spare", look: identifyLook(scheme), until: 100 + IDENTIFY });
    expect(effects).toContainEqual({ kind: "wake", at: 100 + IDENTIFY });
    panel.time(99 + IDENTIFY);
    expect(lamps("1", "zone")).toEqual([look, look]);
    panel.time(100 + IDENTIFY);
    expect(lamps("1", "12", "zone", "alive")).toEqual(["dark", "dark", "dark", "dark"]);
  });

  test("shows those alone that are named", () => {
    panel.line("busy", 50, "103");
    const effects = identify(100, "4", "zone", "7");
    expect(lamps("1", "4", "zone", "alive")).toEqual(["dark", look, look, "dark"]);
    expect(effects).toContainEqual(expect.objectContaining({ kind: "spare", only: new Set(["4", "zone", "7"]) }));
    panel.time(100 + IDENTIFY);
    expect(lamps("4", "zone")).toEqual(["steady", "steady"]);
  });

  test("hides no ring, no press under way and no news", () => {
    panel.line("ringing", 10, "101");
    panel.press("1", 20);
    identify(100);
    expect(lamps("1", "3", "zone", "4")).toEqual(["pending", "flash", "flash", look]);
    panel.line("ringing", 200, "103");
    expect(lamps("4", "11")).toEqual(["flash", "flash"]);
  });

  test("gives way to a lamp test, which ends sooner", () => {
    identify(100);
    panel.take({ kind: "lamp-test", at: 200 });
    expect(lamps("1", "alive")).toEqual(["steady", "steady"]);
    panel.time(200 + LAMP_TEST);
    expect(lamps("1", "alive")).toEqual(["dark", "dark"]);
  });

  test("has a look of its own in any scheme", () => {
    for (let turn = 0; turn < CADENCE_NAMES.length; turn++) {
      const states = { ...scheme.states };
      for (const [i, state] of LINE_STATES.entries()) {
        const cadence = CADENCE_NAMES[(turn + i) % CADENCE_NAMES.length] ?? "dark";
        states[state] = { colour: "red", cadence };
      }
      const { cadence } = identifyLook({ ...scheme, states });
      expect(["dark", "steady", ...Object.values(states).map((each) => each.cadence)]).not.toContain(cadence);
    }
  });
});

test("a lamp test that nobody at the panel asked for is one all the same, and no press", () => {
  const effects = panel.take({ kind: "lamp-test", at: 100 });
  for (const [lamp, cadence] of panel.lamps) expect([lamp, cadence]).toEqual([lamp, "steady"]);
  expect(effects.some(({ kind }) => kind === "report")).toBe(false);
});

const led = (bank: string) => ({ bank, bit: 0, activeLow: false, colour: "red" }) as const;
const board: Board = {
  name: "desk",
  title: "Desk",
  columns: 2,
  rows: 1,
  banks: [
    { name: "left", driver: "sidecar", port: "/dev/a", baud: 115200, module: 0 },
    { name: "bits", driver: "sim", width: 4 },
    { name: "buttons", driver: "sim", width: 4 },
  ],
  keys: [
    { id: "1", leds: [], sidecar: { bank: "left", number: 1 }, column: 0, row: 0 },
    { id: "2", leds: [led("bits")], column: 1, row: 0 },
  ],
  lamps: [{ id: "alive", leds: [led("bits")] }],
};

test("lamps are named by key or bank, and what is not there is told with what is", () => {
  expect(lampsNamed(board, {})).toEqual({});
  expect(lampsNamed(board, { key: "2" })).toEqual({ lamps: new Set(["2"]) });
  expect(lampsNamed(board, { key: "alive" })).toEqual({ lamps: new Set(["alive"]) });
  expect(lampsNamed(board, { bank: "left" })).toEqual({ lamps: new Set(["1"]) });
  expect(lampsNamed(board, { bank: "bits" })).toEqual({ lamps: new Set(["2", "alive"]) });
  expect(lampsNamed(board, { key: "9" })).toEqual({ why: "board desk has no key 9; it has 1, 2, alive" });
  expect(lampsNamed(board, { bank: "x" })).toEqual({ why: "board desk has no bank x; it has left, bits, buttons" });
  expect(lampsNamed(board, { bank: "buttons" })).toEqual({ why: "there is no lamp on bank buttons" });
});
