import type { Millis } from "../millis.ts";
import type { Outcome } from "../outcome.ts";
import {
  type AttemptCommand,
  type AttemptEvent,
  andThen,
  isDue,
  type Step,
  stay,
  type Waiting,
  waitUntil,
} from "./attempt.ts";
import { type Calling, endLegs, finish as finishLegs } from "./legs.ts";
import type { Refers } from "./refer-again.ts";
import { beginWayBack, hasArrived, stepWayBack, type WayBack } from "./way-back.ts";

/*
 * What becomes of a caller whom the panel has taken and cannot hand on. The outcome is told when the caller is back, and
 * at the deadline however far that is; the machine is over when the caller is back.
 *
 *   giveBack ──caller is ours──▶ returning ──the caller is back, has hung up, or is refused everywhere──▶ over
 *      └───────caller is not──────────────────────────────────────────────────────────────────────────────▲
 */
export interface WithCaller extends Waiting, Calling {
  /** REFERs of the caller's leg to the phone. */
  readonly refers: Refers;
  /** The PBX said that the join is done. */
  readonly joined: boolean;
  readonly wayBack: WayBack | undefined;
  /** What is told when nothing better comes to be known. */
  readonly verdict: Outcome | undefined;
  /** The outcome is out. */
  readonly told: boolean;
}

/** How long the caller's way back is looked after once the outcome is out: longer than an unanswered REFER takes (RFC 3261 §17.1.2). */
export const AFTERCARE: Millis = 45_000;

export const LOST: Outcome = { kind: "failed", reason: "the PBX was lost from sight during the pickup" };
export const HUNG_UP: Outcome = { kind: "too-late", reason: "the caller hung up" };

export function giveBack<A extends WithCaller>(attempt: A, why: Outcome, now: Millis): Step<A> {
  if (attempt.legs.caller !== "talking") return finish(attempt, why);
  const { refers, joined } = attempt;
  const { wayBack, commands } = beginWayBack(refers.sent > 0 && refers.at === undefined && !joined, now);
  const ended = endLegs<A>({ ...attempt, stage: "returning", verdict: why, wayBack }, "phone");
  return andThen({ attempt: ended.attempt, commands: [...ended.commands, ...commands] }, (going) =>
    lookAfter(going, now),
  );
}

/** Tells the outcome at the deadline, however far the caller has come. */
function lookAfter<A extends WithCaller>(attempt: A, now: Millis): Step<A> {
  const { told, deadline } = attempt;
  if (!told && now < deadline) return waitUntil(attempt, deadline);
  const until = now + AFTERCARE;
  const { reason, ...rest } = attempt.verdict ?? LOST;
  const outcome: Outcome = { ...rest, kind: "failed", reason: `${reason}; and the caller is not back at the line yet` };
  const done: AttemptCommand = { kind: "done", outcome };
  return { attempt: { ...attempt, told: true, until }, commands: [...(told ? [] : [done]), wake(until)] };
}

export function returning<A extends WithCaller>(attempt: A, event: AttemptEvent, now: Millis): Step<A> {
  if (!attempt.wayBack) return stay(attempt);
  const { wayBack, commands } = stepWayBack(attempt.wayBack, event, now);
  const going: A = { ...attempt, wayBack };
  if (hasArrived(wayBack)) return finish(going, sentBack(going));
  const due = event.kind === "time" && isDue(attempt.until, now);
  if (due && attempt.told) return finish(going, attempt.verdict ?? LOST);
  return andThen({ attempt: going, commands }, (next) => (due ? lookAfter(next, now) : stay(next)));
}

function sentBack({ verdict = LOST, wayBack, refers }: WithCaller): Outcome {
  const { kind, reason, code } = verdict;
  const told = code === undefined ? {} : { code };
  // Where a join was on its way, it may be the reason why the leg is over.
  if (wayBack?.fate === "hung-up") return refers.sent > 0 ? verdict : HUNG_UP;
  if (wayBack?.fate === "back") return { kind, reason: `${reason}; the caller was sent back to the line`, ...told };
  const refusal = wayBack?.code === undefined ? told : { code: wayBack.code };
  return { kind: "failed", reason: `${reason}; and the PBX did not take the caller back`, ...refusal };
}

export function finish<A extends WithCaller>(attempt: A, outcome: Outcome, definite = false): Step<A> {
  const { attempt: ended, commands } = finishLegs({ ...attempt, verdict: outcome, told: true }, outcome, definite);
  return { attempt: ended, commands: attempt.told ? commands.filter(({ kind }) => kind !== "done") : commands };
}

const wake = (at: Millis): AttemptCommand => ({ kind: "wake", at });
