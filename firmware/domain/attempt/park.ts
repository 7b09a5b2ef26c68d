import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { hasDisobeyed, type Outcome, phoneDisobeyed } from "../outcome.ts";
import {
  type AttemptEvent,
  inCall,
  over,
  type Procedure,
  type Quarry,
  type Start,
  type Step,
  stay,
} from "./attempt.ts";

/*
 * The desk phone's call goes to a park slot, by the phone's own remote control. Only the phone can send it there: the
 * panel is no party to that call.
 *
 *   begin ──ask──▶ asking ──2xx──▶ watching ──slot taken, and phone out of its call──▶ over
 *
 * The quarry is the free slot: `there` while it is free, `gone` once a call is in it.
 */
export interface ParkAttempt {
  readonly stage: "asking" | "watching" | "over";
  readonly phone: LineState;
  readonly slot: Quarry;
  readonly deadline: Millis;
  readonly verdict: Outcome;
}

type ParkStep = Step<ParkAttempt>;

const UNHEARD: Outcome = { kind: "failed", reason: "the desk phone's remote control did not answer in time" };
const NOTHING: Outcome = { kind: "failed", reason: "the desk phone was told to park its call, and did not in time" };

export const PARK: Procedure<ParkAttempt> = { begin, step };

function begin({ quarry, phone, deadline }: Start): ParkStep {
  const attempt: ParkAttempt = { stage: "asking", phone, slot: quarry, deadline, verdict: UNHEARD };
  if (quarry === "gone") return over(attempt, { kind: "refused", reason: "the park slot is taken" });
  if (quarry === "unknown") return over(attempt, { kind: "refused", reason: "the state of the slot is not known" });
  if (!inCall(phone))
    return over(attempt, { kind: "refused", reason: `the desk phone is ${phone}, with no call to park` });
  return { attempt, commands: [{ kind: "ask-phone" }, { kind: "wake", at: deadline }] };
}

function step(attempt: ParkAttempt, event: AttemptEvent, now: Millis): ParkStep {
  if (attempt.stage === "over") return stay(attempt);
  switch (event.kind) {
    case "obeyed": {
      if (attempt.stage !== "asking") return stay(attempt);
      if (event.code >= 200 && event.code < 300) return parked({ ...attempt, stage: "watching", verdict: NOTHING });
      const verdict = phoneDisobeyed(event.code, event.why);
      return hasDisobeyed(event.code) ? over(attempt, verdict) : stay({ ...attempt, stage: "watching", verdict });
    }
    case "quarry":
      if (event.quarry === "unknown") return over(attempt, { kind: "failed", reason: "the slot was lost from sight" });
      return parked({ ...attempt, slot: event.quarry });
    case "phone":
      return parked({ ...attempt, phone: event.state });
    case "abort":
      return over(attempt, { kind: "failed", reason: event.reason });
    case "time":
      return now >= attempt.deadline ? over(attempt, attempt.verdict) : stay(attempt);
    default:
      return stay(attempt);
  }
}

function parked(attempt: ParkAttempt): ParkStep {
  const done = attempt.slot === "gone" && !inCall(attempt.phone) && attempt.phone !== "unknown";
  return done ? over(attempt, { kind: "done", reason: "the call is parked" }) : stay(attempt);
}
