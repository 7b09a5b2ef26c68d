import type { Millis } from "../../firmware/domain/millis.ts";
import type { ManualClock } from "../manual-clock.ts";
import type { Ether } from "./ether.ts";

/** Lets time pass on a network in memory, each thing at its moment, with all that comes of it before the next. */
export class Passage {
  readonly #clock: ManualClock;
  readonly #ether: Ether;

  constructor(clock: ManualClock, ether: Ether) {
    this.#clock = clock;
    this.#ether = ether;
  }

  /** @param stop asked before each moment */
  async run(until: Millis, stop: () => boolean = () => false): Promise<void> {
    const clock = this.#clock;
    const ether = this.#ether;
    await flush();
    while (!stop() && clock.next !== undefined && clock.next <= until) {
      const { arrived } = ether;
      clock.advance(clock.next - clock.now());
      if (ether.arrived === arrived) await settle();
      else await flush();
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

/** All that was promised by now, and timers of the machine's that are due. */
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The same without those timers, for the many moments at which only somebody speaks. */
async function settle(): Promise<void> {
  for (let i = 0; i < 12; i++) await undefined;
}
