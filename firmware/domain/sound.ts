import type { Millis } from "./millis.ts";
import type { OutcomeKind } from "./outcome.ts";

/** What a buzzer that can only be on or off tells of a press. */
export type ToneName = Exclude<OutcomeKind, "done">;

const SHORT: Millis = 100;
const LONG: Millis = 500;
const REST: Millis = 120;

/**
 * On, off, on … once, in ms. No two have as many beeps of the same lengths, and a long one is five short ones: they are
 * told apart without having been heard side by side.
 */
export const TONES: Readonly<Record<ToneName, readonly Millis[]>> = {
  "picked-up": [SHORT],
  refused: [LONG],
  "too-late": [LONG, REST, SHORT],
  failed: [LONG, REST, LONG],
  "no-answer": [SHORT, REST, SHORT, REST, SHORT],
};

/** On, off, on, off, for as long as the alert lasts: pairs of beeps that are neither short nor long. */
export const ALERT: readonly Millis[] = [250, 200, 250, 1300];

/** Silence around a tone, so that it is not heard as a part of the alert. */
export const PAUSE: Millis = 300;

/** What the buzzer is asked for. */
export interface Sound {
  /** When the alert began; absent: none. */
  readonly alertSince?: Millis;
  /** `at`: when its first beep begins. */
  readonly tone?: { readonly name: ToneName; readonly at: Millis };
}

export const SILENCE: Sound = {};

export interface Heard {
  readonly on: boolean;
  /** When it changes next, of itself; Infinity for never. */
  readonly next: Millis;
}

/** Somebody is wanted from now on, or not any more: then what is left is a tone, if one is being told. */
export function alerting({ tone, alertSince }: Sound, on: boolean, now: Millis): Sound {
  return { ...(tone && { tone }), ...(on && { alertSince: alertSince ?? now }) };
}

/** A tone begins at once, or after a pause where an alert is heard; another one that is being told is given up. */
export function telling({ alertSince }: Sound, name: ToneName, now: Millis): Sound {
  if (alertSince === undefined) return { tone: { name, at: now } };
  return { alertSince, tone: { name, at: now + PAUSE } };
}

/** What is heard at `now`. A tone interrupts the alert, which begins anew after it. */
export function heardAt({ alertSince, tone }: Sound, now: Millis): Heard {
  if (tone === undefined) return alertSince === undefined ? NEVER : repeating(alertSince, now);
  const end = tone.at + lengthOf(TONES[tone.name]);
  if (now < tone.at) return { on: false, next: tone.at };
  if (now < end) return within(TONES[tone.name], tone.at, now);
  if (alertSince === undefined) return NEVER;
  return now < end + PAUSE ? { on: false, next: end + PAUSE } : repeating(Math.max(alertSince, end + PAUSE), now);
}

const NEVER: Heard = { on: false, next: Number.POSITIVE_INFINITY };

function repeating(since: Millis, now: Millis): Heard {
  const period = lengthOf(ALERT);
  return within(ALERT, since + Math.floor((now - since) / period) * period, now);
}

/** `now` is from `begin` to the end of the pattern. */
function within(pattern: readonly Millis[], begin: Millis, now: Millis): Heard {
  let end = begin;
  for (const [i, part] of pattern.entries()) {
    end += part;
    if (now < end) return { on: i % 2 === 0, next: end };
  }
  return { on: false, next: end };
}

const lengthOf = (pattern: readonly Millis[]): Millis => pattern.reduce((sum, part) => sum + part, 0);
