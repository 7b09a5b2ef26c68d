import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { hasDisobeyed, type Outcome, phoneDisobeyed } from "../outcome.ts";
import {
  type AttemptEvent,
  inCall,
  isDue,
  over,
  type Procedure,
  phoneObstacle,
  STAY,
  type Start,
  type Step,
  stay,
  type Waiting,
  waitUntil,
} from "./attempt.ts";
import { type Finding, findingOf, PHONE_UNSEEN, UNPROVEN } from "./proof.ts";

/*
 * A call from the desk phone to a number, by its own remote control.
 *
 *   begin ──ask──▶ asking ──2xx──▶ watching ──phone in a call──▶ settling ──stays in it──▶ over
 */
export interface RemoteDialAttempt extends Waiting {
  readonly stage: "asking" | "watching" | "settling" | "over";
  readonly phone: LineState;
  readonly verdict: Outcome;
}

type RemoteDialStep = Step<RemoteDialAttempt>;

const UNHEARD: Outcome = { kind: "failed", reason: "the desk phone's remote control did not answer in time" };
const NOTHING: Outcome = { kind: "failed", reason: "the desk phone was told to call, and did not in time" };
const ENDED: Outcome = { kind: "failed", reason: "the desk phone's call ended at once" };
const DIALLED: Outcome = { kind: "done", reason: "the desk phone calls" };
const WORDS: Readonly<Record<Finding, Outcome>> = { proven: DIALLED, refuted: ENDED, unseen: PHONE_UNSEEN };

export const REMOTE_DIAL: Procedure<RemoteDialAttempt> = { begin, step };

function begin({ phone, deadline }: Start): RemoteDialStep {
  const attempt: RemoteDialAttempt = { stage: "asking", phone, deadline, until: undefined, verdict: UNHEARD };
  const outcome = phoneObstacle(phone, "refuse");
  if (outcome) return over(attempt, outcome);
  return { attempt, commands: [{ kind: "ask-phone" }, { kind: "wake", at: deadline }] };
}

function step(attempt: RemoteDialAttempt, event: AttemptEvent, now: Millis): RemoteDialStep {
  if (attempt.stage === "over") return stay(attempt);
  switch (event.kind) {
    case "obeyed": {
      if (attempt.stage !== "asking") return stay(attempt);
      const obeys = event.code >= 200 && event.code < 300;
      const verdict = obeys ? NOTHING : phoneDisobeyed(event.code, event.why);
      return hasDisobeyed(event.code) ? over(attempt, verdict) : stay({ ...attempt, stage: "watching", verdict });
    }
    case "phone": {
      const seen: RemoteDialAttempt = { ...attempt, phone: event.state };
      if (attempt.stage === "settling" || event.state === "unknown") return judged(attempt.phone, seen, now);
      return inCall(event.state) ? waitUntil({ ...seen, stage: "settling" }, now + STAY) : stay(seen);
    }
    case "abort":
      return over(attempt, { kind: "failed", reason: event.reason });
    case "time": {
      const judgement = attempt.stage === "settling" ? judged(attempt.phone, attempt, now) : stay(attempt);
      if (judgement.attempt.stage === "over" || now < attempt.deadline) return judgement;
      return over(attempt, attempt.stage === "settling" ? UNPROVEN : attempt.verdict);
    }
    default:
      return stay(attempt);
  }
}

function judged(before: LineState, attempt: RemoteDialAttempt, now: Millis): RemoteDialStep {
  const finding = findingOf(before, attempt.phone, isDue(attempt.until, now));
  return finding ? over(attempt, WORDS[finding]) : stay(attempt);
}
