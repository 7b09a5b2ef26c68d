import type { Millis } from "../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../firmware/hal/clock.ts";

interface Timer {
  readonly when: Millis;
  readonly run: () => void;
}

/** More runs than this without time moving is a loop that no real clock would survive either. */
const MOST_RUNS_AT_ONE_MOMENT = 100_000;

/** A clock that moves only when told to. Nothing runs outside of advance(). */
export class ManualClock implements Clock {
  readonly #wallAtZero: number;
  /** By time, then by registration. */
  readonly #timers: Timer[] = [];
  #now: Millis;

  constructor(now: Millis = 0, wall: Date = new Date("2026-01-01T00:00:00Z")) {
    this.#now = now;
    this.#wallAtZero = wall.getTime() - now;
  }

  now(): Millis {
    return this.#now;
  }

  wall(): Date {
    return new Date(this.#wallAtZero + this.#now);
  }

  at(when: Millis, run: () => void): Cancel {
    const timer = { when: Math.max(when, this.#now), run };
    const next = this.#timers.findIndex((other) => other.when > timer.when);
    this.#timers.splice(next < 0 ? this.#timers.length : next, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** When the next timer is due. */
  get next(): Millis | undefined {
    return this.#timers[0]?.when;
  }

  /** Moves time on by `by` ms and runs what falls due on the way, each at its own moment, also what was set meanwhile. */
  advance(by: Millis): void {
    const end = this.#now + by;
    let runs = 0;
    for (let timer = this.#timers[0]; timer !== undefined && timer.when <= end; timer = this.#timers[0]) {
      this.#timers.shift();
      runs = timer.when > this.#now ? 0 : runs + 1;
      if (runs > MOST_RUNS_AT_ONE_MOMENT) throw new Error(`timers keep setting timers at ${this.#now} ms`);
      this.#now = Math.max(this.#now, timer.when);
      timer.run();
    }
    this.#now = Math.max(this.#now, end);
  }
}
