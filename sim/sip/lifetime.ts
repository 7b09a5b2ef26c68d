import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../firmware/hal/clock.ts";

/** A clock for one life of something: when that ends, nothing that was set on it runs any more. */
export class Lifetime implements Clock {
  readonly #clock: Clock;
  readonly #pending = new Set<Cancel>();
  #over = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Millis {
    return this.#clock.now();
  }

  wall(): Date {
    return this.#clock.wall();
  }

  at(when: Millis, run: () => void): Cancel {
    if (this.#over) return () => undefined;
    const cancel = this.#clock.at(when, () => {
      this.#pending.delete(cancel);
      run();
    });
    this.#pending.add(cancel);
    return () => {
      this.#pending.delete(cancel);
      cancel();
    };
  }

  end(): void {
    this.#over = true;
    for (const cancel of this.#pending) cancel();
    this.#pending.clear();
  }
}
