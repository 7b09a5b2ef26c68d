import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { type Outcome, phoneRejected, pickupRejected, referRejected } from "../outcome.ts";
import {
  type AttemptCommand,
  type AttemptEvent,
  GRACE,
  gone,
  inCall,
  isDefinite,
  type LegName,
  obstacle,
  type Procedure,
  pickedUp,
  type Quarry,
  STAY,
  type Start,
  type Step,
} from "./attempt.ts";
import { NO_REFERS, NOT_BRIDGED_YET, type Refers, referAccepted, referSent, referTooEarly } from "./refer-again.ts";
import { beginWayBack, hasArrived, stepWayBack, type WayBack, type WayBackStep } from "./way-back.ts";

/*
 * Landing a call by attended transfer. The panel takes the call itself, which silences the phone that rings at once, then
 * calls the desk phone and joins the two (RFC 5589 §7). Whatever goes wrong after the taking, the caller goes back to the
 * line that rang.
 *
 *          invite caller       200, invite phone        200, refer            both legs over
 *   begin ─────────────▶ taking ────────────▶ reaching ────────────▶ joining ───────────────▶ settling ─▶ over
 *     │                    │ ┆                   │                      │
 *     │ phone not idle,    │ ┆ deadline, and     │ phone says no,       │ refused
 *     │ nothing there      │ ┆ a 200 after all   │ or too late          │
 *     ▼                    ▼ └┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄▶  ▼                      │
 *    over                 over               returning ◀────────────────┘
 *                                                │ the caller is back (way-back.ts)
 *                                                ▼
 *                                               over
 *
 * The outcome is told in time even where the caller is still on the way back; the machine is over when that is done.
 */
export interface TransferAttempt {
  readonly stage: "taking" | "reaching" | "joining" | "settling" | "returning" | "over";
  readonly phone: LineState;
  /** The phone was in a call before ours: then being in one proves nothing, and the PBX's word for the join has to do. */
  readonly wasInCall: boolean;
  /** A call that rings where it should replace another is not what was asked for. */
  readonly replaces: boolean;
  readonly quarry: Quarry;
  readonly deadline: Millis;
  readonly legs: Readonly<Record<LegName, LegState>>;
  readonly refers: Refers;
  /** The PBX said that the join is done. */
  readonly joined: boolean;
  readonly wayBack: WayBack | undefined;
  /** When the present wait is over, and what is told then. */
  readonly until: Millis | undefined;
  readonly verdict: Outcome | undefined;
  /** The outcome is out. */
  readonly told: boolean;
}

type LegState = "none" | "open" | "ending" | "over";
type TransferStep = Step<TransferAttempt>;

/** Time kept for bringing the caller back before the deadline. */
export const RETURN: Millis = 1000;
/** How long the caller's way back is looked after once the outcome is out. */
export const AFTERCARE: Millis = 10_000;

const LOST: Outcome = { kind: "failed", reason: "the PBX was lost from sight during the pickup" };
const HUNG_UP: Outcome = { kind: "too-late", reason: "the caller hung up" };
const NO_ANSWER: Outcome = { kind: "no-answer", reason: "the desk phone did not answer in time" };
const NOTHING_DONE: Outcome = { kind: "failed", reason: "the PBX took the transfer and did nothing in time" };
const UNSEEN: Outcome = { kind: "failed", reason: "whether the desk phone has the call could not be seen in time" };

export const TRANSFER: Procedure<TransferAttempt> = { begin, step };

function begin(start: Start): TransferStep {
  const attempt: TransferAttempt = {
    stage: "taking",
    phone: start.phone,
    wasInCall: inCall(start.phone),
    replaces: start.replaces,
    quarry: start.quarry,
    deadline: start.deadline,
    legs: { caller: "open", phone: "none" },
    refers: NO_REFERS,
    joined: false,
    wayBack: undefined,
    until: undefined,
    verdict: undefined,
    told: false,
  };
  const outcome = obstacle(start);
  if (outcome) return finish({ ...attempt, legs: { caller: "over", phone: "none" } }, outcome);
  return { attempt, commands: [{ kind: "invite", leg: "caller" }, wake(start.deadline)] };
}

function step(attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  const seen = noting(attempt, event);
  switch (attempt.stage) {
    case "taking":
      return taking(seen, event, now);
    case "reaching":
      return lostOr(reaching, seen, event, now);
    case "joining":
      return lostOr(joining, seen, event, now);
    case "settling":
      return settling(attempt.phone, seen, event, now);
    case "returning":
      return attempt.wayBack ? returning(seen, stepWayBack(attempt.wayBack, event, now), event, now) : stay(seen);
    case "over":
      // A call that was cancelled may have been answered all the same, and then its caller is with us.
      return event.kind === "answered" && event.leg === "caller" && attempt.legs.caller === "ending"
        ? giveBack(answeredAfterAll(seen), attempt.verdict ?? LOST, now)
        : stay(seen);
  }
}

