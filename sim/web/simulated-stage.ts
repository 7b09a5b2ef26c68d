import type { KeyId } from "../../firmware/domain/key.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import { topicsOf } from "../../firmware/mqtt/topics.ts";
import { Chronicle } from "../chronicle.ts";
import { FAULT_NAMES, FAULTS } from "../pbx/faults/faults.ts";
import { CODES } from "../pbx/office.ts";
import { pbxPlan } from "../pbx-plan.ts";
import type { Simulation } from "../simulation.ts";
import type { FaultView, Lit, PhoneView, Plan, Wish } from "./message.ts";
import { planOf } from "./plan.ts";
import type { Place } from "./reading.ts";
import type { Change, Stage } from "./stage.ts";
import { Switchboard } from "./switchboard.ts";

/** Something that can be broken. */
interface Breakable {
  readonly sentence: string;
  readonly on: () => boolean;
  readonly set: (on: boolean) => Promise<void> | void;
}

/** A simulation on a page. To be made, and listened to, before the simulation is started. */
export class SimulatedStage implements Stage {
  readonly plan: Plan;
  readonly broker = true;
  readonly #simulation: Simulation;
  readonly #clock: Clock;
  readonly #switchboard: Switchboard;
  readonly #breakables: ReadonlyMap<string, Breakable>;
  readonly #lamps: readonly string[];
  #places: ReadonlyMap<string, Place> | undefined;
  #buzzed = false;
  #changed: (change: Change) => void = () => {};

  constructor(simulation: Simulation, clock: Clock) {
    const { settings, town, phones } = simulation;
    this.plan = planOf(settings, false);
    this.#simulation = simulation;
    this.#clock = clock;
    const { parkCode = CODES.parkCode } = pbxPlan(settings, town);
    this.#switchboard = new Switchboard(town, phones, parkCode);
    this.#breakables = breakablesOf(simulation);
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
    return Array.from(this.#breakables, ([name, { sentence, on }]) => ({ name, sentence, on: on() }));
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
        this.#try(this.#break(wish.name, wish.on));
        break;
      default:
        this.#try(this.#switchboard.grant(wish));
    }
  }

  #try(work: Promise<void>): void {
    work.catch((error: Error) => this.#tell("hand", "That did not work", error.message));
  }

  #touch(key: KeyId, closed: boolean): void {
    if (!this.plan.keys.some(({ id }) => id === key)) return;
    if (closed) this.#simulation.close(key);
    else this.#simulation.open(key);
  }

  async #break(name: string, on: boolean): Promise<void> {
    const breakable = this.#breakables.get(name);
    if (breakable === undefined || breakable.on() === on) return;
    this.#tell("hand", `${on ? "Switched on" : "Switched off"}: ${breakable.sentence}`);
    const done = breakable.set(on);
    this.#changed({ kind: "faults" });
    await done;
    this.#changed({ kind: "faults" });
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

/** Plugs to pull, and all that the PBX can do wrong. */
function breakablesOf(simulation: Simulation): ReadonlyMap<string, Breakable> {
  const { settings, pbx } = simulation;
  const unplugged = new Set<string>();
  const plugs = settings.board.banks.map(({ name, driver }): [string, Breakable] => {
    const set = (on: boolean) => {
      if (on) simulation.unplug(name);
      else simulation.replug(name);
      if (on) unplugged.add(name);
      else unplugged.delete(name);
    };
    const sentence = `${driver === "sidecar" ? "Sidecar" : "Bank"} ${name} is unplugged.`;
    return [`unplug ${name}`, { sentence, on: () => unplugged.has(name), set }];
  });
  const faults = FAULT_NAMES.map((name): [string, Breakable] => [
    name,
    { sentence: FAULTS[name].title, on: () => pbx.faults.has(name), set: (on) => pbx.fault(name, on) },
  ]);
  return new Map([...plugs, ...faults]);
}
