import type { LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";

/** What is known of a line, with enough of its past to judge a press by. */
export interface LineView {
  readonly state: LineState;
  readonly since: Millis;
  /** Counts the rings of this line: a press and its pickup belong to one of them. */
  readonly epoch: number;
  /** Who rings, as an identity that lasts as long as the ring does; undefined while nothing rings. */
  readonly ring: string | undefined;
  /** When the last ring ended, by answer, hang-up or pickup; undefined before the first. */
  readonly lastRang: Millis | undefined;
}

export function unseen(now: Millis): LineView {
  return { state: "unknown", since: now, epoch: 0, ring: undefined, lastRang: undefined };
}

/** The view after the line was seen in `state`; the same object when nothing changed. */
export function seen(view: LineView, state: LineState, ring: string | undefined, now: Millis): LineView {
  const rings = state === "ringing";
  const another = rings && (view.state !== "ringing" || view.ring !== ring);
  if (view.state === state && !another) return view;
  const stopped = view.state === "ringing" && !rings;
  return {
    state,
    since: view.state === state ? view.since : now,
    epoch: another ? view.epoch + 1 : view.epoch,
    ring: rings ? ring : undefined,
    // A ring that was lost from sight has not ended: nobody can be late for it.
    lastRang: stopped && state !== "unknown" ? now : view.lastRang,
  };
}
