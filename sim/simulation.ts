import { randomBytes } from "node:crypto";
import { Daemon } from "../firmware/daemon.ts";
import type { KeyId, LampId } from "../firmware/domain/key.ts";
import type { Colour } from "../firmware/domain/lamp.ts";
import type { Millis } from "../firmware/domain/millis.ts";
import type { Settings } from "../firmware/domain/settings.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import type { Log } from "../firmware/hal/log.ts";
import { UserAgent } from "../firmware/sip/user-agent.ts";
import { handsOf } from "./desk-hands.ts";
import type { Heard, Medium } from "./medium.ts";
import type { PbxEvent } from "./pbx/event.ts";
import { SimPbx } from "./pbx/pbx.ts";
import { passwordOf, pbxPlan } from "./pbx-plan.ts";
import { SimPhone } from "./phone/phone.ts";
import { SimBoard } from "./sim-board.ts";
import { simulated } from "./simulated-settings.ts";
import { type Person, type Town, townOf } from "./town.ts";

/** How long a finger stays on a key. */
const TOUCH: Millis = 120;

export interface SimulationOptions {
  /** Of any panel. Its PBX, account, broker and hardware are replaced by simulated ones. */
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly medium: Medium;
  /** In [0, 1). */
  readonly random?: () => number;
}

/**
 * A whole panel in one process: the real daemon, and around it a PBX, phones and a broker that speak their real protocols,
 * and a board without hardware. And its back face: fingers, eyes and telephones.
 */
export class Simulation {
  readonly town: Town;
  readonly pbx: SimPbx;
  /** By number: the desk phone, people, callers. */
  readonly phones: ReadonlyMap<string, SimPhone>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #board: SimBoard;
  readonly #medium: Medium;
  readonly #random: () => number;
  readonly #published = new Set<Heard>();
  /** The port is known when the PBX has one. */
  readonly #server: { host: string; port: number };
  #settings: Settings;
  #daemon: Daemon | undefined;

  constructor({ settings, clock, log, medium, random = Math.random }: SimulationOptions) {
    this.#medium = medium;
    this.#random = random;
    this.#server = { host: medium.pbx.host, port: 0 };
    this.#clock = clock;
    this.#log = log;
    this.#settings = settings;
    this.#board = new SimBoard(settings.board, clock);
    this.town = townOf(settings);
    this.pbx = new SimPbx({ clock, random, ...medium.pbx, ...pbxPlan(settings, this.town) });
    const { desk, people, callers } = this.town;
    const everybody = [...(desk ? [desk] : []), ...people, ...callers];
    this.phones = new Map(everybody.map((person, i) => [person.number, this.#phone(person, i)]));
  }

  /** As the panel runs with them: once started, with the simulated PBX and broker in them. */
  get settings(): Settings {
    return this.#settings;
  }

  /** Phones are registered, as those of any other day, and the panel is on its way to the PBX, when this resolves. */
  async start(): Promise<void> {
    const heard: Heard = (topic, payload) => {
      for (const listener of [...this.#published]) listener(topic, payload);
    };
    try {
      this.#server.port = (await this.pbx.start()).port;
      await Promise.all(
        [...this.phones.values()].map(async (phone) => this.pbx.know(phone.number, await phone.wake())),
      );
      this.#settings = simulated(this.#settings, this.#server, await this.#medium.start(heard));
      this.#daemon = this.#makeDaemon(this.#settings);
      await this.#daemon.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * The panel takes its leave of the PBX; then all calls are ended, and everybody is gone. What was never started is not there
   * to be stopped: harmless then, and the second time.
   */
  async stop(): Promise<void> {
    await this.#daemon?.stop();
    this.#daemon = undefined;
    await this.pbx.stop();
    await Promise.all([...this.phones.values()].map((phone) => phone.unplug()));
    await this.#medium.stop();
  }

  /**
   * A finger on a key: down, and up again after `hold` ms. A key without a button does nothing.
   *
   * @throws RangeError where the board has no such key
   */
  press(key: KeyId, hold: Millis = TOUCH): void {
    this.close(key);
    this.#clock.at(this.#clock.now() + hold, () => this.open(key));
  }

  /** A finger that stays there. As press(). */
  close(key: KeyId): void {
    this.#board.close(key);
  }

  open(key: KeyId): void {
    this.#board.open(key);
  }

  /** The LEDs that are lit at this moment: of a key, or of another lamp of the board (zone, alive). */
  lit(lamp: LampId): readonly Colour[] {
    return this.#board.lit(lamp);
  }

  /** False also where the board has no buzzer. */
  get buzzing(): boolean {
    return this.#board.buzzing;
  }

  /** Told whenever light, or the buzzer, has changed anywhere on the board. */
  onLight(listener: () => void): () => void {
    return this.#board.onLight(listener);
  }

  /** Told of everything that the panel publishes over MQTT. */
  onPublish(listener: (topic: string, payload: string) => void): () => void {
    this.#published.add(listener);
    return () => this.#published.delete(listener);
  }

  /** Told of what happens on the PBX. */
  onCall(listener: (event: PbxEvent) => void): () => void {
    return this.pbx.onEvent(listener);
  }

  /** A bank of the board, or a sidecar, loses its plug. @throws RangeError where the board has no such bank */
  unplug(bank: string): void {
    this.#board.unplug(bank);
  }

  replug(bank: string): void {
    this.#board.replug(bank);
  }

  #phone({ number }: Person, index: number): SimPhone {
    const habit = number === this.town.desk?.number ? "answers-on-header" : "manual";
    // Behind a proxy the phones do among themselves what a PBX does for them.
    const abilities = this.#settings.profile.transfers === "peer" ? ({ replaces: true, refer: "obeys" } as const) : {};
    const account = { number, password: passwordOf(number), server: this.#server };
    return new SimPhone({ ...account, ...abilities, ...this.#medium.phone(index), clock: this.#clock, habit });
  }

  #makeDaemon(settings: Settings): Daemon {
    const [clock, log, random, medium] = [this.#clock, this.#log, this.#random, this.#medium];
    const { audio } = medium;
    const askPhone = handsOf(this.phones.get(this.town.desk?.number ?? ""));
    return new Daemon({
      settings,
      ...this.#board.parts,
      agent: new UserAgent({ pbx: settings.pbx, clock, log, random, ...medium.agent }),
      reporter: medium.reporter(settings, clock, log),
      means: { askPhone, ...(audio && { audio }) },
      random,
      clock,
      log,
      run: randomBytes(6).toString("hex"),
    });
  }
}
