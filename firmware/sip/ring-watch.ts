import type { Millis } from "../domain/millis.ts";
import type { Roster } from "../domain/roster.ts";
import { doubted, isAsked, isStuck, NO_RINGS, nextDoubt, type Rings, ringsAfter } from "../domain/stuck-ring.ts";
import type { Cancel, Clock } from "../hal/clock.ts";

/** Watches for calls of one line that ring for longer than calls do. */
export class RingWatch {
  readonly #clock: Clock;
  readonly #longest: Millis;
  readonly #ask: () => void;
  #rings: Rings = NO_RINGS;
  #cancel: Cancel = () => undefined;

  /** @param ask is to have the PBX tell all of the line afresh; heard() is told what it says */
  constructor(clock: Clock, longest: Millis, ask: () => void) {
    this.#clock = clock;
    this.#longest = longest;
    this.#ask = ask;
  }

  /** All that rings has been found wrong: the PBX was asked, and says it still. */
  get stuck(): boolean {
    return isStuck(this.#rings);
  }

  /** How far each call that rings is believed, and since when it rings. */
  get rings(): Rings {
    return this.#rings;
  }

  /** @param whole the PBX told all of the line, not only a change */
  heard(roster: Roster, whole: boolean): void {
    this.#rings = ringsAfter(this.#rings, roster, whole, this.#clock.now());
    this.#wait();
  }

  /** The line is lost from sight: its rings are other ones afterwards, but for one that is asked about. */
  lost(): void {
    if (!isAsked(this.#rings)) this.stop();
  }

  stop(): void {
    this.#cancel();
    this.#rings = NO_RINGS;
  }

  #wait(): void {
    this.#cancel();
    const at = nextDoubt(this.#rings, this.#longest);
    if (at === undefined || at === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#clock.at(at, () => {
      this.#rings = doubted(this.#rings, this.#longest, this.#clock.now());
      this.#wait();
      this.#ask();
    });
  }
}
