/** Why a leg is ended: the status where it was never answered, and what Reason says (RFC 3326). */
export interface Cause {
  readonly status: number;
  readonly reasons: readonly string[];
}

// As Asterisk 22 words them.

/** The other side hung up; for a caller whom nobody answered, that the PBX gave up. */
export const NORMAL: Cause = { status: 603, reasons: ["Q.850;cause=16"] };
/** For phones that rang, when another has the call. */
export const ELSEWHERE: Cause = {
  status: 603,
  reasons: ['SIP;cause=200;text="Call completed elsewhere"', "Q.850;cause=26"],
};
/** For phones that rang, when the caller gave up. */
export const ABANDONED: Cause = { status: 603, reasons: ["Q.850;cause=127"] };
/** For phones that rang too long. */
export const UNANSWERED: Cause = { status: 603, reasons: ["Q.850;cause=0"] };
/** For the caller who gave up. */
export const CANCELLED: Cause = { status: 487, reasons: ["Q.850;cause=0"] };
export const BUSY: Cause = { status: 486, reasons: ["Q.850;cause=17"] };
/** The phone is not registered. */
export const NOBODY_THERE: Cause = { status: 404, reasons: ["Q.850;cause=3"] };
export const NO_SUCH_NUMBER: Cause = { status: 404, reasons: [] };
/** A pickup that found nothing to pick up. */
export const NO_PICKUP: Cause = { status: 403, reasons: ["Q.850;cause=21"] };
/** For the phone that rang, when its own leg was named by Replaces. */
export const REPLACED: Cause = { status: 603, reasons: ["Q.850;cause=0"] };
/** A Replaces of nothing that can be replaced. */
export const NO_SUCH_CALL: Cause = { status: 481, reasons: ["Q.850;cause=0"] };
/** A Replaces with early-only of an answered call. */
export const ANSWERED: Cause = { status: 486, reasons: ["Q.850;cause=0"] };
/** For who dialled a slot where nobody is parked. */
export const NOBODY_PARKED: Cause = { status: 603, reasons: ["Q.850;cause=0"] };
/** For a leg that handed its peer on and never said BYE. */
export const FORGOTTEN: Cause = { status: 603, reasons: [] };

export function reasonHeaders(cause: Cause): readonly (readonly [string, string])[] {
  return cause.reasons.map((reason) => ["Reason", reason] as const);
}
