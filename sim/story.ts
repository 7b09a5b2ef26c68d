import type { Millis } from "../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../firmware/hal/clock.ts";
import type { SimPhone } from "./phone/phone.ts";
import type { Simulation } from "./simulation.ts";
import type { Person } from "./town.ts";

/** The first call comes so soon that somebody who has just started it sees it come. */
const FIRST: Millis = 1500;
const EVERY: Millis = 11_000;
const RINGS: Millis = 25_000;
const TALK: Millis = 8000;

/** Calls that arrive by themselves, so that there is something to see and to press. */
export class Story {
  readonly #simulation: Simulation;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #waits = new Set<Cancel>();
  #stopped = false;

  /** @param random in [0, 1) */
  constructor(simulation: Simulation, clock: Clock, random: () => number) {
    this.#simulation = simulation;
    this.#clock = clock;
    this.#random = random;
  }

  start(): void {
    const again = () => {
      this.call();
      this.#after(EVERY * (0.8 + 0.4 * this.#random()), again);
    };
    this.#after(FIRST, again);
    // Whoever talks at the desk has said all after a while: then the next call can be picked up.
    const { town, phones } = this.#simulation;
    const desk = town.desk && phones.get(town.desk.number);
    desk?.onState((state) => {
      if (state === "talking") this.#after(TALK, () => void desk.hangUp());
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#waits) cancel();
  }

  /** One more call, from somebody free to somebody free; nothing when everybody is in a call. */
  call(): void {
    const { town } = this.#simulation;
    const caller = this.#someone(town.callers);
    const target = this.#someone(town.people);
    if (!caller || !target) return;
    void caller.call(target.number);
    // Half of them are answered where they ring; the others wait for the panel.
    if (this.#random() < 0.5) this.#after(7000 + 4000 * this.#random(), () => void this.#answer(target));
    this.#after(RINGS, () => {
      if (caller.state === "calling") void caller.hangUp();
    });
  }

  async #answer(target: SimPhone): Promise<void> {
    if (target.state !== "ringing") return;
    await target.answer();
    this.#after(TALK * (0.5 + this.#random()), () => void target.hangUp());
  }

  #someone(people: readonly Person[]): SimPhone | undefined {
    const phones = people.map(({ number }) => this.#simulation.phones.get(number));
    const free = phones.filter((phone) => phone?.state === "idle");
    return free[Math.floor(this.#random() * free.length)];
  }

  #after(wait: Millis, run: () => void): void {
    if (this.#stopped) return;
    const cancel = this.#clock.at(this.#clock.now() + wait, () => {
      this.#waits.delete(cancel);
      run();
    });
    this.#waits.add(cancel);
  }
}