/** What is true whatever stage it comes at. */
function noting(attempt: TransferAttempt, event: AttemptEvent): TransferAttempt {
  switch (event.kind) {
    case "quarry":
      return { ...attempt, quarry: event.quarry };
    case "phone":
      return { ...attempt, phone: event.state };
    case "leg-ended":
    case "rejected":
      return { ...attempt, legs: { ...attempt.legs, [event.leg]: "over" } };
    default:
      return attempt;
  }
}

function taking(attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  switch (event.kind) {
    case "progress": {
      // Who ignores Replaces, and even Require, rings as for any call (RFC 3891 §3 forbids it, and some do it).
      if (event.leg !== "caller" || !attempt.replaces || attempt.verdict) return stay(attempt);
      const reason = "the caller's phone rings instead of handing its call over; it does not know Replaces";
      return endLeg({ ...attempt, verdict: { kind: "refused", reason } }, "caller");
    }
    case "answered": {
      if (event.leg !== "caller") return stay(attempt);
      if (attempt.verdict) return giveBack(answeredAfterAll(attempt), attempt.verdict, now);
      const until = attempt.deadline - RETURN;
      const legs = { caller: "open", phone: "open" } as const;
      return {
        attempt: { ...attempt, stage: "reaching", legs, until },
        commands: [{ kind: "invite", leg: "phone" }, wake(until)],
      };
    }
    case "rejected":
      return event.leg === "caller" ? notTaken(attempt, event.code, now) : stay(attempt);
    case "leg-ended":
      return finish(attempt, attempt.verdict ?? HUNG_UP);
    case "quarry":
      if (attempt.quarry === "unknown") return finish(attempt, LOST);
      // Gone may mean that it is ours, and that the answer to our INVITE is on its way.
      return attempt.quarry === "gone" && attempt.legs.caller === "over" ? finish(attempt, gone()) : stay(attempt);
    case "abort":
      return finish(attempt, { kind: "failed", reason: event.reason });
    case "time":
      if (attempt.verdict && isOver(attempt.until, now)) return finish(attempt, attempt.verdict);
      if (now < attempt.deadline) return stay(attempt);
      return finish(attempt, { kind: "failed", reason: "the PBX did not answer the pickup in time" });
    default:
      return stay(attempt);
  }
}

function notTaken(attempt: TransferAttempt, code: number, now: Millis): TransferStep {
  if (attempt.verdict) return finish(attempt, attempt.verdict);
  if (attempt.quarry !== "there") return finish(attempt, pickupRejected(code, false));
  if (isDefinite(code)) return finish(attempt, pickupRejected(code, true), true);
  // The code does not tell a refusal from a call that has just gone; the line does, a moment later.
  return waitUntil({ ...attempt, verdict: pickupRejected(code, true) }, now + GRACE);
}

type StageOf = (attempt: TransferAttempt, event: AttemptEvent, now: Millis) => TransferStep;

/** What sends the caller back from every stage in which the panel has one. */
function lostOr(stage: StageOf, attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  if (event.kind === "quarry" && event.quarry === "unknown") return giveBack(attempt, LOST, now);
  if (event.kind === "abort") return giveBack(attempt, { kind: "failed", reason: event.reason }, now);
  if (event.kind === "time" && now >= attempt.deadline)
    return giveBack(attempt, attempt.joined ? UNSEEN : NOTHING_DONE, now);
  return stage(attempt, event, now);
}

function reaching(attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  switch (event.kind) {
    case "answered":
      return event.leg === "phone" ? join({ ...attempt, stage: "joining", until: undefined }) : stay(attempt);
    case "rejected":
      return event.leg === "phone" ? giveBack(attempt, phoneRejected(event.code), now) : stay(attempt);
    case "leg-ended":
      if (event.leg === "caller") return finish(attempt, HUNG_UP);
      return giveBack(attempt, { kind: "failed", reason: "the call to the desk phone ended by itself" }, now);
    case "time":
      return isOver(attempt.until, now) ? giveBack(attempt, NO_ANSWER, now) : stay(attempt);
    default:
      return stay(attempt);
  }
}

function joining(attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  switch (event.kind) {
    case "refer-answered":
      if (event.leg !== "caller") return stay(attempt);
      if (event.code >= 300) return giveBack(attempt, referRejected(event.code), now);
      return untilDue({ ...attempt, refers: referAccepted(attempt.refers, now) });
    case "sipfrag":
      return event.leg === "caller" && event.final ? joinTold(attempt, event.code, now) : stay(attempt);
    case "leg-ended":
      // By the PBX that has joined them, or by a caller who hung up; what the phone does then tells.
      if (attempt.legs.caller === "over" && attempt.legs.phone === "over") return settle(attempt, now);
      return attempt.until === undefined ? waitUntil(attempt, now + GRACE) : stay(attempt);
    case "time": {
      const { refers, until, legs } = attempt;
      if (isOver(until, now)) return endLegs({ ...attempt, until: undefined });
      return isOver(refers.at, now) && legs.caller === "open" && until === undefined ? join(attempt) : stay(attempt);
    }
    default:
      return stay(attempt);
  }
}

function join(attempt: TransferAttempt): TransferStep {
  const refers = referSent(attempt.refers);
  return { attempt: { ...attempt, refers }, commands: [{ kind: "refer", leg: "caller", to: "phone" }] };
}

