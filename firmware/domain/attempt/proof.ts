import type { LineState } from "../line-state.ts";
import type { Outcome } from "../outcome.ts";
import { inCall, isFree } from "./attempt.ts";

/*
 * What proves every landing: the phone is in a call in which no leg of ours has a part, and stays in it for a while.
 */
export type Finding = "proven" | "refuted" | "unseen";

/** A phone that rings says nothing: a second call hides the one that it is in. */
const isSilent = (phone: LineState): boolean => isFree(phone) || phone === "offline";

/** Whether the phone has left the call that it was in. */
export const hasLeft = (before: LineState, phone: LineState): boolean => inCall(before) && isSilent(phone);

/**
 * What the phone tells now; undefined: nothing yet.
 *
 * @param before its state until this event
 * @param due it has had STAY to fall silent
 */
export function findingOf(before: LineState, phone: LineState, due: boolean): Finding | undefined {
  if (phone === "unknown") return "unseen";
  if (hasLeft(before, phone) || (due && isSilent(phone))) return "refuted";
  return due && inCall(phone) ? "proven" : undefined;
}

export const PHONE_UNSEEN: Outcome = { kind: "failed", reason: "the desk phone was lost from sight" };
export const UNPROVEN: Outcome = {
  kind: "failed",
  reason: "whether the desk phone has the call could not be seen in time",
};
