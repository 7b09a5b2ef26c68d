import { connect, type MqttClient } from "mqtt";
import { SystemClock } from "../../drivers/system-clock.ts";
import { Daemon } from "../../firmware/daemon.ts";
import type { Caller } from "../../firmware/domain/caller.ts";
import type { LineState } from "../../firmware/domain/line-state.ts";
import type { OutcomeKind } from "../../firmware/domain/outcome.ts";
import { Reporter } from "../../firmware/mqtt/reporter.ts";
import { Panel } from "../../firmware/panel/panel.ts";
import { UserAgent } from "../../firmware/sip/user-agent.ts";
import { type SimBankBack, simBank } from "../../sim/bank.ts";
import { Broker } from "../../sim/broker.ts";
import { RecordingLog } from "../recording-log.ts";
import { BUTTONS, board, type PanelOptions, settingsFor } from "./bench-settings.ts";
import { Conditions } from "./until.ts";

/** How long a finger stays on a key, in ms. */
const TOUCH = 120;

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
