import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../firmware/hal/clock.ts";

/** RFC 3261 §17.1.1.1: the estimate of a round trip that every other timer comes from. */
export const T1: Millis = 500;
/** Longest pause between two sendings of anything but INVITE. */
export const T2: Millis = 4000;
/** Timers B, F, H, J: how long a transaction lives. */
export const LIFE: Millis = 64 * T1;

/**
 * Runs `again` after T1, 2·T1, 4·T1 …, never more than `longest` apart, and `expired` once, when LIFE is over: timers A
 * and B, E and F, G and H.
 */
export function retransmit(clock: Clock, longest: Millis, again: () => void, expired: () => void): Cancel {
  const start = clock.now();
  let pause = T1;
  const cancelLife = clock.at(start + LIFE, () => {
    cancelNext();
    expired();
  });
  const run = (): void => {
    again();
    pause = Math.min(pause * 2, longest);
    cancelNext = clock.at(clock.now() + pause, run);
  };
  let cancelNext = clock.at(start + pause, run);
  return () => {
    cancelLife();
    cancelNext();
  };
}
