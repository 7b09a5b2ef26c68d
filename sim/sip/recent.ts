import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";

/** What is remembered for a while after it is over. Forgets as new things come, so it needs no timer. */
export class Recent<V> {
  readonly #clock: Clock;
  readonly #keep: Millis;
  readonly #entries = new Map<string, { readonly value: V; readonly until: Millis }>();

  constructor(clock: Clock, keep: Millis) {
    this.#clock = clock;
    this.#keep = keep;
  }

  get(key: string): V | undefined {
    this.#sweep();
    return this.#entries.get(key)?.value;
  }

  set(key: string, value: V): void {
    this.#sweep();
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.#clock.now() + this.#keep });
  }

  #sweep(): void {
    for (const [key, { until }] of this.#entries) {
      if (until > this.#clock.now()) return;
      this.#entries.delete(key);
    }
  }
}
