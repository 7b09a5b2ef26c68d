import { randomBytes } from "node:crypto";
import { Daemon } from "../firmware/daemon.ts";
import type { Board, BoardKey } from "../firmware/domain/board.ts";
import type { KeyId } from "../firmware/domain/key.ts";
import type { Colour } from "../firmware/domain/lamp.ts";
import type { Millis } from "../firmware/domain/millis.ts";
import type { Profile } from "../firmware/domain/profile.ts";
import type { Scheme } from "../firmware/domain/scheme.ts";
import { Secret } from "../firmware/domain/secret.ts";
import type { Settings } from "../firmware/domain/settings.ts";
import type { Bank } from "../firmware/hal/bank.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import type { Log } from "../firmware/hal/log.ts";
import { Reporter } from "../firmware/mqtt/reporter.ts";
import { Panel } from "../firmware/panel/panel.ts";
import { UserAgent } from "../firmware/sip/user-agent.ts";
import { type SimBankBack, simBank } from "./bank.ts";
import { Broker } from "./broker.ts";
import type { ExtensionOptions } from "./pbx/account.ts";
import type { PbxEvent } from "./pbx/event.ts";
import { SimPbx } from "./pbx/pbx.ts";
import { SimPhone } from "./phone/phone.ts";
import { CALLERS, COLLEAGUES, DESK, PANEL } from "./town.ts";

/** How long a finger stays on a key. */
const TOUCH: Millis = 120;

export interface SimulationOptions {
  readonly board: Board;
  readonly profile: Profile;
  readonly scheme: Scheme;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of everything that is published on the broker. */
  readonly onPublish: (topic: string, payload: string) => void;
  /** Told of what happens on the PBX. */
  readonly onCall: (event: PbxEvent) => void;
}

/** What a simulation is made of, all of it running. */
interface Parts {
  readonly pbx: SimPbx;
  readonly broker: Broker;
  readonly desk: SimPhone;
  readonly colleagues: readonly SimPhone[];
  readonly callers: readonly SimPhone[];
  readonly backs: ReadonlyMap<string, SimBankBack>;
  readonly daemon: Daemon;
}

/**
 * A whole panel in one process: the real daemon, and around it a PBX, phones and a broker that speak their real protocols
 * on loopback, and a board whose lamps and keys are bits.
 */
export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const { board, clock, log, onPublish, onCall } = options;
  const pbx = new SimPbx({ clock, extensions: [DESK, ...COLLEAGUES, ...CALLERS], accounts: [PANEL], groups: {} });
  pbx.onEvent(onCall);
  const server = await pbx.start();
  const phone = ({ number, password }: ExtensionOptions) =>
    new SimPhone({ number, password, server, clock, habit: number === DESK.number ? "answers-on-header" : "manual" });
  const desk = phone(DESK);
  const colleagues = COLLEAGUES.map(phone);
  const callers = CALLERS.map(phone);
  await Promise.all([desk, ...colleagues, ...callers].map((each) => each.start()));
  const broker = new Broker();
  broker.onPublish(onPublish);
  const brokerPort = await broker.start();

  const settings = settingsFor(options, server, `mqtt://127.0.0.1:${brokerPort}`);
  const banks = new Map<string, Bank>();
  const backs = new Map<string, SimBankBack>();
  for (const { name, ...spec } of board.banks) {
    const { bank, back } = simBank({ name, width: spec.driver === "sim" ? spec.width : 32, clock });
    banks.set(name, bank);
    backs.set(name, back);
  }
  const daemon = new Daemon({
    settings,
    module: new Panel({ name: board.name, board, banks, clock }),
    agent: new UserAgent({ pbx: settings.pbx, clock, log }),
    ...(settings.mqtt && { reporter: new Reporter({ settings: settings.mqtt, panel: settings.panel, clock, log }) }),
    clock,
    log,
    run: randomBytes(6).toString("hex"),
  });
  await daemon.start();
  return new Simulation(options, { pbx, broker, desk, colleagues, callers, backs, daemon });
}

/** A running simulation, and its back face: hands, eyes and telephones. */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #parts: Parts;

  constructor(options: SimulationOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
  }

  get pbx(): SimPbx {
    return this.#parts.pbx;
  }

  get broker(): Broker {
    return this.#parts.broker;
  }

  /** The phone beside the panel. */
  get desk(): SimPhone {
    return this.#parts.desk;
  }

  get colleagues(): readonly SimPhone[] {
    return this.#parts.colleagues;
  }

  get callers(): readonly SimPhone[] {
    return this.#parts.callers;
  }

  async stop(): Promise<void> {
    const { daemon, desk, colleagues, callers, pbx, broker } = this.#parts;
    await daemon.stop();
    await Promise.all([desk, ...colleagues, ...callers].map((phone) => phone.stop()));
    await pbx.stop();
    await broker.stop();
  }

  /** A finger on a key: down, and up again a moment later. A key without a button does nothing. */
  press(key: KeyId): void {
    const { board, clock } = this.#options;
    const button = board.keys.find(({ id }) => id === key)?.button;
    const back = button && this.#parts.backs.get(button.bank);
    if (!button || !back) return;
    back.close(button.bit);
    clock.at(clock.now() + TOUCH, () => back.open(button.bit));
  }

  /** The LEDs of a key that are lit at this moment. */
  lit(key: BoardKey): readonly Colour[] {
    return key.leds.filter(({ bank, bit }) => this.#parts.backs.get(bank)?.lit(bit)).map(({ colour }) => colour);
  }

  /** Called whenever light changes anywhere on the board. One listener. */
  onLight(listener: () => void): void {
    for (const back of this.#parts.backs.values()) back.onLight(listener);
  }
}

/** The first keys of the board watch the colleagues, in their order. */
function settingsFor(
  { board, profile, scheme }: SimulationOptions,
  server: { readonly host: string; readonly port: number },
  broker: string,
): Settings {
  return {
    panel: "sim",
    board,
    profile,
    scheme,
    pbx: {
      ...server,
      transport: "udp",
      user: PANEL.user,
      password: new Secret(PANEL.password),
      register: true,
      alive: 5000,
      longestRing: 180_000,
    },
    pickup: {
      phone: { line: DESK.number, dial: `*80${DESK.number}`, whenBusy: "refuse" },
      landings: ["desk-phone"],
      method: "auto",
      deadline: 4000,
    },
    scope: { groups: { everybody: COLLEAGUES.map(({ number }) => number) }, pickup: ["everybody"], hours: {} },
    keys: COLLEAGUES.slice(0, board.keys.length).map(({ number, name }, i) => ({
      kind: "line",
      id: board.keys[i]?.id ?? "",
      line: number,
      label: name,
      pickup: true,
      idle: {},
    })),
    privacy: "off",
    mqtt: { url: broker, topic: "blfd" },
  };
}
