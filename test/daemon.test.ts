import { afterEach, beforeEach, expect, test } from "vitest";
import { Daemon } from "../firmware/daemon.ts";
import { LAMP_TEST } from "../firmware/domain/attendant.ts";
import type { LampState } from "../firmware/domain/lamp.ts";
import type { Outcome } from "../firmware/domain/outcome.ts";
import { LIT } from "../firmware/domain/place.ts";
import { LONG_AFTER } from "../firmware/domain/press.ts";
import { Secret } from "../firmware/domain/secret.ts";
import type { Settings } from "../firmware/domain/settings.ts";
import type { Module } from "../firmware/hal/module.ts";
import { UserAgent } from "../firmware/sip/user-agent.ts";
import { ManualClock } from "../sim/manual-clock.ts";
import { loadProfile } from "./config/data-files.ts";
import { scheme, scope } from "./domain/attended.ts";
import { RecordingLog } from "./recording-log.ts";

/** A board with three keys, of which the second tests lamps, and a lamp that belongs to no key. No PBX answers. */
class Board implements Module {
  readonly name = "board";
  readonly lamps = ["1", "2", "3", "zone"];
  readonly keys = ["1", "2", "3"];
  readonly held = new Set<string>();
  readonly shown = new Map<string, LampState>();
  contact: (key: string, closed: boolean, at: number) => void = () => undefined;

  async start(): Promise<void> {}
  async halt(): Promise<void> {}
  onState(): void {}

  onContact(listener: (key: string, closed: boolean, at: number) => void): void {
    this.contact = listener;
  }

  show(lamp: string, state: LampState): void {
    this.shown.set(lamp, state);
  }
}

const profile = loadProfile("generic", { boardConfigs: new URL("../board-configs", import.meta.url).pathname });
if (!profile.ok) throw new Error("what is shipped is not valid");
const settings: Settings = {
  panel: "bench",
  board: { name: "board", title: "Board", columns: 3, rows: 1, banks: [], keys: [] },
  profile: profile.value,
  scheme,
  pbx: {
    host: "127.0.0.1",
    port: 9,
    transport: "udp",
    user: "panel1",
    password: new Secret("pwpanel1"),
    register: false,
    alive: 5000,
    longestRing: 180_000,
  },
  pickup: { landings: [], method: "auto", deadline: 4000 },
  scope,
  keys: [
    { kind: "line", id: "1", line: "101", label: "Reception", pickup: true, idle: {} },
    { kind: "line", id: "3", line: "104", label: "Weekends", pickup: true, idle: {} },
    { kind: "panel", id: "2", action: "lamp-test", label: "Lamps" },
  ],
  privacy: "off",
};

const DAY = 24 * 3600 * 1000;

let clock: ManualClock;
let log: RecordingLog;
let board: Board;
let daemon: Daemon;
beforeEach(async () => {
  // A Thursday, at noon of wherever this runs.
  clock = new ManualClock(0, new Date(2026, 0, 1, 12, 0));
  log = new RecordingLog();
  board = new Board();
  const agent = new UserAgent({ pbx: settings.pbx, clock, log });
  daemon = new Daemon({ settings, module: board, agent, clock, log, run: "test" });
  await daemon.start();
});
afterEach(() => daemon.stop());

const told = (type: string) => log.lines.filter(({ message }) => message === type).map(({ fields }) => fields);

test("a lamp test lights every lamp, also one of no key, and leaves all as they were", () => {
  expect([...board.shown]).toEqual([
    ["1", scheme.states.unknown],
    ["3", scheme.states.unknown],
    ["2", scheme.states.idle],
  ]);
  board.contact("2", true, clock.now());
  expect([...board.shown.values()]).toEqual([LIT, LIT, LIT, LIT]);
  board.contact("2", false, clock.now());
  clock.advance(LAMP_TEST - 1);
  expect(board.shown.get("zone")).toBe(LIT);
  clock.advance(1);
  expect([board.shown.get("1"), board.shown.get("2")]).toEqual([scheme.states.unknown, scheme.states.idle]);
  expect(board.shown.get("zone")).toMatchObject({ cadence: "dark" });
  expect(told("press")).toEqual([{ press: 1, key: "2", on: { action: "lamp-test" } }]);
});

test("a key that is held asks once, however it is let go", () => {
  board.contact("1", true, clock.now());
  clock.advance(LONG_AFTER);
  board.contact("1", false, clock.now());
  expect(told("pickup")).toEqual([
    expect.objectContaining({
      press: 1,
      key: "1",
      on: { line: "101" },
      outcome: expect.objectContaining({ kind: "refused" }),
    }),
  ]);
});

test("the hours of the scope are those of the clock on the wall", () => {
  const reasonNow = () => {
    board.contact("3", true, clock.now());
    board.contact("3", false, clock.now());
    return (told("pickup").at(-1)?.outcome as Outcome | undefined)?.reason;
  };
  expect(reasonNow()).toContain("only in these hours: weekend Sun");
  clock.advance(2 * DAY);
  expect(reasonNow()).toContain("only in these hours");
  clock.advance(DAY);
  expect(reasonNow()).toBe("the state of line 104 is not known");
});
