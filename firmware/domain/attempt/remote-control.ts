import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { type Outcome, phoneDisobeyed } from "../outcome.ts";
import {
  type AttemptEvent,
  GRACE,
  gone,
  inCall,
  isFree,
  obstacle,
  type Procedure,
  pickedUp,
  type Quarry,
  STAY,
  type Start,
  type Step,
} from "./attempt.ts";

/*
 * Landing a call by the phone's own remote control: it is told to dial what takes the call, as a hand would. No leg is the
 * panel's, so that none can be left.
 *
 *   begin ──ask──▶ asking ──2xx──▶ watching ──quarry gone──▶ settling ──phone stays in a call──▶ over
 *     │              │  └──────────quarry gone─────────────────▲  └──it does not──▶ over
 *     ▼              ▼                │ phone back from its call, or deadline
 *    over           over             over
 *
 * An answer that does not come proves nothing: the phone may have heard. Then it is watched all the same.
 */
export interface RemoteAttempt {
  readonly stage: "asking" | "watching" | "settling" | "over";
  readonly phone: LineState;
  readonly deadline: Millis;
  readonly until: Millis | undefined;
  /** Told at `until`, or at the deadline, where nothing has happened. */
  readonly verdict: Outcome;
}

type RemoteStep = Step<RemoteAttempt>;

const UNHEARD: Outcome = { kind: "failed", reason: "the desk phone's remote control did not answer in time" };
const NOTHING: Outcome = { kind: "failed", reason: "the desk phone was told to take the call, and did not in time" };

export const REMOTE_CONTROL: Procedure<RemoteAttempt> = { begin, step };

function begin(start: Start): RemoteStep {
  const { phone, deadline } = start;
  const attempt: RemoteAttempt = { stage: "asking", phone, deadline, until: undefined, verdict: UNHEARD };
  const busy: Outcome = {
    kind: "refused",
    reason: `the desk phone is ${phone}, and only landing transfer can ring it then`,
  };
  const outcome = obstacle(start);
  if (outcome) return finish(attempt, outcome);
  if (!isFree(phone)) return { attempt: over(attempt), commands: [{ kind: "done", outcome: busy, definite: true }] };
  return { attempt, commands: [{ kind: "ask-phone" }, { kind: "wake", at: deadline }] };
}

function step(attempt: RemoteAttempt, event: AttemptEvent, now: Millis): RemoteStep {
  if (attempt.stage === "over") return stay(attempt);
  switch (event.kind) {
    case "obeyed":
      return obeyed(attempt, event.code, event.why);
    case "quarry":
      return quarrySeen(attempt, event.quarry, now);
    case "phone":
      return phoneSeen(attempt, event.state, now);
    case "abort":
      return finish(attempt, { kind: "failed", reason: event.reason });
    case "time":
      return timeSeen(attempt, now);
    default:
      return stay(attempt);
  }
}

function obeyed(attempt: RemoteAttempt, code: number, why: string | undefined): RemoteStep {
  if (attempt.stage !== "asking") return stay(attempt);
  if (code >= 200 && code < 300) return stay({ ...attempt, stage: "watching", verdict: NOTHING });
  const verdict = phoneDisobeyed(code, why);
  if (code === 0) return stay({ ...attempt, stage: "watching", verdict });
  // It has answered, and that it does not: nothing was dialled.
  return { attempt: over(attempt), commands: [{ kind: "done", outcome: verdict, definite: true }] };
}

function quarrySeen(attempt: RemoteAttempt, quarry: Quarry, now: Millis): RemoteStep {
  if (attempt.stage === "settling" || quarry === "there") return stay(attempt);
  if (quarry === "unknown") {
    return finish(attempt, { kind: "failed", reason: "the PBX was lost from sight during the pickup" });
  }
  // What the PBX tells of the phone may come after what it tells of the line.
  return waitUntil({ ...attempt, stage: "settling", verdict: gone() }, now + (inCall(attempt.phone) ? STAY : GRACE));
}

function phoneSeen(attempt: RemoteAttempt, phone: LineState, now: Millis): RemoteStep {
  const left = inCall(attempt.phone) && !inCall(phone);
  const seen: RemoteAttempt = { ...attempt, phone };
  if (phone === "unknown") return finish(seen, { kind: "failed", reason: "the desk phone was lost from sight" });
  if (attempt.stage === "settling") return left ? finish(seen, gone()) : stay(seen);
  // Its call to the pickup code is over, and the line rings on, unless that is told in a moment.
  const refusal: Outcome = { kind: "refused", reason: "the PBX did not give the ringing call to the desk phone" };
  return left ? waitUntil({ ...seen, verdict: refusal }, now + GRACE) : stay(seen);
}

function timeSeen(attempt: RemoteAttempt, now: Millis): RemoteStep {
  const { stage, until, phone, verdict, deadline } = attempt;
  if (now < (until ?? deadline)) return stay(attempt);
  return finish(attempt, stage === "settling" && inCall(phone) ? pickedUp() : verdict);
}

function waitUntil(attempt: RemoteAttempt, wanted: Millis): RemoteStep {
  const until = Math.min(wanted, attempt.deadline);
  return { attempt: { ...attempt, until }, commands: [{ kind: "wake", at: until }] };
}

function finish(attempt: RemoteAttempt, outcome: Outcome): RemoteStep {
  return { attempt: over(attempt), commands: [{ kind: "done", outcome }] };
}

const over = (attempt: RemoteAttempt): RemoteAttempt => ({ ...attempt, stage: "over" });
const stay = (attempt: RemoteAttempt): RemoteStep => ({ attempt, commands: [] });