function joinTold(attempt: TransferAttempt, code: number, now: Millis): TransferStep {
  const refers =
    code === NOT_BRIDGED_YET && attempt.until === undefined ? referTooEarly(attempt.refers, now) : undefined;
  if (refers) return untilDue({ ...attempt, refers });
  if (code >= 300) {
    return giveBack(attempt, { kind: "failed", reason: "the PBX did not join the caller and the phone", code }, now);
  }
  return endLegs({ ...attempt, joined: true });
}

function settle(attempt: TransferAttempt, now: Millis): TransferStep {
  return waitUntil({ ...attempt, stage: "settling" }, now + STAY);
}

function settling(before: LineState, attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  switch (event.kind) {
    case "phone":
      if (attempt.wasInCall) return stay(attempt);
      if (event.state === "unknown") {
        return finish(attempt, { kind: "failed", reason: "the desk phone was lost from sight" });
      }
      return inCall(before) && !inCall(event.state) ? finish(attempt, gone()) : stay(attempt);
    case "abort":
      return finish(attempt, { kind: "failed", reason: event.reason });
    case "time": {
      if (!isOver(attempt.until, now)) return stay(attempt);
      const proven = attempt.wasInCall ? attempt.joined : inCall(attempt.phone);
      return finish(attempt, proven ? pickedUp() : gone());
    }
    default:
      return stay(attempt);
  }
}

function giveBack(attempt: TransferAttempt, why: Outcome, now: Millis): TransferStep {
  if (attempt.legs.caller !== "open") return finish(attempt, why);
  const ending = attempt.legs.phone === "open" ? endLeg(attempt, "phone") : stay(attempt);
  const until = attempt.told ? now + AFTERCARE : Math.max(attempt.deadline, now);
  const returned: TransferAttempt = { ...ending.attempt, stage: "returning", verdict: why, until };
  const { wayBack, commands } = beginWayBack(attempt.quarry !== "unknown");
  return { attempt: { ...returned, wayBack }, commands: [...ending.commands, ...commands, wake(until)] };
}

function returning(attempt: TransferAttempt, step: WayBackStep, event: AttemptEvent, now: Millis): TransferStep {
  const going: TransferAttempt = { ...attempt, wayBack: step.wayBack };
  if (hasArrived(step.wayBack)) return finish(going, sentBack(attempt.verdict ?? LOST, step.wayBack));
  if (event.kind !== "time" || !isOver(attempt.until, now)) return { attempt: going, commands: step.commands };
  const outcome = attempt.verdict ?? LOST;
  if (attempt.told) return finish(going, outcome);
  const until = now + AFTERCARE;
  return {
    attempt: { ...going, told: true, until },
    commands: [...step.commands, { kind: "done", outcome }, wake(until)],
  };
}

function sentBack({ kind, reason, code }: Outcome, { fate, code: answer }: WayBack): Outcome {
  const told = code === undefined ? {} : { code };
  if (fate === "hung-up") return HUNG_UP;
  if (fate === "back") return { kind, reason: `${reason}; the caller was sent back to the line`, ...told };
  const refusal = answer === undefined ? told : { code: answer };
  return { kind: "failed", reason: `${reason}; and the PBX did not take the caller back`, ...refusal };
}

function waitUntil(attempt: TransferAttempt, wanted: Millis): TransferStep {
  const until = Math.min(wanted, attempt.deadline);
  return { attempt: { ...attempt, until }, commands: [wake(until)] };
}

function untilDue(attempt: TransferAttempt): TransferStep {
  const { at } = attempt.refers;
  return { attempt, commands: at === undefined ? [] : [wake(at)] };
}

function endLeg(attempt: TransferAttempt, leg: LegName): TransferStep {
  return {
    attempt: { ...attempt, legs: { ...attempt.legs, [leg]: "ending" } },
    commands: [{ kind: "end-leg", leg }],
  };
}

function endLegs(attempt: TransferAttempt): TransferStep {
  const caller = attempt.legs.caller === "open" ? endLeg(attempt, "caller") : stay(attempt);
  const phone = attempt.legs.phone === "open" ? endLeg(caller.attempt, "phone") : stay(caller.attempt);
  return { attempt: phone.attempt, commands: [...caller.commands, ...phone.commands] };
}

function finish(attempt: TransferAttempt, outcome: Outcome, definite = false): TransferStep {
  const ended = endLegs({ ...attempt, stage: "over", verdict: outcome });
  const done: AttemptCommand = { kind: "done", outcome, ...(definite && { definite }) };
  return {
    attempt: { ...ended.attempt, told: true },
    commands: attempt.told ? ended.commands : [...ended.commands, done],
  };
}

const answeredAfterAll = (attempt: TransferAttempt): TransferAttempt => ({
  ...attempt,
  legs: { ...attempt.legs, caller: "open" },
});
const isOver = (until: Millis | undefined, now: Millis): boolean => until !== undefined && now >= until;
const stay = (attempt: TransferAttempt): TransferStep => ({ attempt, commands: [] });
const wake = (at: Millis): AttemptCommand => ({ kind: "wake", at });
