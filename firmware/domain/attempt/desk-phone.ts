import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { type Outcome, phoneRejected, referRejected } from "../outcome.ts";
import {
  type AttemptEvent,
  andThen,
  GRACE,
  gone,
  isDefinite,
  isDue,
  isFree,
  LOST,
  obstacle,
  type Procedure,
  pickedUp,
  type Quarry,
  STAY,
  type Start,
  type Step,
  stay,
  type Waiting,
  waitUntil,
} from "./attempt.ts";
import { endLegs, finish, invite, isStrange, type Legs, NO_LEGS, noteLegs } from "./legs.ts";
import { type Finding, findingOf, hasLeft, PHONE_UNSEEN, UNPROVEN } from "./proof.ts";
import {
  NO_REFERS,
  NOT_BRIDGED_YET,
  type Refers,
  referAccepted,
  referSent,
  referTooEarly,
  wakesFor,
} from "./refer-again.ts";

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
 * falls silent with it. A phone that answers with no time left for that proof has not answered in time.
 *
 * Clearing: the PBX does not transfer for us, and nothing was done. Another landing may be tried once the phone is free.
 */
export interface DeskPhoneAttempt extends Waiting {
  readonly stage: "calling" | "referring" | "watching" | "clearing" | "settling" | "over";
  readonly phone: LineState;
  /** Where the phone is told to replace a call, nobody should ring for it. */
  readonly replaces: boolean;
  readonly legs: Legs;
  readonly refers: Refers;
  /** Verdict if `until` comes and nothing else has happened. */
  readonly verdict: Outcome | undefined;
  /** The phone has left our call while the line rang: a call that it is in afterwards is another one. */
  readonly left: boolean;
}

type DeskPhoneStep = Step<DeskPhoneAttempt>;

const NO_ANSWER: Outcome = { kind: "no-answer", reason: "the desk phone did not answer in time" };
const NOT_GIVEN: Outcome = { kind: "refused", reason: "the PBX did not give the ringing call to the desk phone" };
const NOTHING_DONE: Outcome = { kind: "failed", reason: "the PBX took the transfer and did nothing in time" };
/** The phone is the one who calls there: only at the phone can that be ended. */
const RINGS: Outcome = {
  kind: "failed",
  reason:
    "the caller's phone rings instead of handing its call over, as it does not know Replaces; hang up the desk phone",
};
const WORDS: Readonly<Record<Finding, Outcome>> = { proven: pickedUp(), refuted: gone(), unseen: PHONE_UNSEEN };

export const DESK_PHONE: Procedure<DeskPhoneAttempt> = { begin, step };

function begin(start: Start, now: Millis): DeskPhoneStep {
  const { phone, deadline } = start;
  const attempt: DeskPhoneAttempt = {
    stage: "calling",
    phone,
    deadline,
    replaces: start.replaces,
    legs: NO_LEGS,
    refers: NO_REFERS,
    until: undefined,
    verdict: undefined,
    left: false,
  };
  const outcome = obstacle(start, now);
  if (outcome) return finish(attempt, outcome);
  if (!isFree(phone)) {
    // Whether this call is the one that it is in afterwards could not be seen.
    const reason = `the desk phone is ${phone}, and only landing transfer can ring it then`;
    return finish(attempt, { kind: "refused", reason }, true);
  }
  return andThen(invite(attempt, "phone"), (calling) => waitUntil(calling, deadline - GRACE));
}

function step(attempt: DeskPhoneAttempt, event: AttemptEvent, now: Millis): DeskPhoneStep {
  if (attempt.stage === "over" || isStrange(attempt, event)) return stay(attempt);
  const seen = noteLegs(attempt, event);
  switch (event.kind) {
    case "answered":
      return seen.stage === "calling" ? refer({ ...seen, stage: "referring", until: undefined }) : stay(seen);
    case "rejected":
      return seen.stage === "calling" ? rejected(seen, event.code, now) : stay(seen);
    case "refer-answered":
      return isReferring(seen) ? referAnswered(seen, event.code, now) : stay(seen);
    case "sipfrag":
      if (!isReferring(seen)) return stay(seen);
      if (seen.replaces && !event.final && event.code >= 180) return doubt(seen, now, RINGS);
      return event.final && event.code >= 300 ? sipfragSeen(seen, event.code, now) : stay(seen);
    case "leg-ended":
      return legEnded(seen, now);
    case "quarry":
      return quarrySeen(seen, event.quarry, now);
    case "phone":
      return phoneSeen(attempt.phone, { ...seen, phone: event.state }, now);
    case "abort":
      return finish(seen, { kind: "failed", reason: event.reason });
    case "time":
      return timeSeen(seen, now);
    default:
      return stay(seen);
  }
}

function refer(attempt: DeskPhoneAttempt): DeskPhoneStep {
  const refers = referSent(attempt.refers);
  return {
    attempt: { ...attempt, refers },
    commands: [
      { kind: "refer", leg: "phone", to: "quarry" },
      { kind: "wake", at: attempt.deadline },
    ],
  };
}

