import { Daemon, type DaemonParts } from "../firmware/daemon.ts";
import type { Board, BoardKey } from "../firmware/domain/board.ts";
import { Secret } from "../firmware/domain/secret.ts";
import type { Settings } from "../firmware/domain/settings.ts";
import { Buzzer } from "../firmware/panel/buzzer.ts";
import { Panel } from "../firmware/panel/panel.ts";
import { simBank } from "../sim/bank.ts";
import { ManualClock } from "../sim/manual-clock.ts";
import { loadProfile } from "./config/data-files.ts";
import { scheme } from "./domain/attended.ts";
import { RecordingLog } from "./recording-log.ts";
import { FakeAgent } from "./sip/fake-agent.ts";
import { dialog, full } from "./sip/watching.ts";

const loaded = loadProfile("generic", { boardConfigs: new URL("../board-configs", import.meta.url).pathname });
if (!loaded.ok) throw new Error("what is shipped is not valid");

/** Key N has its LED on bit N, and its button on bit N + 16. */
const key = (n: number): BoardKey => ({
  id: String(n),
  leds: [{ bank: "wall", bit: n, activeLow: false, colour: "red" }],
  button: { bank: "wall", bit: n + 16, activeLow: false, pull: "up", debounce: 20 },
  column: n,
  row: 0,
});
export const ZONE = 8;
export const ALIVE = 9;
export const BUZZER = 10;
/** A key that is for nothing. */
export const SPARE = 5;
export const board: Board = {
  name: "wall",
  title: "Wall",
  columns: 6,
  rows: 1,
  banks: [{ name: "wall", driver: "sim", width: 32 }],
  keys: [1, 2, 3, 4, SPARE].map(key),
  lamps: [
    { id: "zone", leds: [{ bank: "wall", bit: ZONE, activeLow: false, colour: "amber" }] },
    { id: "alive", leds: [{ bank: "wall", bit: ALIVE, activeLow: false, colour: "green" }] },
  ],
  buzzer: { bank: "wall", bit: BUZZER, activeLow: false },
};

const settings: Settings = {
  panel: "bench",
  board,
  profile: loaded.value,
  scheme,
  pbx: {
    host: "127.0.0.1",
    transport: "udp",
    user: "panel1",
    password: new Secret("pwpanel1"),
    register: false,
    alive: 5000,
    longestRing: 180_000,
  },
  pickup: { landings: [], method: "auto", deadline: 4000 },
  scope: { groups: { desk: ["101", "102"] }, pickup: ["desk"], hours: {} },
  keys: [
    { kind: "line", id: "1", line: "101", label: "Reception", pickup: true, idle: {} },
    { kind: "line", id: "2", line: "102", label: "Workshop", pickup: true, idle: {} },
    { kind: "panel", id: "3", action: "acknowledge", label: "Quiet" },
    { kind: "panel", id: "4", action: "lamp-test", label: "Lamps" },
  ],
  alerts: { style: "both", delay: 0, hours: [], tones: true },
  privacy: "off",
};

/** A PBX that is there once it is asked for. */
export class Pbx extends FakeAgent {
  async start(): Promise<void> {
    this.link(true);
  }

  async stop(): Promise<void> {}
}

type StationParts = Partial<Omit<DaemonParts, "settings" | "clock">> & {
  readonly settings?: Partial<Settings>;
  readonly clock?: ManualClock;
};

/** A wall panel with a buzzer, driven by a real daemon, and a PBX as the test plays it. */
export class Station {
  /** A Thursday, at noon of wherever this runs. */
  readonly clock: ManualClock;
  readonly log = new RecordingLog();
  readonly agent = new Pbx();
  readonly wall;
  readonly daemon: Daemon;
  #version = 0;

  constructor(more: StationParts = {}) {
    const { clock = new ManualClock(1000, new Date(2026, 0, 1, 12, 0)) } = more;
    const { log, agent } = this;
    this.clock = clock;
    const { bank, back } = simBank({ name: "wall", width: 32, clock });
    this.wall = back;
    const module = new Panel({ name: "wall", board, banks: new Map([["wall", bank]]), clock });
    const buzzer = new Buzzer({ bit: BUZZER }, bank, clock);
    const parts = { module, buzzer, agent, log, run: "test", ...more };
    this.daemon = new Daemon({ ...parts, clock, settings: { ...settings, ...more.settings } });
    agent.up = false;
  }

  /** Started, with all lines idle. */
  async begin(): Promise<void> {
    await this.daemon.start();
    this.subscribed();
  }

  /** The subscriptions that were asked for are granted, and tell of no calls. */
  subscribed(): void {
    for (const asked of this.agent.unanswered) {
      asked.answer(200, { headers: { Expires: "600" } });
      this.agent.notify(asked.callId, { body: full(this.#version++) });
    }
  }

  /** The PBX tells of one call at a line, or of none. */
  line(line: string, state?: "early" | "confirmed", id = "a"): void {
    const asked = this.agent.asked.filter(({ spec }) => spec.to === this.agent.uri(line)).at(-1);
    if (!asked) throw new Error(`nobody asks for ${line}`);
    this.agent.notify(asked.callId, { body: full(this.#version++, ...(state ? [dialog(state, id)] : [])) });
  }

  /** A finger on a key. */
  press(key: number): void {
    this.wall.close(key + 16);
    this.clock.advance(100);
    this.wall.open(key + 16);
    this.clock.advance(50);
  }

  /** What a lamp or the buzzer does from now on: for how long it is lit or dark, by turns, beginning with lit. */
  watch(bit: number, during: number): number[] {
    const parts: number[] = [];
    let lit = true;
    for (let past = 0; past < during; past += 10) {
      if (parts.length === 0) parts.push(0);
      if (this.wall.lit(bit) !== lit) {
        parts.push(0);
        lit = !lit;
      }
      parts.push((parts.pop() ?? 0) + 10);
      this.clock.advance(10);
    }
    return parts;
  }

  async stop(): Promise<void> {
    let stopped = false;
    const stopping = this.daemon.stop().then(() => {
      stopped = true;
    });
    while (!stopped) {
      this.clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stopping;
  }
}
