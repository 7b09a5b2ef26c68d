import { DARK } from "../domain/beacon.ts";
import type { LampId } from "../domain/key.ts";
import type { LampState } from "../domain/lamp.ts";
import type { Millis } from "../domain/millis.ts";
import type { Cancel, Clock } from "../hal/clock.ts";
import type { Module } from "../hal/module.ts";

/** Lamps that tell of nothing, and are dark but for what somebody wants to see of them for a while. */
export class SpareLamps {
  readonly #module: Module;
  readonly #clock: Clock;
  readonly #lamps: readonly LampId[];
  readonly #ends = new Map<LampId, Cancel>();

  /** @param used lamps that tell of something */
  constructor(module: Module, used: ReadonlySet<LampId>, clock: Clock) {
    this.#module = module;
    this.#clock = clock;
    this.#lamps = module.lamps.filter((lamp) => !used.has(lamp));
  }

  /** @param only those of them, where it is given */
  light(look: LampState, until: Millis, only?: ReadonlySet<LampId>): void {
    for (const lamp of this.#lamps) {
      if (only?.has(lamp) === false) continue;
      this.#ends.get(lamp)?.();
      this.#module.show(lamp, look);
      const end = this.#clock.at(until, () => this.#module.show(lamp, DARK));
      this.#ends.set(lamp, end);
    }
  }

  halt(): void {
    for (const cancel of this.#ends.values()) cancel();
  }
}
