import { inCall } from "./attempt/attempt.ts";
import type { LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";

/** What is known of a line, with enough of its past to judge a press by. */
export interface LineView {
  readonly state: LineState;
  readonly since: Millis;
  /** The last state that was known; unknown before the first. */
  readonly known: LineState;
  /** Counts the rings of this line: a press and its pickup belong to one of them. */
  readonly epoch: number;
  /** Who rings, as an identity that lasts as long as the ring does; undefined while nothing rings. */
  readonly ring: string | undefined;
  /** When the present ring began; undefined while nothing rings. */
  readonly ringSince: Millis | undefined;
  /** When the last ring ended, by answer, hang-up or pickup; undefined before the first. */
  readonly lastRang: Millis | undefined;
  /** When the line was last in a call, or a call in the slot; undefined before the first one ended. */
  readonly lastInCall: Millis | undefined;
}

export function unseen(now: Millis): LineView {
  return {
    state: "unknown",
    since: now,
    known: "unknown",
    epoch: 0,
    ring: undefined,
    ringSince: undefined,
    lastRang: undefined,
    lastInCall: undefined,
  };
}

/** The view after the line was seen in `state`; the same object when nothing changed. */
export function seen(view: LineView, state: LineState, ring: string | undefined, now: Millis): LineView {
  const rings = state === "ringing";
  const another = rings && (view.state !== "ringing" || view.ring !== ring);
  if (view.state === state && !another) return view;
  const since = view.state === state ? view.since : now;
  // What was lost from sight has not ended: nobody can be late for it, until it is known not to be there any more.
  if (state === "unknown") return { ...view, state, since, ring: undefined, ringSince: undefined };
  return {
    state,
    since,
    known: state,
    epoch: another ? view.epoch + 1 : view.epoch,
    ring: rings ? ring : undefined,
    ringSince: rings ? now : undefined,
    lastRang: view.known === "ringing" && !rings ? now : view.lastRang,
    lastInCall: inCall(view.known) && !inCall(state) ? now : view.lastInCall,
  };
}

/**
 * The view after the lamp showed `pending` from `since` until now. What ended meanwhile was not to be seen, so that it
 * ends now for the person, whose next press may still be meant for it.
 */
export function uncovered(view: LineView, since: Millis, now: Millis): LineView {
  const shown = (end: Millis | undefined) => (end !== undefined && end >= since ? now : end);
  return { ...view, lastRang: shown(view.lastRang), lastInCall: shown(view.lastInCall) };
}
