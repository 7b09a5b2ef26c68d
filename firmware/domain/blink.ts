import { type CadenceName, JOINED_AFTER, litAt, nextChange, type Start } from "./cadence.ts";
import { type FlashMemory, limit, NO_FLASHES } from "./flash-limit.ts";
import type { Millis } from "./millis.ts";

/** One lamp whose cadence is run here: what it shows, and what it must not forget for the next change. */
export interface BlinkMemory {
  readonly cadence: CadenceName;
  readonly start?: Start;
  readonly flashes: FlashMemory;
}

export const UNLIT: BlinkMemory = { cadence: "dark", flashes: NO_FLASHES };

export interface Blink {
  readonly memory: BlinkMemory;
  readonly lit: boolean;
  /** Nothing changes before; Infinity for never. */
  readonly next: Millis;
}

/** What the lamp shows of `cadence` at `now`: with its opening where it is new, on the beat after that, within the flash limit. */
export function blink(memory: BlinkMemory, cadence: CadenceName, now: Millis): Blink {
  const start = cadence === memory.cadence ? memory.start : { at: now, wasLit: memory.flashes.lit };
  const opening = start !== undefined && now < start.at + JOINED_AFTER ? { start } : {};
  const { memory: flashes, lit, recheckAt } = limit(memory.flashes, litAt(cadence, now, opening.start), now);
  const change = nextChange(cadence, now, opening.start) ?? Number.POSITIVE_INFINITY;
  return { memory: { cadence, ...opening, flashes }, lit, next: Math.min(change, recheckAt ?? change) };
}

/** The lamp went dark by something else: another colour, or a loss of power. */
export function unlit(memory: BlinkMemory, now: Millis): BlinkMemory {
  return { ...memory, flashes: limit(memory.flashes, false, now).memory };
}
