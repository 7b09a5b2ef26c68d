import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { hasDisobeyed, type Outcome, phoneDisobeyed } from "../outcome.ts";
import {
  type AttemptEvent,
  GRACE,
  gone,
  inCall,
  isDue,
  isFree,
  LOST,
  obstacle,
  over,
  type Procedure,
  pickedUp,
  type Quarry,
  type Start,
  type Step,
  stay,
  type Waiting,
  waitUntil,
} from "./attempt.ts";
import { type Finding, findingOf, hasLeft, PHONE_UNSEEN, UNPROVEN } from "./proof.ts";

/*
 * Landing a call by the phone's own remote control: it is told to dial what takes the call, as a hand would. No leg is the
 * panel's, so that none can be left.
 *
 *   begin ──ask──▶ asking ──2xx──▶ watching ──quarry gone──▶ settling ──phone stays in a call──▶ over
 *     │              │  └──────────quarry gone─────────────────▲  └──it does not──▶ over
 *     ▼              ▼                │ phone back from its call, or deadline
 *    over           over             over
 *
 * An answer that does not come, or tells of a failure inside the phone, proves nothing: it may have dialled. Then it is
 * watched all the same.
 */
export interface RemoteAttempt extends Waiting {
  readonly stage: "asking" | "watching" | "settling" | "over";
  readonly phone: LineState;
  /** Told at `until`, or at the deadline, where nothing has happened. */
  readonly verdict: Outcome;
}

type RemoteStep = Step<RemoteAttempt>;

const UNHEARD: Outcome = { kind: "failed", reason: "the desk phone's remote control did not answer in time" };
const NOTHING: Outcome = { kind: "failed", reason: "the desk phone was told to take the call, and did not in time" };
const NOT_GIVEN: Outcome = { kind: "refused", reason: "the PBX did not give the ringing call to the desk phone" };
const WORDS: Readonly<Record<Finding, Outcome>> = { proven: pickedUp(), refuted: gone(), unseen: PHONE_UNSEEN };

export const REMOTE_CONTROL: Procedure<RemoteAttempt> = { begin, step };

function begin(start: Start, now: Millis): RemoteStep {
  const { phone, deadline } = start;
  const attempt: RemoteAttempt = { stage: "asking", phone, deadline, until: undefined, verdict: UNHEARD };
  const outcome = obstacle(start, now);
  if (outcome) return over(attempt, outcome);
  if (!isFree(phone)) {
    const reason = `the desk phone is ${phone}, and only landing transfer can ring it then`;
    return over(attempt, { kind: "refused", reason }, true);
  }
  return { attempt, commands: [{ kind: "ask-phone" }, { kind: "wake", at: deadline }] };
}

function step(attempt: RemoteAttempt, event: AttemptEvent, now: Millis): RemoteStep {
  if (attempt.stage === "over") return stay(attempt);
  switch (event.kind) {
    case "obeyed":
      return attempt.stage === "asking" ? obeyed(attempt, event.code, event.why) : stay(attempt);
    case "quarry":
      return quarrySeen(attempt, event.quarry, now);
    case "phone":
      return phoneSeen(attempt.phone, { ...attempt, phone: event.state }, now);
    case "abort":
      return over(attempt, { kind: "failed", reason: event.reason });
    case "time":
      return timeSeen(attempt, now);
    default:
      return stay(attempt);
  }
}

function obeyed(attempt: RemoteAttempt, code: number, why: string | undefined): RemoteStep {
  const verdict = code >= 200 && code < 300 ? NOTHING : phoneDisobeyed(code, why);
  // Nothing was dialled, unless it has been seen in a call.
  if (hasDisobeyed(code)) return over(attempt, verdict, isFree(attempt.phone) && attempt.until === undefined);
  return stay({ ...attempt, stage: "watching", verdict: attempt.until === undefined ? verdict : attempt.verdict });
}

function quarrySeen(attempt: RemoteAttempt, quarry: Quarry, now: Millis): RemoteStep {
  if (attempt.stage === "settling" || quarry === "there") return stay(attempt);
  if (quarry === "unknown") return over(attempt, LOST);
  // What the PBX tells of the phone may come after what it tells of the line, and its call may be one that finds nothing.
  return waitUntil({ ...attempt, stage: "settling" }, now + GRACE);
}

function phoneSeen(before: LineState, attempt: RemoteAttempt, now: Millis): RemoteStep {
  const { phone, stage, verdict } = attempt;
  if (stage === "settling" && inCall(phone) && !inCall(before)) return waitUntil(attempt, now + GRACE);
  if (stage === "settling" || phone === "unknown") return judged(before, attempt, now);
  // Its call to the pickup code is over, and the line rings on, unless that is told in a moment.
  if (hasLeft(before, phone) && verdict !== NOT_GIVEN)
    return waitUntil({ ...attempt, verdict: NOT_GIVEN }, now + GRACE);
  return stay(attempt);
}

function timeSeen(attempt: RemoteAttempt, now: Millis): RemoteStep {
  const { stage, until, phone, verdict, deadline } = attempt;
  const judgement = stage === "settling" ? judged(phone, attempt, now) : stay(attempt);
  if (judgement.attempt.stage === "over") return judgement;
  if (stage === "settling") return now >= deadline ? over(attempt, UNPROVEN) : stay(attempt);
  return isDue(until, now) || now >= deadline ? over(attempt, verdict) : stay(attempt);
}

function judged(before: LineState, attempt: RemoteAttempt, now: Millis): RemoteStep {
  const finding = findingOf(before, attempt.phone, isDue(attempt.until, now));
  return finding ? over(attempt, WORDS[finding]) : stay(attempt);
}
