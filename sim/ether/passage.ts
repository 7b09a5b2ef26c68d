import type { Millis } from "../../firmware/domain/millis.ts";
import type { ManualClock } from "../manual-clock.ts";

/** After so many moments the rest of the process has its turn. */
const BREATH = 64;

/** Lets time pass on a network in memory, each thing at its moment, with all that comes of it before the next. */
export class Passage {
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  /** @param stop asked before each moment */
  async run(until: Millis, stop: () => boolean = () => false): Promise<void> {
    const clock = this.#clock;
    await turn();
    for (let moments = 1; !stop() && clock.next !== undefined && clock.next <= until; moments++) {
      clock.advance(clock.next - clock.now());
      await (moments % BREATH === 0 ? turn() : settled());
    }
    if (!stop()) clock.advance(Math.max(0, until - clock.now()));
  }

  async until(seen: () => boolean, within: Millis = 60_000): Promise<void> {
    const end = this.#clock.now() + within;
    await this.run(end, seen);
    if (!seen()) throw new Error("what was waited for did not happen");
  }

  /** Until the work is done, and what it came to. */
  async whilst<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const done = () => {
      over = true;
    };
    void work.then(done, done);
    await this.until(() => over);
    return work;
  }
}

/** All that was promised by now, and all that is promised meanwhile. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** The same, and whatever else this process has to do. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
