import type { ExtraLamp } from "./board.ts";
import type { Effect } from "./effect.ts";
import type { LampState } from "./lamp.ts";
import type { Millis } from "./millis.ts";

/**
 * What the alive lamp shows while all is well. Slow: it is lit or dark for a whole second, which is seen from across a
 * corridor, and neither half is a beat by itself. Where the process hangs or dies no timer turns the bit, so the lamp
 * stands still.
 */
export const ALIVE: LampState = { colour: "green", cadence: "slow" };

export const DARK: LampState = { colour: "amber", cadence: "dark" };

/** A lamp that sits on no key: what it shows, and what covers that for a while. News outrank the cover. */
export class Beacon {
  readonly lamp: ExtraLamp["id"];
  #look: LampState;
  #cover: LampState | undefined;
  #until: Millis = Number.POSITIVE_INFINITY;

  constructor(lamp: ExtraLamp["id"], look: LampState) {
    this.lamp = lamp;
    this.#look = look;
  }

  begin(): readonly Effect[] {
    return [{ kind: "light", lamp: this.lamp, look: this.#cover ?? this.#look }];
  }

  show(look: LampState): readonly Effect[] {
    if (look === this.#look) return [];
    this.#look = look;
    this.#cover = undefined;
    return this.begin();
  }

  /** The caller sees to the wake. */
  cover(look: LampState, until: Millis): readonly Effect[] {
    this.#cover = look;
    this.#until = until;
    return this.begin();
  }

  time(now: Millis): readonly Effect[] {
    if (this.#cover === undefined || now < this.#until) return [];
    this.#cover = undefined;
    return this.begin();
  }
}
