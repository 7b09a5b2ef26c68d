import type { BankSpec } from "../../firmware/domain/board.ts";
import type { KeyId } from "../../firmware/domain/key.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import { topicsOf } from "../../firmware/mqtt/topics.ts";
import { Chronicle } from "../chronicle.ts";
import type { Simulation } from "../simulation.ts";
import type { FaultView, Lit, PhoneView, Plan, Wish } from "./message.ts";
import { planOf } from "./plan.ts";
import type { Place } from "./reading.ts";
import type { Change, Stage } from "./stage.ts";
import { Switchboard } from "./switchboard.ts";

/** Something that can be broken. */
interface Fault {
  readonly sentence: string;
  readonly set: (on: boolean) => void;
}

/** A simulation on a page. To be made, and listened to, before the simulation is started. */
export class SimulatedStage implements Stage {
  readonly plan: Plan;
  readonly broker = true;
  readonly #simulation: Simulation;
  readonly #clock: Clock;
  readonly #switchboard: Switchboard;
  readonly #faults: ReadonlyMap<string, Fault>;
  readonly #on = new Set<string>();
  readonly #lamps: readonly string[];
  #places: ReadonlyMap<string, Place> | undefined;
  #buzzed = false;
  #changed: (change: Change) => void = () => {};

  constructor(simulation: Simulation, clock: Clock) {
    const { settings, town, phones } = simulation;
    this.plan = planOf(settings, false);
    this.#simulation = simulation;
    this.#clock = clock;
    this.#switchboard = new Switchboard(town, phones);
    this.#faults = faultsOf(simulation);
    this.#lamps = [...this.plan.keys.map(({ id }) => id), ...this.plan.lamps];
  }

  get lit(): Lit {
    return Object.fromEntries(this.#lamps.map((lamp) => [lamp, this.#simulation.lit(lamp)]));
  }

  get buzzing(): boolean {
    return this.#simulation.buzzing;
  }

  get phones(): readonly PhoneView[] {
    return this.#switchboard.views;
  }

  get faults(): readonly FaultView[] {
    return Array.from(this.#faults, ([name, { sentence }]) => ({ name, sentence, on: this.#on.has(name) }));
  }

  wall(): Date {
    return this.#clock.wall();
  }

  onChange(listener: (change: Change) => void): void {
    const simulation = this.#simulation;
    const chronicle = new Chronicle(simulation.town);
    this.#changed = listener;
    this.#switchboard.onChange(() => listener({ kind: "phones" }));
    simulation.onLight(() => {
      listener({ kind: "light" });
      if (simulation.buzzing === this.#buzzed) return;
      this.#buzzed = simulation.buzzing;
      listener({ kind: "buzzer" });
    });
    simulation.onPublish((topic, payload) => {
      const place = this.#placeOf(topic);
      listener({ kind: "published", topic, payload, ...(place && { place }) });
    });
    simulation.onCall((event) => {
      this.#switchboard.heard(event);
      const title = chronicle.call(event);
      if (title !== undefined) this.#tell("call", title);
    });
  }

  grant(wish: Wish): void {
    switch (wish.wish) {
      case "close":
        this.#touch(wish.key, true);
        break;
      case "open":
        this.#touch(wish.key, false);
        break;
      case "fault":
        this.#break(wish.name, wish.on);
        break;
      default:
        this.#switchboard.grant(wish).catch((error: Error) => this.#tell("hand", "That did not work", error.message));
    }
  }

  #touch(key: KeyId, closed: boolean): void {
    if (!this.plan.keys.some(({ id }) => id === key)) return;
    if (closed) this.#simulation.close(key);
    else this.#simulation.open(key);
  }

  #break(name: string, on: boolean): void {
    const fault = this.#faults.get(name);
    if (fault === undefined || this.#on.has(name) === on) return;
    fault.set(on);
    if (on) this.#on.add(name);
    else this.#on.delete(name);
    this.#changed({ kind: "faults" });
    this.#tell("hand", `${on ? "Switched on" : "Switched off"}: ${fault.sentence}`);
  }

  #tell(kind: "call" | "hand", title: string, why?: string): void {
    const at = this.#clock.wall().toISOString();
    this.#changed({ kind: "told", told: { at, kind, title, ...(why !== undefined && { why }) } });
  }

  #placeOf(topic: string): Place | undefined {
    this.#places ??= placesOf(this.#simulation);
    return this.#places.get(topic);
  }
}

/** By topic, as the running panel has them. */
function placesOf({ settings }: Simulation): ReadonlyMap<string, Place> {
  const { status, pbx, event, lamp } = topicsOf(settings.mqtt?.topic ?? "", settings.panel);
  return new Map<string, Place>([
    [status, { level: "status" }],
    [pbx, { level: "pbx" }],
    [event, { level: "event" }],
    ...settings.board.keys.map(({ id }): [string, Place] => [lamp(id), { level: "lamp", key: id }]),
  ]);
}

function faultsOf(simulation: Simulation): ReadonlyMap<string, Fault> {
  const { settings, pbx } = simulation;
  return new Map<string, Fault>([
    ["silence", { sentence: "the PBX is silent: it answers nothing and says nothing", set: (on) => pbx.silence(on) }],
    ...settings.board.banks.map((bank): [string, Fault] => [
      `unplug ${bank.name}`,
      {
        sentence: unplugged(bank),
        set: (on) => (on ? simulation.unplug(bank.name) : simulation.replug(bank.name)),
      },
    ]),
  ]);
}

function unplugged({ driver, name }: BankSpec): string {
  return driver === "sidecar" ? `sidecar ${name} is unplugged` : `bank ${name} of the board is unplugged`;
}
