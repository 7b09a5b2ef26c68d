import { connect, type MqttClient } from "mqtt";
import { SystemClock } from "../../drivers/system-clock.ts";
import { Daemon } from "../../firmware/daemon.ts";
import type { Board, BoardKey } from "../../firmware/domain/board.ts";
import type { Caller } from "../../firmware/domain/caller.ts";
import type { KeySettings, LineKey } from "../../firmware/domain/key-settings.ts";
import type { LineState } from "../../firmware/domain/line-state.ts";
import type { OutcomeKind } from "../../firmware/domain/outcome.ts";
import type { Profile } from "../../firmware/domain/profile.ts";
import type { Scheme } from "../../firmware/domain/scheme.ts";
import { Secret } from "../../firmware/domain/secret.ts";
import type { Settings } from "../../firmware/domain/settings.ts";
import { Reporter } from "../../firmware/mqtt/reporter.ts";
import { Panel } from "../../firmware/panel/panel.ts";
import { UserAgent } from "../../firmware/sip/user-agent.ts";
import { type SimBankBack, simBank } from "../../sim/bank.ts";
import { Broker } from "../../sim/broker.ts";
import { RecordingLog } from "../recording-log.ts";
import { Conditions } from "./until.ts";

const BUTTONS = 16;
/** How long a finger stays on a key, in ms. */
const TOUCH = 120;

/** Key N: its lamp is bit N, its button bit N + 16. */
const boardKey = (n: number): BoardKey => ({
  id: String(n),
  leds: [{ bank: "panel", bit: n, activeLow: false, colour: "red" }],
  button: { bank: "panel", bit: n + BUTTONS, activeLow: false, pull: "up", debounce: 20 },
  column: n - 1,
  row: 0,
});

export const board: Board = {
  name: "bench",
  title: "Bench",
  columns: 7,
  rows: 1,
  banks: [{ name: "panel", driver: "sim", width: 32 }],
  keys: [1, 2, 3, 4, 5, 6, 7].map(boardKey),
};

export const profile: Profile = {
  name: "test",
  title: "A PBX under test",
  watch: "dialog",
  pickup: { directed: "**{line}", replaces: false },
  intercom: "*80{phone}",
  offline: "never",
  transfers: "pbx",
};

const red = (cadence: Scheme["states"]["idle"]["cadence"]) => ({ colour: "red", cadence }) as const;
export const scheme: Scheme = {
  name: "mono",
  states: {
    unknown: red("wink"),
    offline: red("double-wink"),
    idle: red("dark"),
    ringing: red("flash"),
    busy: red("steady"),
    held: red("slow"),
    waiting: red("dip"),
  },
  feedback: { pending: red("pending"), refused: red("refused"), "too-late": red("too-late"), failed: red("failed") },
};

export interface PanelOptions {
  readonly host: string;
  readonly port: number;
  readonly transport: "udp" | "tcp";
  readonly password?: string;
  readonly deadline?: number;
  /** The line on key 5; 105 where absent. */
  readonly odd?: string;
  /** The list that tells of all lines; each has a subscription of its own where absent. */
  readonly list?: string;
  /** What tells a phone that is not registered; nothing where absent, so that the flows need not register them all. */
  readonly offline?: Profile["offline"];
  /** Whose messages key 1 shows; nobody's where absent. */
  readonly mailbox?: string;
  /** Anything else that is to be otherwise. */
  readonly change?: (settings: Settings) => Settings;
}

/** A key for all of the group "desk", and one for the first park slot. */
export const GROUP_KEY: KeySettings = {
  kind: "group",
  id: "6",
  group: "desk",
  label: "Any desk",
  lines: ["101", "103", "104"],
  pickup: true,
};
export const PARK_KEY: KeySettings = { kind: "park", id: "7", slot: "701", label: "Park 1" };

/** Key 1 → 101, 2 → 102 (the desk phone's own), 3 → 103, 4 → 104, all in scope but 102; 5 → 105, out of scope. */
function settingsFor(options: PanelOptions, mqttPort: number): Settings {
  const key = (id: string, line: string, pickup = true): LineKey => {
    return { kind: "line", id, line, label: `Line ${line}`, pickup, idle: {} };
  };
  const first = { ...key("1", "101"), ...(options.mailbox !== undefined && { mailbox: options.mailbox }) };
  const settings: Settings = {
    panel: "bench",
    board,
    profile: { ...profile, offline: options.offline ?? "never" },
    scheme,
    pbx: {
      host: options.host,
      port: options.port,
      transport: options.transport,
      user: "panel1",
      password: new Secret(options.password ?? "pwpanel1"),
      register: true,
      alive: 5000,
      longestRing: 180_000,
      ...(options.list !== undefined && { list: options.list }),
    },
    pickup: {
      phone: { line: "102", dial: "*80102", whenBusy: "refuse" },
      landings: ["desk-phone"],
      method: "auto",
      deadline: options.deadline ?? 4000,
    },
    scope: { groups: { desk: ["101", "103", "104", "999"] }, pickup: ["desk"], hours: {} },
    keys: [first, key("2", "102", false), key("3", "103"), key("4", "104"), key("5", options.odd ?? "105")],
    privacy: "off",
    mqtt: { url: `mqtt://127.0.0.1:${mqttPort}`, topic: "blfd" },
  };
  return options.change?.(settings) ?? settings;
}

interface LampMessage {
  readonly state: LineState;
  readonly cadence: string;
  readonly caller?: Caller;
  readonly at: number;
}

