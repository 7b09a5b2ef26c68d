import { Daemon } from "../../firmware/daemon.ts";
import type { KeyId, LampId } from "../../firmware/domain/key.ts";
import type { LineKey } from "../../firmware/domain/key-settings.ts";
import type { LampState } from "../../firmware/domain/lamp.ts";
import { LINE_STATES, type LineState } from "../../firmware/domain/line-state.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import { Secret } from "../../firmware/domain/secret.ts";
import type { Settings } from "../../firmware/domain/settings.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Module } from "../../firmware/hal/module.ts";
import { UserAgent } from "../../firmware/sip/user-agent.ts";
import { Ether } from "../../sim/ether/ether.ts";
import { EtherTransport } from "../../sim/ether/ether-transport.ts";
import { Passage } from "../../sim/ether/passage.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { SimPbx } from "../../sim/pbx/pbx.ts";
import { SimPhone } from "../../sim/phone/phone.ts";
import { silentLog } from "../recording-log.ts";
import { board, profile, scheme } from "./bench-settings.ts";

const PBX = "192.0.2.1";
const PANEL = "192.0.2.7";
const LINES = ["101", "102", "103", "104"] as const;
const TOUCH: Millis = 120;

export type Line = (typeof LINES)[number];

export interface StillOptions {
  /** The list that tells of all lines; each has a subscription of its own where absent. */
  readonly list?: string;
  /** Draws what the PBX leaves to chance. */
  readonly random?: () => number;
}

/**
 * A whole daemon, a simulated PBX and its phones on a network in memory, on a clock that moves by hand: minutes pass in a
 * moment. Keys 1 to 4 watch 101 to 104; 102 stands beside the panel. It has no broker.
 */
export class StillPanel {
  readonly clock = new ManualClock();
  readonly pbx: SimPbx;
  /** Nothing of the PBX can be known: no lamp may tell anything. */
  dead = false;
  /** How long, at most, any lamp has told something else than the PBX itself. */
  longestLie: Millis = 0;
  /** How long, at most, any lamp has been unknown or told something else. */
  longestDoubt: Millis = 0;
  readonly #ether = new Ether(this.clock);
  readonly #passage = new Passage(this.clock);
  readonly #phones = new Map<string, SimPhone>();
  readonly #daemon: Daemon;
  readonly #module: StillModule;
  readonly #wrongSince = new Map<Line, Millis>();
  readonly #doubtfulSince = new Map<Line, Millis>();

