import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { type Outcome, phoneRejected, pickupRejected, referRejected } from "../outcome.ts";
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
  over,
  type Procedure,
  phoneObstacle,
  pickedUp,
  type Quarry,
  STAY,
  type Start,
  type Step,
  stay,
  waitUntil,
} from "./attempt.ts";
import { finish, giveBack, HUNG_UP, returning, type WithCaller } from "./giving-back.ts";
import { endLegs, invite, isStrange, NO_LEGS, noteLegs } from "./legs.ts";
import { type Finding, findingOf, PHONE_UNSEEN, UNPROVEN } from "./proof.ts";
import { NO_REFERS, NOT_BRIDGED_YET, referAccepted, referSent, referTooEarly, wakesFor } from "./refer-again.ts";

/*
 * Landing a call by attended transfer. The panel takes the call itself, which silences the phone that rings at once, then
 * calls the desk phone and joins the two (RFC 5589 §7). Whatever goes wrong after the taking, the caller goes back to the
 * line that rang.
 *
 *          invite caller       200, invite phone        200, refer          a leg is over, or RELEASE after joined
 *   begin ─────────────▶ taking ────────────▶ reaching ────────────▶ joining ─────────────▶ settling ──▶ over
 *     │                    │ ┆                   │                      │                      │
 *     │ phone not idle,    │ ┆ a 200 after       │ phone says no,       │ refused,             │ the phone falls silent,
 *     │ nothing there      │ ┆ we gave it up     │ or too late          │ or too late          │ and the caller is ours
 *     ▼                    ▼ └┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄▶  ▼                      │                      │
 *    over                 over               returning ◀────────────────┴──────────────────────┘
 *                                                │ the caller is back (giving-back.ts)
 *                                                ▼
 *                                               over
 *
 * Joined: the PBX has a moment to end the phone's leg itself. Asterisk 22 puts the caller in that leg's place after it has said
 * 200, and a BYE of ours that comes in those few ms hangs up on both.
 *
 * Settling: the phone's leg is ended, and then the phone stays in a call or does not. The caller's leg is ended only when
 * that is certain: a PBX that says 200 for a join that did not happen must not make us hang up on the caller.
 */
export interface TransferAttempt extends WithCaller {
  readonly stage: "taking" | "reaching" | "joining" | "settling" | "returning" | "over";
  readonly phone: LineState;
  readonly whenBusy: Start["whenBusy"];
  /** The phone was free when it was called. If not, being in a call proves nothing without the PBX's word for the join. */
  readonly wasFree: boolean;
  /** A call that rings where it should replace another is not what was asked for. */
  readonly replaces: boolean;
  readonly quarry: Quarry;
  /** When the phone must have answered. */
  readonly answerBy: Millis;
}

type TransferStep = Step<TransferAttempt>;

/** Time kept for bringing the caller back before the deadline, if there is that much. */
export const RETURN: Millis = 1000;

/** How long a PBX may take to end the phone's leg once it has joined the two. */
export const RELEASE: Millis = 200;

const UNANSWERED: Outcome = { kind: "failed", reason: "the PBX did not answer the pickup in time" };
const NO_ANSWER: Outcome = { kind: "no-answer", reason: "the desk phone did not answer in time" };
const NOTHING_DONE: Outcome = { kind: "failed", reason: "the PBX took the transfer and did nothing in time" };
const NOT_JOINED: Outcome = { kind: "failed", reason: "the PBX did not join the caller and the phone" };
const RINGS: Outcome = {
  kind: "refused",
  reason: "the caller's phone rings instead of handing its call over; it does not know Replaces",
};

export const TRANSFER: Procedure<TransferAttempt> = { begin, step };

function begin(start: Start, now: Millis): TransferStep {
  const { phone, whenBusy, replaces, quarry, deadline } = start;
  const attempt: TransferAttempt = {
    stage: "taking",
    phone,
    whenBusy,
    wasFree: isFree(phone),
    replaces,
    quarry,
    deadline,
    answerBy: deadline - Math.min(RETURN, (deadline - now) / 2),
    legs: NO_LEGS,
    refers: NO_REFERS,
    joined: false,
    wayBack: undefined,
    until: undefined,
    verdict: undefined,
    told: false,
  };
  const outcome = obstacle(start, now);
  if (outcome) return over({ ...attempt, told: true }, outcome);
  return andThen(invite(attempt, "caller"), (taking) => waitUntil(taking, deadline));
}

