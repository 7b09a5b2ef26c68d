import type { ContactChange } from "./contact.ts";
import type { Millis } from "./millis.ts";

/** Longer than anybody holds a key on purpose; a long press is over after a second. */
export const STUCK_AFTER: Millis = 30_000;

/** A stuck key is free again once it has been open for so long: what is jammed or wet opens for a moment now and then. */
export const FREE_AFTER: Millis = 1000;

/** One key: since when it is closed, or open again; and whether it is stuck. */
export interface HoldMemory {
  readonly closedAt?: Millis;
  readonly openAt?: Millis;
  readonly stuck: boolean;
}

export const LOOSE: HoldMemory = { stuck: false };

export interface Hold {
  readonly memory: HoldMemory;
  /** Whether the change may be taken for something that a person did. */
  readonly passes: boolean;
  readonly news?: "stuck" | "free";
  /** Call heldOn then; absent: no need to, and an earlier wish for it is void. */
  readonly recheckAt?: Millis;
}

/** Takes one settled change of a key's contact. */
export function heldBy(memory: HoldMemory, change: ContactChange): Hold {
  const { stuck } = memory;
  if (!stuck) {
    if (!change.closed) return { memory: LOOSE, passes: true };
    return { memory: { closedAt: change.at, stuck }, passes: true, recheckAt: change.at + STUCK_AFTER };
  }
  if (change.closed) return { memory: { stuck }, passes: false };
  return { memory: { openAt: change.at, stuck }, passes: true, recheckAt: change.at + FREE_AFTER };
}

/** A key that was found closed: nobody has pressed it, and from now on it may turn out to be stuck. */
export function foundHeld(memory: HoldMemory, now: Millis): Hold {
  if (memory.stuck || memory.closedAt !== undefined) return heldOn(memory, now);
  return { memory: { closedAt: now, stuck: false }, passes: false, recheckAt: now + STUCK_AFTER };
}

/** Looks at a key whose contact has not moved. */
export function heldOn(memory: HoldMemory, now: Millis): Hold {
  const { closedAt, openAt, stuck } = memory;
  if (stuck) {
    if (openAt === undefined) return { memory, passes: false };
    const freeAt = openAt + FREE_AFTER;
    return now < freeAt ? { memory, passes: false, recheckAt: freeAt } : { memory: LOOSE, passes: false, news: "free" };
  }
  if (closedAt === undefined) return { memory, passes: false };
  const stuckAt = closedAt + STUCK_AFTER;
  if (now < stuckAt) return { memory, passes: false, recheckAt: stuckAt };
  return { memory: { stuck: true }, passes: false, news: "stuck" };
}
