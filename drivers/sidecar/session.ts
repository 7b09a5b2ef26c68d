import type { Millis } from "../../firmware/domain/millis.ts";

/** A second is what the module is promised. */
const HEARTBEAT: Millis = 800;
/** From a SYNC to its ACK, at the lowest baud rate; and what of it an eye would see as two lamps out of phase. */
const SLOWEST: Millis = 100;
const SEEN: Millis = 30;
/** So often it is said again at once: a line may have become slow for good. */
const MOST_LATE = 3;

/** From one HELLO to the next. */
export class Session {
  /** How many the module has. */
  readonly keys: number;
  /** Not all lamps have been shown again yet. */
  isNew = true;
  syncAt: Millis;
  /** Infinity for a module that speaks unasked. */
  pollAt: Millis;
  lastKey = 0;
  /** A KEY waits for its PING. */
  keyHeard = false;
  /** A DIM has to be said. */
  dimDue: boolean;
  #quickest: Millis = Number.POSITIVE_INFINITY;
  /** SYNCs in a row that took too long. */
  #late = 0;

  constructor(keys: number, now: Millis, { alone, dim }: { readonly alone: boolean; readonly dim: boolean }) {
    this.keys = keys;
    this.dimDue = dim;
    this.syncAt = now;
    this.pollAt = alone ? Number.POSITIVE_INFINITY : now;
  }

  /** A SYNC was confirmed. One that was on its way for long has put the module out of phase, and is said again at once. */
  synced(asked: Millis, now: Millis): void {
    const took = now - asked;
    const isLate = took > Math.min(this.#quickest, SLOWEST) + SEEN;
    this.#quickest = Math.min(this.#quickest, took);
    this.#late = isLate && this.#late < MOST_LATE ? this.#late + 1 : 0;
    this.syncAt = this.#late > 0 ? now : asked + HEARTBEAT;
  }
}