function step(attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  if (isStrange(attempt, event)) return stay(attempt);
  const seen = noting(attempt, event);
  switch (attempt.stage) {
    case "taking":
      return taking(seen, event, now);
    case "reaching":
      return givenUp(seen, event, now) ?? reaching(seen, event, now);
    case "joining":
      return givenUp(seen, event, now) ?? joining(seen, event, now);
    case "settling":
      return givenUp(seen, event, now) ?? settling(attempt.phone, seen, event, now);
    case "returning":
      return returning(seen, event, now);
    case "over": {
      // A call that was cancelled may have been answered all the same, and then its caller is with us.
      const after = attempt.legs.caller === "cancelled" && seen.legs.caller === "talking";
      return after ? giveBack(seen, attempt.verdict ?? LOST, now) : stay(seen);
    }
  }
}

/** What is true whatever stage it comes at. */
function noting(attempt: TransferAttempt, event: AttemptEvent): TransferAttempt {
  if (event.kind === "quarry") return { ...attempt, quarry: event.quarry };
  if (event.kind === "phone") return { ...attempt, phone: event.state };
  return noteLegs(attempt, event);
}

function taking(attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  const { verdict, quarry, legs } = attempt;
  switch (event.kind) {
    case "progress":
      // Who ignores Replaces, and even Require, rings as for any call (RFC 3891 §3 forbids it, and some do it).
      if (event.leg !== "caller" || !attempt.replaces) return stay(attempt);
      return endLegs<TransferAttempt>({ ...attempt, verdict: RINGS }, "caller");
    case "answered":
      return legs.caller === "talking" ? taken(attempt, now) : stay(attempt);
    case "rejected":
      return event.leg === "caller" ? notTaken(attempt, event.code, now) : stay(attempt);
    case "leg-ended":
      return event.leg === "caller" ? finish(attempt, verdict ?? HUNG_UP) : stay(attempt);
    case "quarry":
      if (quarry === "unknown") return finish(attempt, LOST);
      // Gone may mean that it is ours, and that the answer to our INVITE is on its way.
      return quarry === "gone" && legs.caller === "over" ? finish(attempt, gone()) : stay(attempt);
    case "abort":
      return finish(attempt, { kind: "failed", reason: event.reason });
    case "time":
      if (verdict && isDue(attempt.until, now)) return finish(attempt, verdict, isDefinite(verdict.code));
      if (now < attempt.deadline) return stay(attempt);
      // Whoever has the call: we, as long as no answer says otherwise.
      return finish(attempt, verdict ?? UNANSWERED);
    default:
      return stay(attempt);
  }
}

/** The caller is with us. The phone may have come into use in the meantime. */
function taken(attempt: TransferAttempt, now: Millis): TransferStep {
  const { verdict, phone, whenBusy, answerBy } = attempt;
  const why = verdict ?? phoneObstacle(phone, whenBusy) ?? (now >= answerBy ? UNANSWERED : undefined);
  if (why) return giveBack(attempt, why, now);
  const reaching = invite<TransferAttempt>({ ...attempt, stage: "reaching", wasFree: isFree(phone) }, "phone");
  return andThen(reaching, (calling) => waitUntil(calling, answerBy));
}

function notTaken(attempt: TransferAttempt, code: number, now: Millis): TransferStep {
  if (attempt.verdict) return finish(attempt, attempt.verdict);
  if (attempt.quarry !== "there") return finish(attempt, pickupRejected(code, false));
  // The code does not tell a refusal from a call that has just gone; the line does, a moment later.
  return waitUntil({ ...attempt, verdict: pickupRejected(code, true) }, now + GRACE);
}

