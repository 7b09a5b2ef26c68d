import type { Millis } from "./millis.ts";

/** Patterns by name; every one is readable on a lamp of one colour. */
export type CadenceName =
  | "dark"
  | "steady"
  | "flash"
  | "slow"
  | "wink"
  | "double-wink"
  | "dip"
  | "tick"
  | "pending"
  | "refused"
  | "too-late"
  | "failed";

/** All patterns repeat within this beat, which starts at moment 0 of the clock: lamps of one panel are in phase. */
export const BEAT: Millis = 2000;

/**
 * Lit, dark, lit, dark … in whole milliseconds; each list fills the beat or a whole part of it. Any two differ by a
 * factor of two or more in their shortest or longest lit or dark time, which is what an eye tells apart without
 * counting. None starts more than two flashes in a second, which leaves room for the change from another pattern.
 */
export const CADENCES: Readonly<Record<CadenceName, readonly Millis[]>> = {
  dark: [0, 2000],
  steady: [2000],
  /** 2 Hz: asks for somebody. */
  flash: [250, 250],
  /** 0.5 Hz: a call waits, nobody hurries. */
  slow: [1000, 1000],
  /** Dark with a sign of life. */
  wink: [100, 1900],
  "double-wink": [100, 200, 100, 1600],
  /** Lit with a sign of something more. */
  dip: [1800, 200],
  /** Lit, and gone for a moment every second. */
  tick: [900, 100],
  /** Mostly lit, trembling: the press is being worked on. */
  pending: [400, 100],
  /** Lit with two dips. */
  refused: [1400, 200, 200, 200],
  /** Long, short, gone. Not three winks: they use up the limit of flashes, which then swallows one at many changes. */
  "too-late": [600, 200, 200, 1000],
  /** 1 Hz. */
  failed: [500, 500],
};

export const CADENCE_NAMES = Object.keys(CADENCES) as readonly CadenceName[];

/** A lamp gets this cadence at `at`, after it showed `wasLit`. */
export interface Start {
  readonly at: Millis;
  readonly wasLit: boolean;
}

/** Longest opening of a cadence: long enough to be seen, too short to be taken for a steady lamp. */
const OPENING: Millis = 250;

/** Nothing shorter is shown between an opening and the beat. */
const SHORTEST: Millis = 100;

/** So long after its start at the latest, every cadence is on the shared beat. */
export const JOINED_AFTER: Millis = OPENING + SHORTEST;

/** Whether the pattern ever changes. */
export function isFlashing(cadence: CadenceName): boolean {
  return cadence !== "dark" && cadence !== "steady";
}

/**
 * Whether a lamp with this cadence is lit at `now`. With `start`, a flashing cadence opens with the opposite of what
 * the lamp showed, so that the change is seen at once, and then joins the beat; without, it is on the beat.
 */
export function litAt(cadence: CadenceName, now: Millis, start?: Start): boolean {
  if (start !== undefined && isFlashing(cadence) && now < openingEnd(cadence, start)) return !start.wasLit;
  return onBeat(cadence, now).lit;
}

/**
 * The first moment after `now` at which litAt turns; undefined for never. litAt does not change in between. Fractions
 * of a millisecond are safe: patterns turn at whole ones.
 */
export function nextChange(cadence: CadenceName, now: Millis, start?: Start): Millis | undefined {
  if (!isFlashing(cadence)) return undefined;
  if (start !== undefined) {
    const end = openingEnd(cadence, start);
    if (now < end) {
      const { lit, until } = onBeat(cadence, end);
      return lit === start.wasLit ? end : until;
    }
  }
  return onBeat(cadence, now).until;
}

/** The level of a pattern on the beat, and the whole millisecond at which it turns. */
function onBeat(cadence: CadenceName, now: Millis): { readonly lit: boolean; readonly until: Millis } {
  const pattern = CADENCES[cadence];
  const period = pattern.reduce((sum, part) => sum + part, 0);
  const tick = Math.floor(now);
  let left = ((tick % period) + period) % period;
  for (const [i, part] of pattern.entries()) {
    if (left < part) return { lit: i % 2 === 0, until: tick + part - left };
    left -= part;
  }
  throw new Error(`the parts of cadence ${cadence} do not fill its period`);
}

/** The opening lasts one part of that level, at most OPENING, and longer where the beat would turn to it in a blink. */
function openingEnd(cadence: CadenceName, start: Start): Millis {
  const level = start.wasLit ? 1 : 0;
  const parts = CADENCES[cadence].filter((_, i) => i % 2 === level);
  const end = Math.ceil(start.at) + Math.min(OPENING, ...parts);
  const { lit, until } = onBeat(cadence, end);
  return lit === start.wasLit && until - end < SHORTEST ? until : end;
}