export interface EventMessage {
  readonly id: string;
  readonly type: string;
  readonly line?: string;
  readonly group?: string;
  readonly slot?: string;
  readonly key?: string;
  readonly outcome?: OutcomeKind;
  readonly reason?: string;
  readonly what?: string;
  readonly why?: string;
  readonly code?: number;
  readonly method?: string;
  readonly landing?: string;
  readonly steps?: readonly { readonly step: string; readonly took: number }[];
  readonly took?: number;
}

/** A whole daemon with a simulated panel and an embedded broker, seen from outside: bits, presses and MQTT. */
export class TestPanel {
  readonly log = new RecordingLog();
  readonly events: EventMessage[] = [];
  /** Every payload as it came. */
  readonly payloads: string[] = [];
  /** Every lamp message in the order of arrival, with its time on one clock. */
  readonly lampMessages: (LampMessage & { readonly key: string })[] = [];
  readonly #lamps = new Map<string, LampMessage>();
  readonly #lights: number[] = [];
  readonly #down = new Set<string>();
  readonly #conditions = new Conditions();
  readonly #clock = new SystemClock();
  readonly #options: PanelOptions;
  readonly #broker = new Broker();
  #back: SimBankBack | undefined;
  #client: MqttClient | undefined;
  #daemon: Daemon | undefined;

  constructor(options: PanelOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const port = await this.#broker.start();
    const clock = this.#clock;
    const log = this.log;
    const client = connect(`mqtt://127.0.0.1:${port}`);
    this.#client = client;
    client.on("message", (topic, payload) => this.#heard(topic, payload.toString()));
    await new Promise<void>((resolve) => client.once("connect", () => resolve()));
    await client.subscribeAsync("blfd/bench/#", { qos: 1 });

    const settings = settingsFor(this.#options, port);
    const { bank, back } = simBank({ name: "panel", width: 32, clock });
    this.#back = back;
    back.onLight((outputs) => {
      this.#lights.push(outputs);
      this.#conditions.check();
    });
    const module = new Panel({ name: "bench", board, banks: new Map([["panel", bank]]), clock });
    const agent = new UserAgent({ pbx: settings.pbx, clock, log });
    if (!settings.mqtt) throw new Error("the bench has a broker");
    const reporter = new Reporter({ settings: settings.mqtt, panel: settings.panel, clock, log });
    this.#daemon = new Daemon({ settings, module, agent, reporter, clock, log, run: "bench" });
    await this.#daemon.start();
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
    await this.#client?.endAsync();
    await this.#broker.stop();
  }

  /** A finger: down, and up again after so long. */
  press(key: string, held = TOUCH): void {
    const bit = Number(key) + BUTTONS;
    this.#down.add(key);
    this.#back?.close(bit);
    this.#clock.at(this.#clock.now() + held, () => {
      this.#back?.open(bit);
      this.#down.delete(key);
      this.#conditions.check();
    });
  }

  /** No finger on this key: before that, a press of it would be none. */
  untilReleased(key: string): Promise<unknown> {
    return this.#conditions.until(
      `key ${key} released`,
      10_000,
      () => (this.#down.has(key) ? undefined : true),
      () => "down",
    );
  }

  lamp(key: string): LineState | undefined {
    return this.#lamps.get(key)?.state;
  }

  /** What was told of a lamp last. */
  message(key: string): LampMessage | undefined {
    return this.#lamps.get(key);
  }

  untilLamp(key: string, state: LineState, within: number): Promise<unknown> {
    return this.#conditions.until(
      `lamp ${key} ${state}`,
      within,
      () => (this.lamp(key) === state ? true : undefined),
      () => String(this.lamp(key)),
    );
  }

  /** All five at once. */
  untilLamps(states: readonly LineState[], within: number): Promise<unknown> {
    const now = () => [1, 2, 3, 4, 5].map((key) => this.lamp(String(key)));
    return this.#conditions.until(
      `lamps ${states}`,
      within,
      () => (states.every((state, i) => now()[i] === state) ? true : undefined),
      () => String(now()),
    );
  }

  /** The lamp itself goes on and off, and on again. */
  untilFlashing(key: string, within: number): Promise<unknown> {
    const from = this.#lights.length;
    const bit = 1 << Number(key);
    const turns = () =>
      this.#lights.slice(from).filter((outputs, i, all) => ((outputs ^ (all[i - 1] ?? ~outputs)) & bit) !== 0).length;
    return this.#conditions.until(
      `lamp ${key} flashing`,
      within,
      () => (turns() >= 4 ? true : undefined),
      () => `${turns()} turns`,
    );
  }

  lit(key: string): boolean {
    return this.#back?.lit(Number(key)) ?? false;
  }

  /** Presses and waits for what became of it. */
  async pressed(key: string, within = 20_000, held = TOUCH): Promise<EventMessage> {
    const from = this.events.length;
    this.press(key, held);
    return this.untilEvent(from, within, (event) => event.outcome !== undefined && event.key === key);
  }

  /** The first event that fits, counted from event number `from`. */
  untilEvent(from: number, within: number, fits: (event: EventMessage) => boolean): Promise<EventMessage> {
    return this.#conditions.until(
      "an event",
      within,
      () => this.events.slice(from).find(fits),
      () => JSON.stringify(this.events.slice(from)),
    );
  }

  #heard(topic: string, payload: string): void {
    const [, , kind, key] = topic.split("/");
    this.payloads.push(payload);
    if (kind === "event") this.events.push(JSON.parse(payload) as EventMessage);
    if (kind === "lamp" && key !== undefined) {
      const message = { ...(JSON.parse(payload) as LampMessage), at: this.#clock.now() };
      this.#lamps.set(key, message);
      this.lampMessages.push({ ...message, key });
    }
    this.#conditions.check();
  }
}
