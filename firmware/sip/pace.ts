import type { Cancel } from "../hal/clock.ts";

/**
 * Bounds how many requests wait for an answer at once, so that two hundred lines starting together are no storm. First
 * come, first served.
 */
export class Pace {
  readonly #limit: number;
  /** In the order of arrival. */
  readonly #queue = new Set<(leave: () => void) => void>();
  #link = 0;
  #unanswered = 0;
  #abandoned = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Calls `send` when there is room, perhaps at once. `send` is given what it has to call, once, when the answer is there. */
  enter(send: (leave: () => void) => void): Cancel {
    this.#queue.add(send);
    this.#admit();
    return () => this.#queue.delete(send);
  }

  /**
   * The link was lost. What is unanswered may stay so for half a minute and must not hold up the next start; but no more
   * than `limit` of them are forgiven, so that a flapping link has at most twice the limit unanswered.
   */
  abandon(): void {
    this.#link++;
    this.#abandoned += this.#unanswered;
    this.#unanswered = 0;
  }

  #admit(): void {
    for (const send of this.#queue) {
      if (this.#unanswered >= this.#limit || this.#unanswered + this.#abandoned >= 2 * this.#limit) return;
      this.#queue.delete(send);
      this.#unanswered++;
      const link = this.#link;
      send(() => {
        if (link === this.#link) this.#unanswered--;
        else this.#abandoned--;
        this.#admit();
      });
    }
  }
}
