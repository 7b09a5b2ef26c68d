import type { KeyId } from "../domain/key.ts";
import type { Millis } from "../domain/millis.ts";
import { holding, type Press, type Pressed, pressing, RELEASED } from "../domain/press.ts";
import type { Cancel, Clock } from "../hal/clock.ts";

/** Turns the contacts of keys into presses. */
export class Presses {
  readonly #clock: Clock;
  readonly #tell: (key: KeyId, press: Press, at: Millis) => void;
  readonly #held = new Map<KeyId, { readonly memory: Pressed["memory"]; readonly cancel?: Cancel }>();

  constructor(clock: Clock, tell: (key: KeyId, press: Press, at: Millis) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  contact(key: KeyId, closed: boolean, at: Millis): void {
    const held = this.#held.get(key);
    held?.cancel?.();
    this.#pressed(key, pressing(held?.memory ?? RELEASED, { closed, at }), at);
  }

  halt(): void {
    for (const { cancel } of this.#held.values()) cancel?.();
  }

  #pressed(key: KeyId, { memory, press, recheckAt }: Pressed, at: Millis): void {
    if (press !== undefined) this.#tell(key, press, at);
    const cancel =
      recheckAt === undefined
        ? undefined
        : this.#clock.at(recheckAt, () => this.#pressed(key, holding(memory, this.#clock.now()), this.#clock.now()));
    this.#held.set(key, cancel ? { memory, cancel } : { memory });
  }
}
