import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { type Outcome, phoneRejected, referRejected } from "../outcome.ts";
import {
  type AttemptCommand,
  type AttemptEvent,
  GRACE,
  inCall,
  type Procedure,
  phoneObstacle,
  STAY,
  type Start,
  type Step,
} from "./attempt.ts";
import { NO_REFERS, NOT_BRIDGED_YET, type Refers, referAccepted, referSent, referTooEarly } from "./refer-again.ts";

/*
 * A call from the desk phone to a number, by third party call control: the panel calls the phone and transfers that leg.
 *
 *   begin ──invite──▶ calling ──200, refer──▶ referring ──202, and some word of it──▶ settling ──phone stays──▶ over
 *     ▼                  ▼                       ▼                                        ▼
 *    over               over                    over                                     over
 *
 * Nothing is taken, so that there is nothing to watch but the phone: it is in a call when our leg is over, or it is not.
 */
export interface DialAttempt {
  readonly stage: "calling" | "referring" | "settling" | "over";
  readonly phone: LineState;
  readonly deadline: Millis;
  readonly leg: "open" | "ending" | "over";
  readonly refers: Refers;
  readonly until: Millis | undefined;
}

type DialStep = Step<DialAttempt>;

const NOT_DIALLED: Outcome = { kind: "failed", reason: "the PBX did not connect the desk phone with the number" };

export const DIAL: Procedure<DialAttempt> = { begin, step };

function begin({ phone, deadline }: Start): DialStep {
  const attempt: DialAttempt = {
    stage: "calling",
    phone,
    deadline,
    leg: "open",
    refers: NO_REFERS,
    until: undefined,
  };
  const outcome = phoneObstacle(phone, "refuse");
  if (outcome) return finish({ ...attempt, leg: "over" }, outcome);
  return {
    attempt,
    commands: [
      { kind: "invite", leg: "phone" },
      { kind: "wake", at: deadline },
    ],
  };
}

function step(attempt: DialAttempt, event: AttemptEvent, now: Millis): DialStep {
  if (attempt.stage === "over") return stay(attempt);
  switch (event.kind) {
    case "answered":
      return attempt.stage === "calling" ? refer({ ...attempt, stage: "referring" }) : stay(attempt);
    case "rejected":
      return attempt.stage === "calling"
        ? finish({ ...attempt, leg: "over" }, phoneRejected(event.code))
        : stay(attempt);
    case "refer-answered":
      if (attempt.stage !== "referring") return stay(attempt);
      if (event.code >= 300) return finish(attempt, referRejected(event.code));
      return waitFor({ ...attempt, refers: referAccepted(attempt.refers, now) }, now);
    case "sipfrag":
      return sipfragSeen(attempt, event.code, event.final, now);
    case "leg-ended":
      return settle({ ...attempt, leg: "over" }, now);
    case "phone":
      return phoneSeen(attempt, event.state);
    case "abort":
      return finish(attempt, { kind: "failed", reason: event.reason });
    case "time":
      return timeSeen(attempt, now);
    default:
      return stay(attempt);
  }
}

function refer(attempt: DialAttempt): DialStep {
  const refers = referSent(attempt.refers);
  return {
    attempt: { ...attempt, refers, until: undefined },
    commands: [{ kind: "refer", leg: "phone", to: "quarry" }],
  };
}

/** A PBX need not say a word after its 202. */
function waitFor(attempt: DialAttempt, now: Millis): DialStep {
  const until = Math.min(now + GRACE, attempt.deadline);
  const { at } = attempt.refers;
  return {
    attempt: { ...attempt, until },
    commands: [{ kind: "wake", at: until }, ...(at === undefined ? [] : [{ kind: "wake", at } as const])],
  };
}

function sipfragSeen(attempt: DialAttempt, code: number, final: boolean, now: Millis): DialStep {
  if (attempt.stage !== "referring") return stay(attempt);
  if (final && code === NOT_BRIDGED_YET) {
    const refers = referTooEarly(attempt.refers, now);
    if (refers) return waitFor({ ...attempt, refers }, now);
  }
  return final || code >= 180 ? settle(attempt, now) : stay(attempt);
}

/** The phone must stay in a call without our leg. */
function settle(attempt: DialAttempt, now: Millis): DialStep {
  if (attempt.stage === "calling") return finish(attempt, NOT_DIALLED);
  const settling: DialAttempt = { ...attempt, stage: "settling", until: undefined };
  if (attempt.leg === "over") return until(settling, now + STAY);
  return endLeg(settling);
}

function phoneSeen(attempt: DialAttempt, phone: LineState): DialStep {
  const left = inCall(attempt.phone) && !inCall(phone);
  const seen: DialAttempt = { ...attempt, phone };
  return left && attempt.stage === "settling" ? finish(seen, NOT_DIALLED) : stay(seen);
}

function timeSeen(attempt: DialAttempt, now: Millis): DialStep {
  const { stage, refers, phone } = attempt;
  if (stage === "referring" && refers.at !== undefined && now >= refers.at && now < attempt.deadline) {
    return refer(attempt);
  }
  if (attempt.until !== undefined && now >= attempt.until) {
    if (stage === "referring") return settle(attempt, now);
    if (stage === "settling") return finish(attempt, inCall(phone) ? dialled() : NOT_DIALLED);
  }
  if (now < attempt.deadline) return stay(attempt);
  if (stage === "calling")
    return finish(attempt, { kind: "no-answer", reason: "the desk phone did not answer in time" });
  return finish(attempt, { kind: "failed", reason: "whether the desk phone is in a call could not be seen in time" });
}

function until(attempt: DialAttempt, wanted: Millis): DialStep {
  const at = Math.min(wanted, attempt.deadline);
  return { attempt: { ...attempt, until: at }, commands: [{ kind: "wake", at }] };
}

function endLeg(attempt: DialAttempt): DialStep {
  const open = attempt.leg === "open";
  return {
    attempt: { ...attempt, leg: open ? "ending" : attempt.leg },
    commands: open ? [{ kind: "end-leg", leg: "phone" }] : [],
  };
}

function finish(attempt: DialAttempt, outcome: Outcome): DialStep {
  const ended = endLeg({ ...attempt, stage: "over" });
  const done: AttemptCommand = { kind: "done", outcome };
  return { attempt: ended.attempt, commands: [...ended.commands, done] };
}

const dialled = (): Outcome => ({ kind: "done", reason: "the desk phone calls" });
const stay = (attempt: DialAttempt): DialStep => ({ attempt, commands: [] });