  constructor({ list, random = () => 0.5 }: StillOptions = {}) {
    const { clock } = this;
    const datagrams = this.#ether.socket;
    this.pbx = new SimPbx({ clock, host: PBX, port: 5060, datagrams, random, ringTime: 600_000 });
    const settings = settingsFor(list);
    const keys = settings.keys.map(({ id }) => id);
    this.#module = new StillModule(keys, clock);
    const agent = new UserAgent({
      pbx: settings.pbx,
      clock,
      log: silentLog,
      localAddress: PANEL,
      random,
      transport: (_, options) => new EtherTransport(options, this.#ether, PANEL),
    });
    this.#daemon = new Daemon({
      settings,
      module: this.#module,
      agent,
      clock,
      log: silentLog,
      random,
      run: "still",
    });
  }

  /** Everybody is registered, and every line is seen. */
  async start(): Promise<void> {
    await this.#passage.whilst(this.pbx.start());
    for (const [i, number] of ["100", ...LINES].entries()) {
      const phone = new SimPhone({
        number,
        password: `pw${number}`,
        server: { host: PBX, port: 5060 },
        clock: this.clock,
        datagrams: this.#ether.socket,
        host: `192.0.2.${100 + i}`,
        habit: number === "102" ? "answers-on-header" : "manual",
      });
      this.#phones.set(number, phone);
      await this.#passage.whilst(phone.start());
    }
    await this.#passage.whilst(this.#daemon.start());
    await this.until("every lamp idle", () => LINES.every((line) => this.lamp(line) === "idle"), 5000);
  }

  async stop(): Promise<void> {
    await this.#passage.whilst(this.#daemon.stop());
    await this.pbx.kill();
  }

  /** What its lamp says, or shows of the last press there. */
  lamp(line: Line): LineState | "feedback" {
    return STATES.get(this.#module.shown.get(keyOf(line))?.cadence) ?? "feedback";
  }

  /** Of its lamp. */
  cadence(line: Line): string | undefined {
    return this.#module.shown.get(keyOf(line))?.cadence;
  }

  get lamps(): readonly string[] {
    return LINES.map((line) => this.lamp(line));
  }

  /** What they should say. */
  get truth(): readonly string[] {
    return LINES.map((line) => this.#truth(line));
  }

  /** Every lamp says what is so. */
  get right(): boolean {
    return LINES.every((line) => this.lamp(line) === this.#truth(line));
  }

  /** A finger touches the key of that line. */
  press(line: Line): void {
    this.#module.press(keyOf(line));
  }

  /** Somebody does something; that it fails while the PBX is away is no matter. */
  does(number: string, what: "answers" | "hangs up" | { readonly calls: string }): void {
    const phone = this.#phones.get(number);
    if (!phone) throw new Error(`no phone ${number}`);
    if (what === "answers") void phone.answer();
    else if (what === "hangs up") void phone.hangUp();
    else if (phone.state === "idle") phone.call(what.calls).catch(() => undefined);
  }

  phoneState(number: string): string | undefined {
    return this.#phones.get(number)?.state;
  }

  async run(time: Millis): Promise<void> {
    await this.#passage.run(this.clock.now() + time, () => this.#look());
    this.#look();
  }

  async until(what: string, seen: () => boolean, within: Millis): Promise<void> {
    await this.#passage.run(this.clock.now() + within, () => this.#look() || seen());
    if (!seen()) throw new Error(`not within ${within} ms: ${what}; lamps ${this.lamps}, truth ${this.truth}`);
  }

  whilst<T>(work: Promise<T>): Promise<T> {
    return this.#passage.whilst(work);
  }

  /** The profile of these flows cannot tell a phone that is away from one that is idle. */
  #truth(line: Line): string {
    if (this.dead) return "unknown";
    const state = this.pbx.lineState(line);
    return state === "offline" ? "idle" : state;
  }

  #look(): false {
    for (const line of LINES) {
      const lamp = this.lamp(line);
      const isTrue = lamp === "feedback" || lamp === this.#truth(line);
      this.longestLie = Math.max(this.longestLie, this.#since(this.#wrongSince, line, !isTrue && lamp !== "unknown"));
      this.longestDoubt = Math.max(this.longestDoubt, this.#since(this.#doubtfulSince, line, !isTrue));
    }
    return false;
  }

  /** How long it has been so, or had been until now. */
  #since(times: Map<Line, Millis>, line: Line, so: boolean): Millis {
    const now = this.clock.now();
    const since = times.get(line) ?? now;
    if (so) times.set(line, since);
    else times.delete(line);
    return now - since;
  }
}

const STATES = new Map<string | undefined, LineState>(
  LINE_STATES.map((state) => [scheme.states[state].cadence, state]),
);

const keyOf = (line: Line): KeyId => String(LINES.indexOf(line) + 1);

function settingsFor(list: string | undefined): Settings {
  const keys = LINES.map((line): LineKey => {
    return { kind: "line", id: keyOf(line), line, label: line, pickup: line !== "102", idle: {} };
  });
  return {
    panel: "still",
    board,
    profile,
    scheme,
    pbx: {
      host: PBX,
      port: 5060,
      transport: "udp",
      user: "panel1",
      password: new Secret("pwpanel1"),
      register: true,
      alive: 5000,
      longestRing: 180_000,
      ...(list !== undefined && { list }),
    },
    pickup: {
      phone: { line: "102", dial: "*80102", whenBusy: "refuse" },
      landings: ["desk-phone"],
      method: "auto",
      deadline: 4000,
    },
    scope: { groups: { desk: ["101", "103", "104"] }, pickup: ["desk"], hours: {} },
    keys,
    privacy: "off",
  };
}

/** Lamps that keep what they are to show, and run no patterns: those would be most of what happens in a quiet hour. */
class StillModule implements Module {
  readonly name = "bench";
  readonly lamps: readonly LampId[];
  readonly keys: readonly KeyId[];
  readonly held: ReadonlySet<KeyId> = new Set();
  readonly shown = new Map<LampId, LampState>();
  readonly #clock: Clock;
  #contact: Parameters<Module["onContact"]>[0] = () => undefined;
  #state: Parameters<Module["onState"]>[0] = () => undefined;

  constructor(keys: readonly KeyId[], clock: Clock) {
    this.lamps = keys;
    this.keys = keys;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    this.#state("up", undefined, new Set());
  }

  show(lamp: LampId, state: LampState): void {
    this.shown.set(lamp, state);
  }

  onContact(listener: Parameters<Module["onContact"]>[0]): void {
    this.#contact = listener;
  }

  onState(listener: Parameters<Module["onState"]>[0]): void {
    this.#state = listener;
  }

  async halt(): Promise<void> {
    this.shown.clear();
  }

  press(key: KeyId): void {
    const now = this.#clock.now();
    this.#contact(key, true, now);
    this.#clock.at(now + TOUCH, () => this.#contact(key, false, now + TOUCH));
  }
}
