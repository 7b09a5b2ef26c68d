import type { LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";
import { type Outcome, phoneRejected, referRejected } from "./outcome.ts";

/*
 * Landing a ringing call on the desk phone by third party call control (RFC 3725), as a state machine. The panel
 * calls the phone by its auto-answer code and transfers that leg to the pickup code.
 *
 *            invite            200, refer             202
 *   begin ───────────▶ calling ───────────▶ referring ─────▶ watching
 *     │                   │                     │               │
 *     │ phone not idle,   │ line stops,         │ line stops    │ line stops: the call is taken, or gone
 *     │ nothing rings     │ phone says no,      ▼               ▼
 *     │                   │ deadline         settling: end our leg, then see whether the phone stays in a call
 *     ▼                   ▼                     │
 *    done ◀───────────── done ◀─────────────────┘
 *
 * The PBX's 202 and its sipfrags prove nothing: Asterisk 22 reports 503 for a pickup that worked. What proves it: the
 * line has left ringing, our leg is over, and the phone is in a call all the same. A phone that was still on our leg
 * falls silent with it.
 *
 * One sipfrag says something for certain: 400 means that the REFER came before Asterisk had bridged our leg, and that
 * nothing was done. Then, and only then, it is sent again, while the same ring goes on and the leg is ours.
 */

/** What an attempt knows and waits for. Opaque to its driver. */
export interface Attempt {
  readonly stage: "calling" | "referring" | "watching" | "settling" | "done";
  /** The ring that was pressed for, as LineReport.ring names it. */
  readonly ring: string | undefined;
  readonly phone: LineState;
  readonly deadline: Millis;
  /** Our leg may still exist somewhere, so that leaving has to end it. */
  readonly leg: "open" | "ending" | "over";
  /** REFERs sent. */
  readonly refers: number;
  /** The last REFER was refused before its 202 came in: order on UDP is not kept. */
  readonly again: boolean;
  /** When the next REFER is due, after one that came too early. */
  readonly referAt: Millis | undefined;
  /** When the present wait is over, if before the deadline. */
  readonly until: Millis | undefined;
  /** Verdict if `until` comes with the line still ringing. */
  readonly ifStillRinging: Outcome | undefined;
}

export type AttemptEvent =
  | { readonly kind: "answered" }
  | { readonly kind: "rejected"; readonly code: number }
  | { readonly kind: "refer-answered"; readonly code: number }
  | { readonly kind: "sipfrag"; readonly code: number; readonly final: boolean }
  | { readonly kind: "leg-ended" }
  | { readonly kind: "line"; readonly state: LineState; readonly ring: string | undefined }
  | { readonly kind: "phone"; readonly state: LineState }
  | { readonly kind: "abort"; readonly reason: string }
  | { readonly kind: "time" };

export type AttemptCommand =
  | { readonly kind: "invite" }
  | { readonly kind: "refer" }
  /** CANCEL or BYE, whichever the leg needs; answered by a leg-ended or rejected event. */
  | { readonly kind: "end-leg" }
  /** A time event is wanted at this moment. */
  | { readonly kind: "wake"; readonly at: Millis }
  | { readonly kind: "done"; readonly outcome: Outcome };

export interface Step {
  readonly attempt: Attempt;
  readonly commands: readonly AttemptCommand[];
}

/** How long the phone has to stay in its call after our leg is over. A PBX tells of a hang-up within milliseconds. */
export const STAY: Millis = 400;
const NOT_BRIDGED_YET = 400;
/** Waits before each further REFER. Asterisk 22 bridges within a few ms; a busy small board may need longer. */
const REFER_AGAIN: readonly Millis[] = [5, 10, 20, 40, 80, 160];
/** How long line and phone may differ after a sign that the PBX gave up, before the sign is believed. */
export const GRACE: Millis = 600;

/**
 * Starts an attempt, or ends it before any SIP: a phone that is not idle is not made to answer.
 *
 * @param deadline when the outcome must be known at the latest
 */
export function begin(
  line: { readonly state: LineState; readonly ring: string | undefined },
  phone: LineState,
  deadline: Millis,
): Step {
  const attempt: Attempt = {
    stage: "calling",
    ring: line.ring,
    phone,
    deadline,
    leg: "open",
    refers: 0,
    again: false,
    referAt: undefined,
    until: undefined,
    ifStillRinging: undefined,
  };
  const early = (outcome: Outcome): Step => ({
    attempt: { ...attempt, stage: "done", leg: "over" },
    commands: [{ kind: "done", outcome }],
  });
  if (line.state !== "ringing") return early({ kind: "too-late", reason: "the line has stopped ringing" });
  if (phone === "unknown") return early({ kind: "refused", reason: "the state of the desk phone is not known" });
  if (phone === "offline") return early({ kind: "refused", reason: "the desk phone is not registered" });
  if (phone !== "idle" && phone !== "waiting") return early({ kind: "refused", reason: `the desk phone is ${phone}` });
  return { attempt, commands: [{ kind: "invite" }, { kind: "wake", at: deadline }] };
}

/** One event on; total: every event is harmless at every stage. */
export function step(attempt: Attempt, event: AttemptEvent, now: Millis): Step {
  if (attempt.stage === "done") return stay(attempt);
  switch (event.kind) {
    case "answered":
      if (attempt.stage !== "calling") return stay(attempt);
      return refer(attempt);
    case "rejected":
      if (attempt.stage !== "calling") return stay(attempt);
      return finish({ ...attempt, leg: "over" }, phoneRejected(event.code));
    case "refer-answered":
      if (attempt.stage !== "referring") return stay(attempt);
      if (event.code >= 300) return finish(attempt, referRejected(event.code));
      return referred({ ...attempt, stage: "watching" }, now);
    case "sipfrag":
      return event.final && event.code >= 300 ? sipfragSeen(attempt, event.code, now) : stay(attempt);
    case "leg-ended":
      return legEnded({ ...attempt, leg: "over" }, now);
    case "line":
      return lineSeen(attempt, event.state, event.ring, now);
    case "phone":
      return phoneSeen(attempt, event.state, now);
    case "abort":
      return finish(attempt, { kind: "failed", reason: event.reason });
    case "time":
      return timeSeen(attempt, now);
  }
}

function refer(attempt: Attempt): Step {
  const refers = attempt.refers + 1;
  return { attempt: { ...attempt, stage: "referring", refers, referAt: undefined }, commands: [{ kind: "refer" }] };
}

function referred(attempt: Attempt, now: Millis): Step {
  const wait = REFER_AGAIN[attempt.refers - 1];
  if (!attempt.again || wait === undefined) return stay({ ...attempt, again: false });
  const referAt = now + wait;
  return { attempt: { ...attempt, again: false, referAt }, commands: [{ kind: "wake", at: referAt }] };
}

function sipfragSeen(attempt: Attempt, code: number, now: Millis): Step {
  if (code === NOT_BRIDGED_YET && stillOurs(attempt) && attempt.refers <= REFER_AGAIN.length) {
    if (attempt.stage === "watching") return referred({ ...attempt, again: true }, now);
    if (attempt.stage === "referring") return stay({ ...attempt, again: true });
  }
  return doubt(attempt, now, { kind: "refused", reason: "the PBX did not give the ringing call away", code });
}

function lineSeen(attempt: Attempt, state: LineState, ring: string | undefined, now: Millis): Step {
  if (attempt.stage === "settling") return stay(attempt);
  if (state === "ringing" && ring === attempt.ring) return stay(attempt);
  if (state === "unknown") {
    return finish(attempt, { kind: "failed", reason: "the PBX was lost from sight during the pickup" });
  }
  if (attempt.stage === "calling") {
    return finish(attempt, { kind: "too-late", reason: "the line stopped ringing before the desk phone answered" });
  }
  const settling: Attempt = { ...attempt, stage: "settling", until: undefined, ifStillRinging: undefined };
  if (attempt.leg === "over") return proveBy(settling, now + STAY);
  return { attempt: { ...settling, leg: "ending" }, commands: attempt.leg === "open" ? [{ kind: "end-leg" }] : [] };
}

function phoneSeen(attempt: Attempt, phone: LineState, now: Millis): Step {
  const left = inCall(attempt.phone) && !inCall(phone);
  const seen: Attempt = { ...attempt, phone };
  switch (attempt.stage) {
    case "settling":
      if (phone === "unknown") return finish(seen, { kind: "failed", reason: "the desk phone was lost from sight" });
      return left ? finish(seen, gone()) : stay(seen);
    case "referring":
    case "watching":
      if (!left) return stay(seen);
      return doubt(seen, now, { kind: "refused", reason: "the PBX did not give the ringing call to the desk phone" });
    default:
      return stay(seen);
  }
}

function legEnded(attempt: Attempt, now: Millis): Step {
  switch (attempt.stage) {
    case "settling":
      return proveBy(attempt, now + STAY);
    case "referring":
    case "watching":
      return doubt(attempt, now, { kind: "refused", reason: "the PBX ended the call to the desk phone" });
    default:
      return finish(attempt, { kind: "failed", reason: "the call to the desk phone ended by itself" });
  }
}

function timeSeen(attempt: Attempt, now: Millis): Step {
  const due = attempt.referAt !== undefined && now >= attempt.referAt && now < attempt.deadline;
  if (due && attempt.stage === "watching" && stillOurs(attempt)) return refer(attempt);
  if (attempt.until !== undefined && now >= attempt.until) {
    if (attempt.stage === "settling") return finish(attempt, inCall(attempt.phone) ? pickedUp() : gone());
    if (attempt.ifStillRinging) return finish(attempt, attempt.ifStillRinging);
  }
  if (now < attempt.deadline) return stay(attempt);
  switch (attempt.stage) {
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
function doubt(attempt: Attempt, now: Millis, verdict: Outcome): Step {
  if (attempt.ifStillRinging || (attempt.stage !== "watching" && attempt.stage !== "referring")) return stay(attempt);
  const until = Math.min(now + GRACE, attempt.deadline);
  return { attempt: { ...attempt, until, ifStillRinging: verdict }, commands: [{ kind: "wake", at: until }] };
}

function proveBy(attempt: Attempt, wanted: Millis): Step {
  const until = Math.min(wanted, attempt.deadline);
  return { attempt: { ...attempt, until }, commands: [{ kind: "wake", at: until }] };
}

function finish(attempt: Attempt, outcome: Outcome): Step {
  const done: AttemptCommand = { kind: "done", outcome };
  const commands: readonly AttemptCommand[] = attempt.leg === "open" ? [{ kind: "end-leg" }, done] : [done];
  return { attempt: { ...attempt, stage: "done", leg: attempt.leg === "open" ? "ending" : attempt.leg }, commands };
}

/** Nothing has happened to our leg, and nothing speaks against the phone being on it. */
const stillOurs = (attempt: Attempt): boolean => attempt.leg === "open" && attempt.ifStillRinging === undefined;
const stay = (attempt: Attempt): Step => ({ attempt, commands: [] });
const inCall = (phone: LineState): boolean => phone === "busy" || phone === "held";
const pickedUp = (): Outcome => ({ kind: "picked-up", reason: "the call is on the desk phone" });
const gone = (): Outcome => ({ kind: "too-late", reason: "the caller hung up or somebody else answered" });
