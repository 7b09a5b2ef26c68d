import type { Millis } from "../domain/millis.ts";
import { type Retry, waitBefore } from "./retry.ts";

/** What went well for so long has earned quick retries again. */
const STEADY: Millis = 60_000;

/** Waits that grow from one failure to the next, and start small again after a good time. */
export class Patience {
  #failures = 0;
  /** End of the last wait. */
  #until: Millis = Number.NEGATIVE_INFINITY;

  /** How long to wait after a failure at `now`. `random` is in [0, 1). */
  afterFailure(now: Millis, retry: Pick<Retry, "after" | "limits">, random: number): Millis {
    if (now - this.#until > STEADY) this.reset();
    const wait = waitBefore(retry, this.#failures++, random);
    this.#until = now + wait;
    return wait;
  }

  reset(): void {
    this.#failures = 0;
  }
}
