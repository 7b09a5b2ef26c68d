import type { Millis } from "../../domain/millis.ts";
import type { Clock } from "../../hal/clock.ts";

/**
 * What happened within the last `lifetime`, by key, and at most `limit` of it: beyond, the oldest is forgotten. Needs no timer:
 * what is out of date is dropped when something new comes.
 */
export class Recent<Value> {
  readonly #clock: Clock;
  readonly #lifetime: Millis;
  readonly #limit: number;
  readonly #entries = new Map<string, { readonly value: Value; readonly until: Millis }>();

  constructor(clock: Clock, lifetime: Millis, limit: number) {
    this.#clock = clock;
    this.#lifetime = lifetime;
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return (this.#entries.get(key)?.until ?? Number.NEGATIVE_INFINITY) > this.#clock.now();
  }

  get(key: string): Value | undefined {
    return this.has(key) ? this.#entries.get(key)?.value : undefined;
  }

  /** Its lifetime starts now, also where the key was there before. */
  set(key: string, value: Value): void {
    const now = this.#clock.now();
    this.#entries.delete(key);
    for (const [oldest, { until }] of this.#entries) {
      if (until > now && this.#entries.size < this.#limit) break;
      this.#entries.delete(oldest);
    }
    this.#entries.set(key, { value, until: now + this.#lifetime });
  }

  clear(): void {
    this.#entries.clear();
  }
}
