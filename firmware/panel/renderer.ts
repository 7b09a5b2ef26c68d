import type { Led } from "../domain/board.ts";
import type { LampId } from "../domain/key.ts";
import type { LampState } from "../domain/lamp.ts";
import type { Millis } from "../domain/millis.ts";
import type { Bank } from "../hal/bank.ts";
import type { Cancel, Clock } from "../hal/clock.ts";
import { Light } from "./light.ts";
import { Output } from "./output.ts";

/**
 * Shows LampStates on lamps that are bits of banks. All lamps share one beat and one timer; nothing runs while nothing
 * flashes. Whether a bank is there does not matter here: it keeps what it is told.
 */
export class Renderer {
  readonly #outputs: ReadonlyMap<string, Output>;
  readonly #lights: ReadonlyMap<LampId, Light>;
  readonly #clock: Clock;
  #timer: { readonly at: Millis; readonly cancel: Cancel } | undefined;
  #halted = false;

  /** @param banks has every bank that an LED names */
  constructor(lamps: ReadonlyMap<LampId, readonly Led[]>, banks: ReadonlyMap<string, Bank>, clock: Clock) {
    this.#outputs = new Map(Array.from(banks, ([name, bank]) => [name, new Output(bank)]));
    this.#lights = new Map(Array.from(lamps, ([lamp, leds]) => [lamp, new Light(leds, this.#outputs)]));
    this.#clock = clock;
  }

  /** The bits have changed when this returns. */
  show(lamp: LampId, state: LampState): void {
    const light = this.#lights.get(lamp);
    if (light === undefined || this.#halted) return;
    light.show(state, this.#clock.now());
    this.#flush();
    this.#arm();
  }

  /** Every lamp dark, for good. */
  halt(): void {
    this.#halted = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const output of this.#outputs.values()) output.darken();
    this.#flush();
  }

  #tick(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const light of this.#lights.values()) {
      if (light.next <= now) light.update(now);
    }
    this.#flush();
    this.#arm();
  }

  #flush(): void {
    for (const output of this.#outputs.values()) output.flush();
  }

  #arm(): void {
    let at = Number.POSITIVE_INFINITY;
    for (const light of this.#lights.values()) at = Math.min(at, light.next);
    if (this.#timer?.at === at) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (at === Number.POSITIVE_INFINITY) return;
    this.#timer = { at, cancel: this.#clock.at(at, () => this.#tick()) };
  }
}
