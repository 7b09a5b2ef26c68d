import type { Millis } from "./millis.ts";

export interface BackoffLimits {
  /** The longest wait before the first retry, above 0. */
  readonly first: Millis;
  /** Growth from one attempt to the next, 1 or more; 2 where absent. */
  readonly factor?: number;
  /** No wait is longer. */
  readonly max: Millis;
  /** Part of each wait that chance may take away, 0…1; 0.5 where absent. 0: always the full wait. */
  readonly jitter?: number;
}

/**
 * How long to wait before the retry number `attempt`, counted from 0. `random` is in [0, 1). Chance only shortens, so
 * the limits hold as written, and many clients of a PBX that restarts do not come back in one moment.
 */
export function backoff(attempt: number, random: number, limits: BackoffLimits): Millis {
  const { first, factor = 2, max, jitter = 0.5 } = limits;
  const longest = Math.min(max, first * factor ** attempt);
  return longest * (1 - jitter * random);
}
