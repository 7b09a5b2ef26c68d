import type { Millis } from "./millis.ts";

/** More flashes than these in a second can harm people with photosensitive epilepsy (WCAG 2.2, 2.3.1). */
const MAX_FLASHES = 3;
const WINDOW: Millis = 1000;

/** What one lamp shows, and when it last went from dark to lit: at most MAX_FLASHES moments, oldest first. */
export interface FlashMemory {
  readonly lit: boolean;
  readonly starts: readonly Millis[];
}

export const NO_FLASHES: FlashMemory = { lit: false, starts: [] };

export interface Limited {
  readonly memory: FlashMemory;
  /** What the lamp is to show. */
  readonly lit: boolean;
  /** Present while a lit lamp is wanted and not allowed: ask again then, if it is still wanted. At most 1 s away. */
  readonly recheckAt?: Millis;
}

/**
 * Stands between what a cadence wants and what a lamp shows: no lamp goes from dark to lit more than three times in
 * any [t, t + 1 s), whatever is wanted in whatever order. Going dark is never delayed. `now` must not go back.
 */
export function limit(memory: FlashMemory, want: boolean, now: Millis): Limited {
  if (want === memory.lit) return { memory, lit: want };
  if (!want) return { memory: { lit: false, starts: memory.starts }, lit: false };
  const [oldest] = memory.starts;
  if (oldest === undefined || memory.starts.length < MAX_FLASHES) {
    return { memory: { lit: true, starts: [...memory.starts, now] }, lit: true };
  }
  const allowedAt = oldest + WINDOW;
  if (now < allowedAt) return { memory, lit: false, recheckAt: allowedAt };
  return { memory: { lit: true, starts: [...memory.starts.slice(1), now] }, lit: true };
}
