import type { Outcome } from "../outcome.ts";
import {
  type AttemptCommand,
  type AttemptEvent,
  andThen,
  type LegName,
  over,
  type Stage,
  type Step,
} from "./attempt.ts";

/*
 * One leg, as its machine knows of it.
 *
 *   none ──invite──▶ calling ──answered──▶ talking ──end-leg──▶ leaving
 *                     │   │                ▲    │                  │
 *             end-leg │   │ rejected       │    └──leg-ended──┐    │ leg-ended
 *                     ▼   ▼                │                  ▼    ▼
 *                cancelled ──answered all the same          over, whatever it was before
 */
export type LegState = "none" | "calling" | "talking" | "cancelled" | "leaving" | "over";
export type Legs = Readonly<Record<LegName, LegState>>;

export const NO_LEGS: Legs = { phone: "none", caller: "none" };

export interface Calling extends Stage {
  readonly legs: Legs;
}

/** Whether an event is about a leg that was never placed. */
export const isStrange = ({ legs }: Calling, event: AttemptEvent): boolean =>
  "leg" in event && legs[event.leg] === "none";

/** What an event says of the legs, at whatever stage it comes. */
export function noteLegs<A extends Calling>(attempt: A, event: AttemptEvent): A {
  const { legs } = attempt;
  switch (event.kind) {
    case "answered":
      return isPlaced(legs[event.leg]) ? { ...attempt, legs: { ...legs, [event.leg]: "talking" } } : attempt;
    case "rejected":
      return isPlaced(legs[event.leg]) ? { ...attempt, legs: { ...legs, [event.leg]: "over" } } : attempt;
    case "leg-ended":
      return { ...attempt, legs: { ...legs, [event.leg]: "over" } };
    default:
      return attempt;
  }
}

export function invite<A extends Calling>(attempt: A, leg: LegName): Step<A> {
  return { attempt: { ...attempt, legs: { ...attempt.legs, [leg]: "calling" } }, commands: [{ kind: "invite", leg }] };
}

/** Ends what of these is not ending yet. */
export function endLegs<A extends Calling>(attempt: A, ...which: readonly LegName[]): Step<A> {
  const legs = { ...attempt.legs };
  const commands: AttemptCommand[] = [];
  for (const leg of which) {
    if (legs[leg] !== "calling" && legs[leg] !== "talking") continue;
    legs[leg] = legs[leg] === "calling" ? "cancelled" : "leaving";
    commands.push({ kind: "end-leg", leg });
  }
  return { attempt: { ...attempt, legs }, commands };
}

export function finish<A extends Calling>(attempt: A, outcome: Outcome, definite = false): Step<A> {
  return andThen(endLegs(attempt, "caller", "phone"), (ended) => over(ended, outcome, definite));
}

/** It has no final answer yet. */
const isPlaced = (leg: LegState): boolean => leg === "calling" || leg === "cancelled";
