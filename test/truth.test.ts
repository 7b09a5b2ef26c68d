import { describe, expect, test } from "vitest";
import { lies, type Note } from "./real/truth.ts";

const ALIVE = 5000;
const lamp = (at: number, state: "unknown" | "idle" | "ringing"): Note => ({ at, kind: "lamp", line: "101", state });
const link = (at: number, up: boolean): Note => ({ at, kind: "link", up });
const notify = (at: number, { event = "dialog", active = true } = {}): Note => ({
  at,
  kind: "notify",
  line: "101",
  event,
  active,
});

const well = [lamp(0, "unknown"), link(10, true), notify(20), lamp(20, "idle")];

/** The judge of the real tests, judged. */
describe("a record of lamps, links and NOTIFYs", () => {
  test("that is true has no lies", () => {
    const lost = [link(1000, false), lamp(1000, "unknown")];
    const back = [link(9000, true), notify(9010), lamp(9010, "idle"), notify(9500), lamp(9500, "ringing")];
    expect(lies([...well, ...lost, ...back], [{ from: 900, to: 8900 }], ALIVE)).toEqual([]);
  });

  test("a lamp that leaves unknown before any NOTIFY", () => {
    expect(lies([lamp(0, "unknown"), link(10, true), lamp(20, "idle")], [], ALIVE)).toHaveLength(1);
  });

  test("a lamp that comes back by what was known before the loss", () => {
    const remembered = [...well, link(1000, false), lamp(1000, "unknown"), link(1100, true), lamp(1100, "idle")];
    expect(lies(remembered, [], ALIVE)).toEqual(["101 went idle, and no NOTIFY said so"]);
  });

  test("a lamp that comes back by presence alone", () => {
    const lost = [...well, link(1000, false), lamp(1000, "unknown"), link(1100, true)];
    expect(lies([...lost, notify(1200, { event: "presence" }), lamp(1200, "idle")], [], ALIVE)).toHaveLength(1);
  });

  test("a lamp that comes back by a NOTIFY that ends its subscription", () => {
    const ended = [...well, notify(1000, { active: false }), lamp(1000, "unknown")];
    expect(lies([...ended, lamp(1010, "idle")], [], ALIVE)).toHaveLength(1);
    expect(lies([...ended, notify(1010), lamp(1010, "idle")], [], ALIVE)).toEqual([]);
  });

  test("a lamp that was doubted, and is true again by what was said of its presence", () => {
    const doubted = [...well, lamp(1000, "unknown"), notify(1100, { event: "presence" }), lamp(1100, "idle")];
    expect(lies(doubted, [], ALIVE)).toEqual([]);
  });

  test("a lamp that stays lit while the link is down", () => {
    expect(lies([...well, link(1000, false), link(9000, true)], [], ALIVE)).toEqual([
      "101 was idle while the link was down",
    ]);
  });

  test("a lamp that shows the last state of a PBX that has long been dead", () => {
    const outage = { from: 1000, to: 8000 };
    expect(lies([...well, link(7100, false), lamp(7100, "unknown")], [outage], ALIVE)).toHaveLength(1);
    expect(lies([...well, link(6900, false), lamp(6900, "unknown")], [outage], ALIVE)).toEqual([]);
    expect(lies(well, [{ from: 1000, to: 6000 }], ALIVE)).toEqual([]);
  });

  test("an outage that was none, because a NOTIFY came through", () => {
    expect(lies([...well, notify(3000)], [{ from: 1000, to: 4000 }], ALIVE)).toHaveLength(1);
  });
});