function rejected(attempt: DeskPhoneAttempt, code: number, now: Millis): DeskPhoneStep {
  const outcome = phoneRejected(code);
  return isDefinite(code) ? clear(attempt, outcome, now) : finish(attempt, outcome);
}

function referAnswered(attempt: DeskPhoneAttempt, code: number, now: Millis): DeskPhoneStep {
  if (isDefinite(code)) return clear(attempt, referRejected(code), now);
  if (code >= 300) return finish(attempt, referRejected(code));
  const refers = referAccepted(attempt.refers, now);
  return { attempt: { ...attempt, stage: "watching", refers }, commands: wakesFor(refers) };
}

function sipfragSeen(attempt: DeskPhoneAttempt, code: number, now: Millis): DeskPhoneStep {
  if (code === NOT_BRIDGED_YET && isOurs(attempt)) {
    const refers = referTooEarly(attempt.refers, now);
    if (refers) return { attempt: { ...attempt, refers }, commands: wakesFor(refers) };
  }
  return doubt(attempt, now, { kind: "refused", reason: "the PBX did not give the ringing call away", code });
}

function quarrySeen(attempt: DeskPhoneAttempt, quarry: Quarry, now: Millis): DeskPhoneStep {
  if (attempt.stage === "settling" || quarry === "there") return stay(attempt);
  if (quarry === "unknown") return finish(attempt, LOST);
  if (attempt.stage === "calling") {
    return finish(attempt, { kind: "too-late", reason: "the line stopped ringing before the desk phone answered" });
  }
  if (attempt.stage === "clearing" || attempt.left) return finish(attempt, gone());
  const settling = endLegs<DeskPhoneAttempt>({ ...attempt, stage: "settling", until: undefined }, "phone");
  return attempt.legs.phone === "over" ? waitUntil(settling.attempt, now + STAY) : settling;
}

function phoneSeen(before: LineState, attempt: DeskPhoneAttempt, now: Millis): DeskPhoneStep {
  switch (attempt.stage) {
    case "settling":
      return judged(before, attempt, now);
    case "referring":
    case "watching":
      return hasLeft(before, attempt.phone) ? doubt({ ...attempt, left: true }, now, NOT_GIVEN) : stay(attempt);
    case "clearing":
      return cleared(attempt);
    default:
      return stay(attempt);
  }
}

function legEnded(attempt: DeskPhoneAttempt, now: Millis): DeskPhoneStep {
  switch (attempt.stage) {
    case "settling":
      return waitUntil(attempt, now + STAY);
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
  const { stage, refers, until, verdict, deadline, phone } = attempt;
  const due = isDue(until, now);
  if (stage === "calling") return due ? finish(attempt, NO_ANSWER) : stay(attempt);
  if (stage === "settling") {
    const judgement = judged(phone, attempt, now);
    const undecided = judgement.attempt.stage !== "over" && now >= deadline;
    return undecided ? finish(attempt, UNPROVEN) : judgement;
  }
  const late = now >= deadline;
  if (verdict && (due || (late && stage === "clearing"))) return finish(attempt, verdict);
  // A doubt that had no time to be settled is no verdict.
  if (late) return finish(attempt, verdict ? UNPROVEN : NOTHING_DONE);
  return isDue(refers.at, now) && isOurs(attempt) ? refer(attempt) : stay(attempt);
}

function judged(before: LineState, attempt: DeskPhoneAttempt, now: Millis): DeskPhoneStep {
  const finding = findingOf(before, attempt.phone, isDue(attempt.until, now));
  return finding ? finish(attempt, WORDS[finding]) : stay(attempt);
}

/** Something says that it did not work, and the line still rings: believe it unless the line stops soon. */
function doubt(attempt: DeskPhoneAttempt, now: Millis, verdict: Outcome): DeskPhoneStep {
  return attempt.verdict ? stay(attempt) : waitUntil({ ...attempt, verdict }, now + GRACE);
}

function clear(attempt: DeskPhoneAttempt, verdict: Outcome, now: Millis): DeskPhoneStep {
  const clearing = andThen(endLegs<DeskPhoneAttempt>({ ...attempt, stage: "clearing", verdict }, "phone"), cleared);
  return clearing.attempt.stage === "over" ? clearing : andThen(clearing, (ending) => waitUntil(ending, now + GRACE));
}

function cleared(attempt: DeskPhoneAttempt): DeskPhoneStep {
  const { verdict, legs, phone } = attempt;
  return verdict && legs.phone === "over" && isFree(phone) ? finish(attempt, verdict, true) : stay(attempt);
}

const isReferring = ({ stage }: DeskPhoneAttempt): boolean => stage === "referring" || stage === "watching";
/** Nothing has happened to our leg, and nothing speaks against the phone being on it. */
const isOurs = ({ legs, verdict }: DeskPhoneAttempt): boolean => legs.phone === "talking" && verdict === undefined;
