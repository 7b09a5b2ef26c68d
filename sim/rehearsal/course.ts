import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";

/** How time passes for somebody who waits. */
export interface Course {
  /** Until that moment, or until `stop` says so, which is asked whenever something may have happened. */
  run(until: Millis, stop?: () => boolean): Promise<void>;
  /** Until the work is done, and what it came to. */
  whilst<T>(work: Promise<T>): Promise<T>;
}

/** How often a look is taken where time passes by itself. */
const LOOK: Millis = 5;

/** Time passes by itself. */
export class RealCourse implements Course {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async run(until: Millis, stop: () => boolean = () => false): Promise<void> {
    const clock = this.#clock;
    while (!stop() && clock.now() < until) {
      await new Promise<void>((resolve) => clock.at(Math.min(until, clock.now() + LOOK), resolve));
    }
  }

  whilst<T>(work: Promise<T>): Promise<T> {
    return work;
  }
}
