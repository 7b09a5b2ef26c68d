import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import type { Outcome } from "../outcome.ts";

/** Calls that an attempt places: to the desk phone, and to what takes the call, so that the panel has the caller itself. */
export type LegName = "phone" | "caller";

/**
 * What is to be taken, as the PBX tells of it now. `there`: the same ring, or the same parked call, as when the key was
 * pressed; `gone`: anything else that is known.
 */
export type Quarry = "there" | "gone" | "unknown";

/** What happens to an attempt. Every event is harmless at every stage. */
export type AttemptEvent =
  /** 1xx above 100. */
  | { readonly kind: "progress"; readonly leg: LegName; readonly code: number }
  | { readonly kind: "answered"; readonly leg: LegName }
  | { readonly kind: "rejected"; readonly leg: LegName; readonly code: number }
  | { readonly kind: "refer-answered"; readonly leg: LegName; readonly code: number }
  | { readonly kind: "sipfrag"; readonly leg: LegName; readonly code: number; readonly final: boolean }
  /** A leg that was answered is over, by either side. */
  | { readonly kind: "leg-ended"; readonly leg: LegName }
  | { readonly kind: "quarry"; readonly quarry: Quarry }
  | { readonly kind: "phone"; readonly state: LineState }
  /** The phone's own answer to a request of its remote control: an HTTP status, or 0 for none that can be read. */
  | { readonly kind: "obeyed"; readonly code: number; readonly why?: string }
  | { readonly kind: "abort"; readonly reason: string }
  | { readonly kind: "time" };

/** Where a REFER sends the other side of a leg. */
export type Destination =
  /** What takes the call: a pickup code, or the call to be replaced. */
  | "quarry"
  /** The panel's other leg, to be replaced (RFC 3891): the attended transfer. */
  | "phone"
  /** The line that rang. */
  | "back";

export type AttemptCommand =
  | { readonly kind: "invite"; readonly leg: LegName }
  | { readonly kind: "refer"; readonly leg: LegName; readonly to: Destination }
  /** CANCEL or BYE, whichever the leg needs; answered by a leg-ended or rejected event. */
  | { readonly kind: "end-leg"; readonly leg: LegName }
  /** A request to the phone's remote control; answered by one obeyed event. */
  | { readonly kind: "ask-phone" }
  /** A time event is wanted at this moment. */
  | { readonly kind: "wake"; readonly at: Millis }
  /** Exactly once. `definite`: a no after which nothing was done, so that another landing may be tried. */
  | { readonly kind: "done"; readonly outcome: Outcome; readonly definite?: true };

/** What every machine of attempts keeps. `over`: it has told its outcome, and waits for nothing any more. */
export interface Stage {
  readonly stage: string;
}

export interface Step<A extends Stage> {
  readonly attempt: A;
  readonly commands: readonly AttemptCommand[];
}

/** What an attempt starts from. */
export interface Start {
  readonly quarry: Quarry;
  readonly phone: LineState;
  /** Whether a phone that is in use may be rung, without being made to answer. */
  readonly whenBusy: "refuse" | "ring";
  /** The quarry is taken by Replaces: then whoever rings instead has not understood. */
  readonly replaces: boolean;
  /** When the outcome must be known at the latest. */
  readonly deadline: Millis;
}

/** One way to land a call, as a pure state machine. */
export interface Procedure<A extends Stage> {
  begin(start: Start, now: Millis): Step<A>;
  /** Total: every event is harmless at every stage. */
  step(attempt: A, event: AttemptEvent, now: Millis): Step<A>;
}

/** How long the phone has to stay in its call after our legs are over. A PBX tells of a hang-up within milliseconds. */
export const STAY: Millis = 400;
/**
 * How long line and phone may differ from what the PBX answered before the answer is believed; and so what a phone has to
 * leave of the time for seeing what becomes of its call.
 */
export const GRACE: Millis = 600;

/** Says what stands in the way of an attempt before anything is sent; undefined for nothing. */
export function obstacle({ quarry, phone, whenBusy, deadline }: Start, now: Millis): Outcome | undefined {
  if (quarry === "gone") return { kind: "too-late", reason: "the line has stopped ringing" };
  if (quarry === "unknown") return { kind: "refused", reason: "the state of the line is not known" };
  // What an earlier landing has left of it.
  if (now + GRACE >= deadline) return { kind: "failed", reason: "too little time is left to take the call" };
  return phoneObstacle(phone, whenBusy);
}

/** A phone that is not idle is not made to answer. */
export function phoneObstacle(phone: LineState, whenBusy: Start["whenBusy"]): Outcome | undefined {
  if (phone === "unknown") return { kind: "refused", reason: "the state of the desk phone is not known" };
  if (phone === "offline") return { kind: "refused", reason: "the desk phone is not registered" };
  if (isFree(phone) || whenBusy === "ring") return undefined;
  return { kind: "refused", reason: `the desk phone is ${phone}` };
}

export const isFree = (phone: LineState): boolean => phone === "idle" || phone === "waiting";
export const inCall = (phone: LineState): boolean => phone === "busy" || phone === "held";

export const pickedUp = (): Outcome => ({ kind: "picked-up", reason: "the call is on the desk phone" });
export const LOST: Outcome = { kind: "failed", reason: "the PBX was lost from sight during the pickup" };
export const gone = (): Outcome => ({ kind: "too-late", reason: "the caller hung up or somebody else answered" });

/** Answers after which it is certain that nothing was done and that it will not be done this way. */
export const isDefinite = (code: number | undefined): boolean => code === 405 || code === 501 || code === 603;

export const stay = <A extends Stage>(attempt: A): Step<A> => ({ attempt, commands: [] });

/** One step after another, as one. */
export function andThen<A extends Stage>(first: Step<A>, next: (attempt: A) => Step<A>): Step<A> {
  const { attempt, commands } = next(first.attempt);
  return { attempt, commands: [...first.commands, ...commands] };
}

/** The end of a machine that has no leg to end. */
export function over<A extends Stage>(attempt: A, outcome: Outcome, definite = false): Step<A> {
  return {
    attempt: { ...attempt, stage: "over" },
    commands: [{ kind: "done", outcome, ...(definite && { definite }) }],
  };
}

/** What a machine that waits keeps. */
export interface Waiting extends Stage {
  readonly deadline: Millis;
  /** When the present wait is over. It may lie beyond the deadline, and then it is cut short with nothing proven. */
  readonly until: Millis | undefined;
}

export function waitUntil<A extends Waiting>(attempt: A, until: Millis): Step<A> {
  return {
    attempt: { ...attempt, until },
    commands: [{ kind: "wake", at: Math.min(until, attempt.deadline) }],
  };
}

export const isDue = (at: Millis | undefined, now: Millis): boolean => at !== undefined && now >= at;
