import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { type Outcome, phoneRejected, referRejected } from "../outcome.ts";
import {
  type AttemptEvent,
  andThen,
  GRACE,
  isDue,
  type Procedure,
  phoneObstacle,
  STAY,
  type Start,
  type Step,
  stay,
  type Waiting,
  waitUntil,
} from "./attempt.ts";
import { endLegs, finish, invite, isStrange, type Legs, NO_LEGS, noteLegs } from "./legs.ts";
import { type Finding, findingOf, PHONE_UNSEEN, UNPROVEN } from "./proof.ts";
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
 * A call from the desk phone to a number, by third party call control: the panel calls the phone and transfers that leg.
 *
 *   begin ──invite──▶ calling ──200, refer──▶ referring ──202, and some word of it──▶ settling ──phone stays──▶ over
 *     ▼                  ▼                       ▼                                        ▼
 *    over               over                    over                                     over
 *
 * Nothing is taken, so that there is nothing to watch but the phone: it is in a call when our leg is over, or it is not.
 */
export interface DialAttempt extends Waiting {
  readonly stage: "calling" | "referring" | "settling" | "over";
  readonly phone: LineState;
  readonly legs: Legs;
  readonly refers: Refers;
}

type DialStep = Step<DialAttempt>;

const NO_ANSWER: Outcome = { kind: "no-answer", reason: "the desk phone did not answer in time" };
const NOT_DIALLED: Outcome = { kind: "failed", reason: "the PBX did not connect the desk phone with the number" };
const DIALLED: Outcome = { kind: "done", reason: "the desk phone calls" };
const WORDS: Readonly<Record<Finding, Outcome>> = { proven: DIALLED, refuted: NOT_DIALLED, unseen: PHONE_UNSEEN };

export const DIAL: Procedure<DialAttempt> = { begin, step };

function begin({ phone, deadline }: Start): DialStep {
  const attempt: DialAttempt = {
    stage: "calling",
    phone,
    deadline,
    legs: NO_LEGS,
    refers: NO_REFERS,
    until: undefined,
  };
  const outcome = phoneObstacle(phone, "refuse");
  if (outcome) return finish(attempt, outcome);
  return andThen(invite(attempt, "phone"), (calling) => waitUntil(calling, deadline - GRACE));
}

function step(attempt: DialAttempt, event: AttemptEvent, now: Millis): DialStep {
  if (attempt.stage === "over" || isStrange(attempt, event)) return stay(attempt);
  const seen = noteLegs(attempt, event);
  switch (event.kind) {
    case "answered":
      return seen.stage === "calling" ? refer({ ...seen, stage: "referring" }) : stay(seen);
    case "rejected":
      return seen.stage === "calling" ? finish(seen, phoneRejected(event.code)) : stay(seen);
    case "refer-answered":
      if (seen.stage !== "referring") return stay(seen);
      if (event.code >= 300) return finish(seen, referRejected(event.code));
      return waitForWord({ ...seen, refers: referAccepted(seen.refers, now) }, now);
    case "sipfrag":
      return seen.stage === "referring" ? sipfragSeen(seen, event.code, event.final, now) : stay(seen);
    case "leg-ended":
      return settle(seen, now);
    case "phone":
      return judged(seen.phone, { ...seen, phone: event.state }, now);
    case "abort":
      return finish(seen, { kind: "failed", reason: event.reason });
    case "time":
      return timeSeen(seen, now);
    default:
      return stay(seen);
  }
}

function refer(attempt: DialAttempt): DialStep {
  const refers = referSent(attempt.refers);
  return {
    attempt: { ...attempt, refers, until: undefined },
    commands: [
      { kind: "refer", leg: "phone", to: "quarry" },
      { kind: "wake", at: attempt.deadline },
    ],
  };
}

/** A PBX need not say a word after its 202. */
function waitForWord(attempt: DialAttempt, now: Millis): DialStep {
  const waiting = waitUntil(attempt, now + GRACE);
  return { attempt: waiting.attempt, commands: [...waiting.commands, ...wakesFor(attempt.refers)] };
}

function sipfragSeen(attempt: DialAttempt, code: number, final: boolean, now: Millis): DialStep {
  const refers = final && code === NOT_BRIDGED_YET ? referTooEarly(attempt.refers, now) : undefined;
  if (refers) return waitForWord({ ...attempt, refers }, now);
  return final || code >= 180 ? settle(attempt, now) : stay(attempt);
}

/** The phone must stay in a call without our leg. */
function settle(attempt: DialAttempt, now: Millis): DialStep {
  if (attempt.stage === "calling") return finish(attempt, NOT_DIALLED);
  const settling = endLegs<DialAttempt>({ ...attempt, stage: "settling", until: undefined }, "phone");
  return attempt.legs.phone === "over" ? waitUntil(settling.attempt, now + STAY) : settling;
}

function timeSeen(attempt: DialAttempt, now: Millis): DialStep {
  const { stage, refers, until, deadline, phone } = attempt;
  const due = isDue(until, now);
  if (stage === "calling") return due ? finish(attempt, NO_ANSWER) : stay(attempt);
  const judgement = judged(phone, attempt, now);
  if (judgement.attempt.stage === "over") return judgement;
  if (now >= deadline) return finish(attempt, UNPROVEN);
  if (stage === "settling") return judgement;
  if (isDue(refers.at, now)) return refer(attempt);
  return due ? settle(attempt, now) : stay(attempt);
}

function judged(before: LineState, attempt: DialAttempt, now: Millis): DialStep {
  if (attempt.stage !== "settling") return stay(attempt);
  const finding = findingOf(before, attempt.phone, isDue(attempt.until, now));
  return finding ? finish(attempt, WORDS[finding]) : stay(attempt);
}
