import type { Millis } from "../domain/millis.ts";

/** The longest time that is asked for or believed, in seconds: its milliseconds still fit a timer (2^31 - 1). */
export const LONGEST = 2_000_000;
/** However short a time the PBX grants, it is not asked more often. */
const SHORTEST_WAIT: Millis = 2_000;

/** Leading delta-seconds of a header ("30 ;duration=5" is 30), at most LONGEST; undefined where there are none. */
export function seconds(text: string | undefined): number | undefined {
  const digits = /^\s*(\d+)/.exec(text ?? "")?.[1];
  return digits === undefined ? undefined : Math.min(Number(digits), LONGEST);
}

/**
 * When to renew what was granted for so many seconds: after 75 to 90 % of it, spread so that many lines started
 * together do not stay together.
 *
 * @param random in [0, 1)
 */
export function renewAfter(granted: number, random: number): Millis {
  return Math.max(SHORTEST_WAIT, granted * 1000 * (0.75 + 0.15 * random));
}

/**
 * What to ask for after 423 (Interval Too Brief), in seconds; undefined when there is no point in asking for more.
 * Asterisk sends no Min-Expires (0 here), and one that is not above what was asked helps no further: then it is four
 * times as much.
 */
export function raised(asked: number, minimum: number): number | undefined {
  const next = minimum > asked ? minimum : asked * 4;
  return next > LONGEST ? undefined : next;
}
