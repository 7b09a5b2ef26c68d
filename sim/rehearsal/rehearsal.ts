import type { KeyId, LampId } from "../../firmware/domain/key.ts";
import type { Look } from "../../firmware/domain/look.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { OutcomeKind } from "../../firmware/domain/outcome.ts";
import type { Scene, ScenePhone } from "./scene.ts";
import { type EventNews, type LampNews, seconds, toldOf, Witness } from "./witness.ts";

/** How long a finger stays on a key. */
const TOUCH: Millis = 120;
/** How long what is expected may take where nobody says it. */
const SOON: Millis = 5000;
/** The longest deadline that a pickup can have, and a little more. */
const PRESS_TAKES: Millis = 31_000;

/** A part of an event: what has to be in it. */
export type Part = Readonly<Record<string, unknown>>;

/**
 * People, phones and a panel, to be told what to do and asked what they see. What does not come in time is an error that says
 * what came instead. Expectations look back to the deed before them.
 */
export class Rehearsal {
  readonly scene: Scene;
  readonly witness: Witness;
  readonly #patience: number;
  #pressed: { readonly key: KeyId; readonly from: number } | undefined;
  /** How many events there were at the last deed. */
  #deed = 0;

  /** @param patience times longer may anything take, where machines are busy and time passes by itself */
  constructor(scene: Scene, patience = 1) {
    this.#patience = patience;
    const { board } = scene.settings;
    const lamps = [...board.keys, ...(board.lamps ?? [])].map(({ id }) => id);
    this.scene = scene;
    this.witness = new Witness(scene, scene.clock, lamps);
  }

  /** Milliseconds, on the scene's clock. */
  get now(): Millis {
    return this.scene.clock.now();
  }

  get events(): readonly EventNews[] {
    return this.witness.events;
  }

  /** Every lamp that has a report is known, or it has had its time. For the beginning. */
  async ready(): Promise<void> {
    const { keys } = this.scene.settings;
    const known = () => keys.every(({ id }) => (this.lamp(id)?.state ?? "unknown") !== "unknown");
    await this.#sees(SOON, known);
    this.#did();
  }

  /** Somebody calls a number; resolves when the PBX has the call. */
  call(from: string, to: string): Promise<void> {
    return this.#do(from, (phone) => phone.call(to), "idle");
  }

  /** Waits for the ring, if need be. */
  answer(number: string): Promise<void> {
    return this.#do(number, (phone) => phone.answer(), "ringing");
  }

  /** Ends, cancels or rejects the call there is. */
  hangUp(number: string): Promise<void> {
    return this.#do(number, (phone) => phone.hangUp(), "ringing", "calling", "talking");
  }

  hold(number: string): Promise<void> {
    return this.#do(number, (phone) => phone.hold(), "talking");
  }

  resume(number: string): Promise<void> {
    return this.#do(number, (phone) => phone.resume(), "talking");
  }

  /** Hands the other side on, without asking anybody there. */
  transfer(number: string, to: string): Promise<void> {
    return this.#do(number, (phone) => phone.transfer(to), "talking");
  }

  /** Hands the other side on to the PBX's parking lot: into a slot, where the PBX lets people choose one. */
  park(number: string, slot = ""): Promise<void> {
    const { name, pickup } = this.scene.settings.profile;
    if (pickup.parking === undefined) throw new Error(`profile ${name} does not say how calls are parked`);
    return this.transfer(
      number,
      pickup.parking.replaceAll("{slot}", () => slot),
    );
  }

  /** A finger on a key: down at once, and up again after `hold` ms. */
  press(key: KeyId, hold: Millis = TOUCH): void {
    this.close(key);
    this.scene.clock.at(this.now + hold, () => this.scene.open(key));
  }

  /** A finger that stays there. */
  close(key: KeyId): void {
    this.#did();
    this.#pressed = { key, from: this.events.length };
    this.scene.close(key);
  }

  open(key: KeyId): void {
    this.#did();
    this.scene.open(key);
  }

  /** A bank of the board, or a sidecar, loses its plug. */
  unplug(bank: string): void {
    this.#did();
    this.scene.unplug(bank);
  }

  replug(bank: string): void {
    this.#did();
    this.scene.replug(bank);
  }

  /** The cable between the panel and its PBX. Calls go on without the panel. */
  cut(): void {
    this.#did();
    this.scene.cut(true);
  }

  restore(): void {
    this.#did();
    this.scene.cut(false);
  }

  /** Something is wrong with the PBX, or not any more. */
  fault(name: string, on: boolean): Promise<void> {
    this.#did();
    return this.scene.course.whilst(this.scene.fault(name, on));
  }

  /** Lets time pass. */
  wait(time: Millis): Promise<void> {
    return this.scene.course.run(this.now + time);
  }

  /** What a key's lamp shows, as reported; undefined before the panel has said it. */
  lamp(key: KeyId): LampNews | undefined {
    return this.witness.lamp(key);
  }

