import type { Millis } from "../millis.ts";
import type { AttemptCommand } from "./attempt.ts";

/*
 * One sipfrag says something for certain: 400 means that a REFER came before Asterisk had bridged its leg, and that
 * nothing was done. Then, and only then, it is sent again, while the same ring goes on and the leg is ours.
 */

export const NOT_BRIDGED_YET = 400;

/**
 * Waits before each further REFER. Asterisk 22 bridges within a few ms, but 500 ms after a pickup to which no audio came;
 * together they are longer than that.
 */
const WAITS: readonly Millis[] = [5, 10, 20, 40, 80, 160, 320];

/** The REFERs of one leg to one destination. */
export interface Refers {
  readonly sent: number;
  /** The last one is answered with 2xx. */
  readonly accepted: boolean;
  /** The last one was refused before its 202 came in: order on UDP is not kept. */
  readonly again: boolean;
  /** When the next one is due. */
  readonly at: Millis | undefined;
}

export const NO_REFERS: Refers = { sent: 0, accepted: false, again: false, at: undefined };

export const referSent = (refers: Refers): Refers => ({
  sent: refers.sent + 1,
  accepted: false,
  again: false,
  at: undefined,
});

/** After its 2xx. */
export function referAccepted(refers: Refers, now: Millis): Refers {
  const accepted: Refers = { ...refers, accepted: true, again: false };
  return refers.again ? due(accepted, now) : accepted;
}

/** After a sipfrag 400; undefined where it was tried often enough. */
export function referTooEarly(refers: Refers, now: Millis): Refers | undefined {
  if (refers.sent === 0 || refers.sent > WAITS.length) return undefined;
  return refers.accepted ? due(refers, now) : { ...refers, again: true };
}

/** Until another one is due, if one is. */
export const wakesFor = ({ at }: Refers): readonly AttemptCommand[] => (at === undefined ? [] : [{ kind: "wake", at }]);

function due(refers: Refers, now: Millis): Refers {
  const wait = WAITS[refers.sent - 1];
  return wait === undefined ? refers : { ...refers, at: now + wait };
}
