import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { type Outcome, phoneRejected, referRejected } from "../outcome.ts";
import {
  type AttemptCommand,
  type AttemptEvent,
  GRACE,
  gone,
  inCall,
  isDefinite,
  isFree,
  obstacle,
  type Procedure,
  pickedUp,
  type Quarry,
  STAY,
  type Start,
  type Step,
} from "./attempt.ts";
import { NO_REFERS, NOT_BRIDGED_YET, type Refers, referAccepted, referSent, referTooEarly } from "./refer-again.ts";

/*
 * Landing a call on the desk phone by third party call control (RFC 3725). The panel calls the phone by its auto-answer
 * code and transfers that leg to what takes the call.
 *
 *            invite            200, refer             202
 *   begin ───────────▶ calling ───────────▶ referring ─────▶ watching
 *     │                   │                  │      │            │
 *     │ phone not idle,   │ quarry gone,     │ no   │ quarry     │ quarry gone: the call is taken, or ended
 *     │ nothing there     │ phone says no,   ▼      ▼            ▼
 *     │                   │ deadline   clearing    settling: end our leg, then see whether the phone stays in a call
 *     ▼                   ▼               │              │
 *    over ◀───────────── over ◀───────────┴──────────────┘
 *
 * The PBX's 202 and its sipfrags prove nothing: Asterisk 22 reports 503 for a pickup that worked. What proves it: the
 * line has left ringing, our leg is over, and the phone is in a call all the same. A phone that was still on our leg
 * falls silent with it.
 *
 * Clearing: the PBX does not transfer for us, and nothing was done. Another landing may be tried once the phone is free.
 */
export interface DeskPhoneAttempt {
  readonly stage: "calling" | "referring" | "watching" | "clearing" | "settling" | "over";
  readonly phone: LineState;
  readonly deadline: Millis;
  /** Our leg may still exist somewhere, so that leaving has to end it. */
  readonly leg: "open" | "ending" | "over";
  readonly refers: Refers;
  /** When the present wait is over, if before the deadline. */
  readonly until: Millis | undefined;
  /** Verdict if `until` comes and nothing else has happened. */
  readonly verdict: Outcome | undefined;
}

type DeskPhoneStep = Step<DeskPhoneAttempt>;

export const DESK_PHONE: Procedure<DeskPhoneAttempt> = { begin, step };

function begin(start: Start): DeskPhoneStep {
  const attempt: DeskPhoneAttempt = {
    stage: "calling",
    phone: start.phone,
    deadline: start.deadline,
    leg: "open",
    refers: NO_REFERS,
    until: undefined,
    verdict: undefined,
  };
  const early = (done: AttemptCommand): DeskPhoneStep => ({
    attempt: { ...attempt, stage: "over", leg: "over" },
    commands: [done],
  });
  const outcome = obstacle(start);
  if (outcome) return early({ kind: "done", outcome });
  if (!isFree(start.phone)) {
    // Whether this call is the one that it is in afterwards could not be seen.
    const reason = `the desk phone is ${start.phone}, and only landing transfer can ring it then`;
    return early({ kind: "done", outcome: { kind: "refused", reason }, definite: true });
  }
  return {
    attempt,
    commands: [
      { kind: "invite", leg: "phone" },
      { kind: "wake", at: start.deadline },
    ],
  };
}

function step(attempt: DeskPhoneAttempt, event: AttemptEvent, now: Millis): DeskPhoneStep {
  if (attempt.stage === "over") return stay(attempt);
  switch (event.kind) {
    case "answered":
      return attempt.stage === "calling" ? refer({ ...attempt, stage: "referring" }) : stay(attempt);
    case "rejected":
      return rejected(attempt, event.code);
    case "refer-answered":
      return referAnswered(attempt, event.code, now);
    case "sipfrag":
      return event.final && event.code >= 300 ? sipfragSeen(attempt, event.code, now) : stay(attempt);
    case "leg-ended":
      return legEnded({ ...attempt, leg: "over" }, now);
    case "quarry":
      return quarrySeen(attempt, event.quarry, now);
    case "phone":
      return phoneSeen(attempt, event.state, now);
    case "abort":
      return finish(attempt, { kind: "failed", reason: event.reason });
    case "time":
      return timeSeen(attempt, now);
    case "progress":
    case "obeyed":
      return stay(attempt);
  }
}

function refer(attempt: DeskPhoneAttempt): DeskPhoneStep {
  const refers = referSent(attempt.refers);
  return { attempt: { ...attempt, refers }, commands: [{ kind: "refer", leg: "phone", to: "quarry" }] };
}

function rejected(attempt: DeskPhoneAttempt, code: number): DeskPhoneStep {
  if (attempt.stage !== "calling") return stay(attempt);
  return finish({ ...attempt, leg: "over" }, phoneRejected(code), isDefinite(code));
}

function referAnswered(attempt: DeskPhoneAttempt, code: number, now: Millis): DeskPhoneStep {
  if (attempt.stage !== "referring" && attempt.stage !== "watching") return stay(attempt);
  if (isDefinite(code)) return clear(attempt, referRejected(code), now);
  if (code >= 300) return finish(attempt, referRejected(code));
  return untilDue({ ...attempt, stage: "watching", refers: referAccepted(attempt.refers, now) });
}

function sipfragSeen(attempt: DeskPhoneAttempt, code: number, now: Millis): DeskPhoneStep {
  if (attempt.stage !== "referring" && attempt.stage !== "watching") return stay(attempt);
  if (code === NOT_BRIDGED_YET && stillOurs(attempt)) {
    const refers = referTooEarly(attempt.refers, now);
    if (refers) return untilDue({ ...attempt, refers });
  }
  return doubt(attempt, now, { kind: "refused", reason: "the PBX did not give the ringing call away", code });
}

