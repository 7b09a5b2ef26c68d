import type { LineId } from "./line.ts";
import type { Millis } from "./millis.ts";
import type { Press } from "./press.ts";
import { mayPickUp, type Scope } from "./scope.ts";
import type { KeySettings } from "./settings.ts";
import type { LineView } from "./view.ts";

/** What a press means now. */
export type Intent =
  /** Take this ring of this line, and no other. */
  | { readonly kind: "pickup"; readonly line: LineId; readonly epoch: number }
  | { readonly kind: "too-late"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string }
  /** A press that asks for nothing: the release of a key that has acted when it closed. */
  | { readonly kind: "nothing" };

/** For so long after a ring ended a press on its key was meant for it. */
export const TOO_LATE: Millis = 1500;

/**
 * Decides what a press asks for. A ringing key acts when its contact closes; scope comes before everything, so that
 * a key which may not pick up says so in every state.
 *
 * @param pending whether a pickup of this panel is under way: the desk phone can take one call at a time
 */
export function decide(
  press: Press,
  key: KeySettings,
  view: LineView,
  scope: Scope,
  pending: boolean,
  now: Millis,
): Intent {
  if (press !== "down") return { kind: "nothing" };
  if (!key.pickup) return { kind: "refused", reason: `key ${key.id} only watches line ${key.line}` };
  const right = mayPickUp(scope, key.line);
  if (!right.allowed) return { kind: "refused", reason: right.rule };
  if (pending) return { kind: "refused", reason: "a pickup is under way" };
  if (view.state === "ringing") return { kind: "pickup", line: key.line, epoch: view.epoch };
  if (view.state === "unknown") return { kind: "refused", reason: `the state of line ${key.line} is not known` };
  if (view.lastRang !== undefined && now - view.lastRang <= TOO_LATE) {
    return { kind: "too-late", reason: `line ${key.line} has stopped ringing` };
  }
  return { kind: "refused", reason: `line ${key.line} is ${view.state}, nothing rings there` };
}
