import type { ContactChange } from "./contact.ts";
import type { Millis } from "./millis.ts";

/** What a person did: `down` as the contact closes; then `short` as it opens soon, or `long` while it stays closed. */
export type Press = "down" | "short" | "long";

/** A key held so long is a long press. */
export const LONG_AFTER: Millis = 1000;

/** One key: since when it is closed, and whether its long press has been told. */
export interface PressMemory {
  readonly closedAt?: Millis;
  readonly told?: true;
}

export const RELEASED: PressMemory = {};

export interface Pressed {
  readonly memory: PressMemory;
  readonly press?: Press;
  /** Call holding then; absent: no need to, and an earlier wish for it is void. */
  readonly recheckAt?: Millis;
}

/**
 * Takes one settled change of a key's contact. A closing of a closed key is no change, and an opening of an open one
 * neither: a module that comes back with a stuck key must not press it.
 */
export function pressing(memory: PressMemory, change: ContactChange, longAfter: Millis = LONG_AFTER): Pressed {
  const { closedAt, told } = memory;
  if (change.closed) {
    if (closedAt !== undefined) return holding(memory, change.at, longAfter);
    return { memory: { closedAt: change.at }, press: "down", recheckAt: change.at + longAfter };
  }
  if (closedAt === undefined || told) return { memory: RELEASED };
  // The opening may be heard before the recheck that was due before it.
  return { memory: RELEASED, press: change.at < closedAt + longAfter ? "short" : "long" };
}

/** Looks at a key that may be held: a long press is told once, while it lasts. */
export function holding(memory: PressMemory, now: Millis, longAfter: Millis = LONG_AFTER): Pressed {
  const { closedAt, told } = memory;
  if (closedAt === undefined || told) return { memory };
  const longAt = closedAt + longAfter;
  return now < longAt ? { memory, recheckAt: longAt } : { memory: { closedAt, told: true }, press: "long" };
}