  /**
   * The lamp shows that now, or within so many ms.
   *
   * @param caller words of whom the panel reports with it; `nobody`: it reports no one
   */
  async until(lamp: LampId, look: Look, within: Millis = SOON, caller?: string): Promise<void> {
    const since = this.now;
    const named = () => caller === undefined || this.witness.names(lamp, caller);
    if (await this.#sees(within, () => this.witness.shows(lamp, look, since) && named())) return;
    const seen = this.witness.told(lamp, since);
    const from = caller === undefined ? "" : `, from ${caller},`;
    throw new Error(`lamp ${lamp} is not ${look}${from} within ${seconds(within)}, but ${seen}${this.#around()}`);
  }

  /** The lamp shows that now, and for so many ms from now on. */
  async stays(lamp: LampId, look: Look, during: Millis): Promise<void> {
    const since = this.now;
    // To see that it flashes takes a second.
    const early = () => look === "flashing" && this.now - since < 1000;
    if (!(await this.#during(during, () => !early() && !this.witness.shows(lamp, look, since)))) return;
    const seen = this.witness.told(lamp, since);
    throw new Error(`lamp ${lamp} does not stay ${look} for ${seconds(during)}, but ${seen}${this.#around()}`);
  }

  /** What the last press came to. */
  async outcome(within?: Millis): Promise<OutcomeKind> {
    return (await this.came(within)).outcome;
  }

  /** The event that says what the last press came to, and why. */
  async came(within: Millis = PRESS_TAKES): Promise<EventNews & { readonly outcome: OutcomeKind }> {
    const pressed = this.#pressed;
    if (!pressed) throw new Error("no key has been pressed, so that there is no outcome");
    const find = () => this.events.slice(pressed.from).find(({ key, outcome }) => key === pressed.key && outcome);
    await this.#sees(within, () => find() !== undefined);
    const event = find();
    if (event?.outcome !== undefined) return { ...event, outcome: event.outcome };
    throw new Error(
      `the press of key ${pressed.key} came to nothing within ${seconds(within)}; ${this.#told(pressed.from)}`,
    );
  }

  /** An event with that in it, since the last deed. */
  async event(part: Part, within: Millis = SOON): Promise<EventNews> {
    const from = this.#deed;
    const find = () => this.events.slice(from).find((event) => fits(event, part));
    await this.#sees(within, () => find() !== undefined);
    const found = find();
    if (found) return found;
    throw new Error(`no event with ${toldOf(part as EventNews)} within ${seconds(within)}; ${this.#told(from)}`);
  }

  /** No event with that in it, since the last deed and for so many ms. */
  async noEvent(part: Part, during: Millis): Promise<void> {
    const from = this.#deed;
    const find = () => this.events.slice(from).find((event) => fits(event, part));
    await this.#during(during, () => find() !== undefined);
    const found = find();
    if (found) throw new Error(`an event that was not to come: ${toldOf(found)}`);
  }

  async buzzes(on: boolean, within: Millis = SOON): Promise<void> {
    if (await this.#sees(within, () => this.scene.buzzing === on)) return;
    throw new Error(`the buzzer is ${on ? "silent" : "still heard"} after ${seconds(within)}`);
  }

  /** A phone is in that state, or within so many ms. */
  async phoneIs(number: string, state: ScenePhone["state"], within: Millis = SOON): Promise<void> {
    const phone = this.#phone(number);
    if (await this.#sees(within, () => phone.state === state)) return;
    throw new Error(`phone ${number} is not ${state} within ${seconds(within)}${this.#around()}`);
  }

  stop(): Promise<void> {
    return this.scene.course.whilst(this.scene.stop());
  }

  async #do(
    number: string,
    deed: (phone: ScenePhone) => Promise<void>,
    ...states: ScenePhone["state"][]
  ): Promise<void> {
    const phone = this.#phone(number);
    const can = () => states.includes(phone.state);
    if (!(await this.#sees(SOON, can))) {
      throw new Error(`phone ${number} is not ${states.join(" or ")} within ${seconds(SOON)}${this.#around()}`);
    }
    this.#did();
    await this.scene.course.whilst(deed(phone));
  }

  #phone(number: string): ScenePhone {
    const { phones } = this.scene;
    const phone = phones.get(number);
    if (phone) return phone;
    throw new Error(`there is no phone ${number}; the phones are ${[...phones.keys()].join(", ")}`);
  }

  async #sees(within: Millis, seen: () => boolean): Promise<boolean> {
    return this.#during(within * this.#patience, seen);
  }

  async #during(time: Millis, seen: () => boolean): Promise<boolean> {
    await this.scene.course.run(this.now + time, seen);
    return seen();
  }

  #did(): void {
    this.#deed = this.events.length;
  }

  #told(from: number): string {
    const events = this.events.slice(from).map(toldOf);
    return events.length === 0 ? "nothing was reported" : `reported was: ${events.join("; ")}`;
  }

  /** Whose phone is not idle. */
  #around(): string {
    const busy = [...this.scene.phones.values()].filter(({ state }) => state !== "idle");
    const told = busy.map(({ number, state }) => `${number} is ${state}`);
    return `; ${told.length === 0 ? "all phones are idle" : told.join(", ")}`;
  }
}

/** Texts fit where they are contained: reasons are sentences. */
function fits(event: EventNews, part: Part): boolean {
  return Object.entries(part).every(([name, wanted]) => {
    const value = event[name];
    return typeof wanted === "string" && typeof value === "string" ? value.includes(wanted) : value === wanted;
  });
}