/** What sends the caller back from every stage in which the panel has one. */
function givenUp(attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep | undefined {
  const { stage, legs, deadline, joined } = attempt;
  const proving = (stage === "settling" || joined) && legs.caller === "talking";
  if (event.kind === "quarry" && event.quarry === "unknown") return giveBack(attempt, LOST, now);
  // The proof is a moment away, and until then nobody knows whose the caller is.
  if (event.kind === "abort" && !proving) return giveBack(attempt, { kind: "failed", reason: event.reason }, now);
  if (event.kind !== "time" || now < deadline) return undefined;
  return giveBack(attempt, stage === "joining" && !joined ? NOTHING_DONE : UNPROVEN, now);
}

function reaching(attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  switch (event.kind) {
    case "answered":
      if (event.leg !== "phone" || attempt.legs.phone !== "talking") return stay(attempt);
      return andThen(join({ ...attempt, stage: "joining" }), (joining) => waitUntil(joining, attempt.deadline));
    case "rejected":
      return event.leg === "phone" ? giveBack(attempt, phoneRejected(event.code), now) : stay(attempt);
    case "leg-ended":
      if (event.leg === "caller") return finish(attempt, HUNG_UP);
      return giveBack(attempt, { kind: "failed", reason: "the call to the desk phone ended by itself" }, now);
    case "time":
      return isDue(attempt.until, now) ? giveBack(attempt, NO_ANSWER, now) : stay(attempt);
    default:
      return stay(attempt);
  }
}

function joining(attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  const { refers, until, legs } = attempt;
  switch (event.kind) {
    case "refer-answered": {
      if (event.leg !== "caller") return stay(attempt);
      if (event.code >= 300) return notJoined(attempt, referRejected(event.code), now);
      const accepted = referAccepted(refers, now);
      return { attempt: { ...attempt, refers: accepted }, commands: wakesFor(accepted) };
    }
    case "sipfrag":
      return event.leg === "caller" && event.final ? joinTold(attempt, event.code, now) : stay(attempt);
    case "leg-ended":
      // A caller who hung up, or one whose phone lets us go as soon as it calls the desk phone, which must still be there.
      return legs.phone === "over" ? settle(attempt, now) : waitUntil(attempt, now + GRACE);
    case "time":
      if (isDue(until, now)) return settle(attempt, now);
      return isDue(refers.at, now) && legs.caller === "talking" ? join(attempt) : stay(attempt);
    default:
      return stay(attempt);
  }
}

function join(attempt: TransferAttempt): TransferStep {
  const refers = referSent(attempt.refers);
  return { attempt: { ...attempt, refers }, commands: [{ kind: "refer", leg: "caller", to: "phone" }] };
}

function joinTold(attempt: TransferAttempt, code: number, now: Millis): TransferStep {
  const refers = code === NOT_BRIDGED_YET ? referTooEarly(attempt.refers, now) : undefined;
  if (refers) return { attempt: { ...attempt, refers }, commands: wakesFor(refers) };
  if (code >= 300) return notJoined(attempt, { ...NOT_JOINED, code }, now);
  const told: TransferAttempt = { ...attempt, joined: code >= 200 };
  return attempt.legs.phone === "over" ? settle(told, now) : waitUntil(told, now + RELEASE);
}

function notJoined(attempt: TransferAttempt, why: Outcome, now: Millis): TransferStep {
  return attempt.legs.caller === "talking" ? giveBack(attempt, why, now, false) : stay(attempt);
}

function settle(attempt: TransferAttempt, now: Millis): TransferStep {
  const settling = endLegs<TransferAttempt>({ ...attempt, stage: "settling", until: undefined }, "phone");
  return attempt.legs.phone === "over" ? waitUntil(settling.attempt, now + STAY) : settling;
}

function settling(before: LineState, attempt: TransferAttempt, event: AttemptEvent, now: Millis): TransferStep {
  switch (event.kind) {
    case "leg-ended":
      return event.leg === "phone" ? waitUntil(attempt, now + STAY) : stay(attempt);
    case "refer-answered":
      return event.code >= 300 ? notJoined(attempt, referRejected(event.code), now) : stay(attempt);
    case "sipfrag":
      if (event.leg !== "caller" || !event.final) return stay(attempt);
      if (event.code >= 300) return notJoined(attempt, { ...NOT_JOINED, code: event.code }, now);
      return stay({ ...attempt, joined: attempt.joined || event.code >= 200 });
    case "abort":
    case "phone":
    case "time":
      return judged(before, attempt, now);
    default:
      return stay(attempt);
  }
}

function judged(before: LineState, attempt: TransferAttempt, now: Millis): TransferStep {
  switch (finding(before, attempt, isDue(attempt.until, now))) {
    case "proven":
      return finish(attempt, pickedUp());
    case "refuted":
      return attempt.legs.caller === "talking" ? giveBack(attempt, NOT_JOINED, now) : finish(attempt, gone());
    case "unseen":
      return giveBack(attempt, attempt.wasFree ? PHONE_UNSEEN : UNPROVEN, now);
    default:
      return stay(attempt);
  }
}

function finding(before: LineState, attempt: TransferAttempt, due: boolean): Finding | undefined {
  const { phone, wasFree, joined } = attempt;
  const found = findingOf(before, phone, due);
  return found === "proven" && !wasFree && !joined ? "unseen" : found;
}