function quarrySeen(attempt: DeskPhoneAttempt, quarry: Quarry, now: Millis): DeskPhoneStep {
  if (attempt.stage === "settling" || quarry === "there") return stay(attempt);
  if (quarry === "unknown") {
    return finish(attempt, { kind: "failed", reason: "the PBX was lost from sight during the pickup" });
  }
  if (attempt.stage === "calling") {
    return finish(attempt, { kind: "too-late", reason: "the line stopped ringing before the desk phone answered" });
  }
  if (attempt.stage === "clearing") return finish(attempt, gone());
  const settling: DeskPhoneAttempt = { ...attempt, stage: "settling", until: undefined, verdict: undefined };
  if (attempt.leg === "over") return prove(settling, now);
  return endLeg(settling);
}

function phoneSeen(attempt: DeskPhoneAttempt, phone: LineState, now: Millis): DeskPhoneStep {
  const left = inCall(attempt.phone) && !inCall(phone);
  const seen: DeskPhoneAttempt = { ...attempt, phone };
  switch (attempt.stage) {
    case "settling":
      if (phone === "unknown") return finish(seen, { kind: "failed", reason: "the desk phone was lost from sight" });
      return left ? finish(seen, gone()) : stay(seen);
    case "referring":
    case "watching":
      if (!left) return stay(seen);
      return doubt(seen, now, { kind: "refused", reason: "the PBX did not give the ringing call to the desk phone" });
    case "clearing":
      return cleared(seen);
    default:
      return stay(seen);
  }
}

function legEnded(attempt: DeskPhoneAttempt, now: Millis): DeskPhoneStep {
  switch (attempt.stage) {
    case "settling":
      return prove(attempt, now);
    case "referring":
    case "watching":
      return doubt(attempt, now, { kind: "refused", reason: "the PBX ended the call to the desk phone" });
    case "clearing":
      return cleared(attempt);
    default:
      return finish(attempt, { kind: "failed", reason: "the call to the desk phone ended by itself" });
  }
}

function timeSeen(attempt: DeskPhoneAttempt, now: Millis): DeskPhoneStep {
  const { stage, refers, until, verdict, phone, deadline } = attempt;
  const due = refers.at !== undefined && now >= refers.at && now < deadline;
  if (due && stage === "watching" && stillOurs(attempt)) return refer(attempt);
  if (until !== undefined && now >= until) {
    if (stage === "settling") return finish(attempt, inCall(phone) ? pickedUp() : gone());
    if (verdict) return finish(attempt, verdict);
  }
  if (now < deadline) return stay(attempt);
  switch (stage) {
    case "calling":
      return finish(attempt, { kind: "no-answer", reason: "the desk phone did not answer in time" });
    case "settling":
      return finish(attempt, {
        kind: "failed",
        reason: "whether the desk phone has the call could not be seen in time",
      });
    default:
      return finish(attempt, { kind: "failed", reason: "the PBX took the transfer and did nothing in time" });
  }
}

/** Something says that it did not work, and the line still rings: believe it unless the line stops soon. */
function doubt(attempt: DeskPhoneAttempt, now: Millis, verdict: Outcome): DeskPhoneStep {
  if (attempt.verdict) return stay(attempt);
  return waitUntil({ ...attempt, verdict }, now + GRACE);
}

function clear(attempt: DeskPhoneAttempt, verdict: Outcome, now: Millis): DeskPhoneStep {
  const clearing: DeskPhoneAttempt = { ...attempt, stage: "clearing", verdict };
  const ending = clearing.leg === "open" ? endLeg(clearing) : stay(clearing);
  const waiting = waitUntil(ending.attempt, now + GRACE);
  return { attempt: waiting.attempt, commands: [...ending.commands, ...waiting.commands] };
}

function cleared(attempt: DeskPhoneAttempt): DeskPhoneStep {
  const { verdict, leg, phone } = attempt;
  return verdict && leg === "over" && isFree(phone) ? finish(attempt, verdict, true) : stay(attempt);
}

function prove(attempt: DeskPhoneAttempt, now: Millis): DeskPhoneStep {
  return waitUntil(attempt, now + STAY);
}

function waitUntil(attempt: DeskPhoneAttempt, wanted: Millis): DeskPhoneStep {
  const until = Math.min(wanted, attempt.deadline);
  return { attempt: { ...attempt, until }, commands: [{ kind: "wake", at: until }] };
}

/** Until another REFER is due, if one is. */
function untilDue(attempt: DeskPhoneAttempt): DeskPhoneStep {
  const { at } = attempt.refers;
  return { attempt, commands: at === undefined ? [] : [{ kind: "wake", at }] };
}

function endLeg(attempt: DeskPhoneAttempt): DeskPhoneStep {
  const open = attempt.leg === "open";
  return {
    attempt: { ...attempt, leg: open ? "ending" : attempt.leg },
    commands: open ? [{ kind: "end-leg", leg: "phone" }] : [],
  };
}

function finish(attempt: DeskPhoneAttempt, outcome: Outcome, definite = false): DeskPhoneStep {
  const ending = endLeg({ ...attempt, stage: "over" });
  const done: AttemptCommand = { kind: "done", outcome, ...(definite && { definite }) };
  return { attempt: ending.attempt, commands: [...ending.commands, done] };
}

/** Nothing has happened to our leg, and nothing speaks against the phone being on it. */
const stillOurs = (attempt: DeskPhoneAttempt): boolean => attempt.leg === "open" && attempt.verdict === undefined;
const stay = (attempt: DeskPhoneAttempt): DeskPhoneStep => ({ attempt, commands: [] });
