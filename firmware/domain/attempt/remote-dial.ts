import type { LineState } from "../line-state.ts";
import type { Millis } from "../millis.ts";
import { type Outcome, phoneDisobeyed } from "../outcome.ts";
import { type AttemptEvent, inCall, type Procedure, phoneObstacle, STAY, type Start, type Step } from "./attempt.ts";

/*
 * A call from the desk phone to a number, by its own remote control.
 *
 *   begin ──ask──▶ asking ──2xx──▶ watching ──phone in a call──▶ settling ──stays in it──▶ over
 */
export interface RemoteDialAttempt {
  readonly stage: "asking" | "watching" | "settling" | "over";
  readonly phone: LineState;
  readonly deadline: Millis;
  readonly until: Millis | undefined;
  readonly verdict: Outcome;
}

type RemoteDialStep = Step<RemoteDialAttempt>;

const UNHEARD: Outcome = { kind: "failed", reason: "the desk phone's remote control did not answer in time" };
const NOTHING: Outcome = { kind: "failed", reason: "the desk phone was told to call, and did not in time" };
const ENDED: Outcome = { kind: "failed", reason: "the desk phone's call ended at once" };

export const REMOTE_DIAL: Procedure<RemoteDialAttempt> = { begin, step };

function begin({ phone, deadline }: Start): RemoteDialStep {
  const attempt: RemoteDialAttempt = { stage: "asking", phone, deadline, until: undefined, verdict: UNHEARD };
  const outcome = phoneObstacle(phone, "refuse");
  if (outcome) return finish(attempt, outcome);
  return { attempt, commands: [{ kind: "ask-phone" }, { kind: "wake", at: deadline }] };
}

function step(attempt: RemoteDialAttempt, event: AttemptEvent, now: Millis): RemoteDialStep {
  if (attempt.stage === "over") return stay(attempt);
  switch (event.kind) {
    case "obeyed": {
      if (attempt.stage !== "asking") return stay(attempt);
      const obeyed = event.code >= 200 && event.code < 300;
      if (!obeyed && event.code !== 0) return finish(attempt, phoneDisobeyed(event.code, event.why));
      const verdict = obeyed ? NOTHING : phoneDisobeyed(0, event.why);
      return stay({ ...attempt, stage: "watching", verdict });
    }
    case "phone": {
      const seen: RemoteDialAttempt = { ...attempt, phone: event.state };
      if (attempt.stage === "settling") return inCall(event.state) ? stay(seen) : finish(seen, ENDED);
      if (!inCall(event.state)) return stay(seen);
      const until = Math.min(now + STAY, attempt.deadline);
      return { attempt: { ...seen, stage: "settling", until }, commands: [{ kind: "wake", at: until }] };
    }
    case "abort":
      return finish(attempt, { kind: "failed", reason: event.reason });
    case "time":
      if (attempt.until !== undefined && now >= attempt.until) {
        return finish(attempt, { kind: "done", reason: "the desk phone calls" });
      }
      return now >= attempt.deadline ? finish(attempt, attempt.verdict) : stay(attempt);
    default:
      return stay(attempt);
  }
}

function finish(attempt: RemoteDialAttempt, outcome: Outcome): RemoteDialStep {
  return { attempt: { ...attempt, stage: "over" }, commands: [{ kind: "done", outcome }] };
}

const stay = (attempt: RemoteDialAttempt): RemoteDialStep => ({ attempt, commands: [] });
