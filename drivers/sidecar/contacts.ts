import type { KeyId } from "../../firmware/domain/key.ts";
import type { Millis } from "../../firmware/domain/millis.ts";

/** What the contacts of one sidecar were last heard at, and what of it is news. */
export class Contacts {
  readonly held = new Set<KeyId>();
  readonly #keys: ReadonlyMap<number, KeyId>;
  readonly #tell: (key: KeyId, closed: boolean, at: Millis) => void;
  #last: Millis = Number.NEGATIVE_INFINITY;

  constructor(numbers: ReadonlyMap<KeyId, number>, tell: (key: KeyId, closed: boolean, at: Millis) => void) {
    this.#keys = new Map(Array.from(numbers, ([key, number]) => [number, key]));
    this.#tell = tell;
  }

  /** What a session begins with. A key found closed was not pressed now; one found open was released meanwhile. */
  found(closed: readonly number[], now: Millis): void {
    for (const [number, key] of this.#keys) {
      if (closed.includes(number)) this.held.add(key);
      else this.moved(number, false, now);
    }
  }

  moved(number: number, closed: boolean, at: Millis): void {
    const key = this.#keys.get(number);
    if (key === undefined || closed === this.held.has(key)) return;
    if (closed) this.held.add(key);
    else this.held.delete(key);
    // Each age has the delay of its own message in it: the order is what is sure.
    this.#last = Math.max(this.#last, at);
    this.#tell(key, closed, this.#last);
  }
}
