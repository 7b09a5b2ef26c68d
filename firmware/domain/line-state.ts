import type { Dialog } from "./dialog.ts";
import { isRinging, type Roster } from "./roster.ts";
import { oldestRing, type Rings } from "./stuck-ring.ts";

/** What a lamp can say of a line. Order has no meaning here; see lineStateOf for what outranks what. */
export type LineState = "unknown" | "offline" | "idle" | "ringing" | "busy" | "held" | "waiting";

export const LINE_STATES: readonly LineState[] = ["unknown", "offline", "idle", "ringing", "busy", "held", "waiting"];

/** How the SIP link to the PBX stands. */
export type LinkState = "up" | "down";

/** How the subscription to one line stands (RFC 6665 §4.1). `lost`: it was active and is being restored. */
export type SubscriptionState = "none" | "pending" | "active" | "lost";

/** Basic status (RFC 3863 §4.1.4); closed: no phone is registered. */
export type Presence = "open" | "closed";

/** All that is known of one line. */
export interface LineFacts {
  readonly link: LinkState;
  readonly subscription: SubscriptionState;
  /** Undefined: no NOTIFY since the link or the subscription was lost. */
  readonly roster: Roster | undefined;
  /** Undefined where the PBX is not asked or does not tell it; unknown where it would, and nothing is known now. */
  readonly presence?: Presence | "unknown" | undefined;
  /** Messages-Waiting (RFC 3842 §5.2). Undefined and unknown as with `presence`. */
  readonly messages?: boolean | "unknown" | undefined;
  /** What rings has been doing so for longer than any call does, and the PBX says so again when asked. */
  readonly stuck?: boolean | undefined;
}

/**
 * The one state that a lamp shows for a line with any number of dialogs. The first that applies:
 * unknown, ringing, busy by an answered call, busy by a call on its way, held, offline, waiting, idle.
 */
export function lineStateOf(facts: LineFacts): LineState {
  const { roster } = facts;
  if (facts.link === "down" || facts.subscription !== "active" || roster === undefined) return "unknown";
  const calls = callsOf(roster.dialogs.values());
  if (calls === "ringing" && facts.stuck) return "unknown";
  if (calls !== undefined) return calls;
  // A call that is known is shown even while others may be missing; that there is none cannot be known then.
  if (roster.gap) return "unknown";
  if (facts.presence === "closed") return "offline";
  // Idle would say that a phone is there, and that its mailbox is empty.
  if (facts.presence === "unknown" || facts.messages === "unknown") return "unknown";
  return facts.messages === true ? "waiting" : "idle";
}

/** A call on its way, ours or one that does not ring yet, keeps the line busy over one that is held. */
function callsOf(dialogs: Iterable<Dialog>): "ringing" | "busy" | "held" | undefined {
  let state: "busy" | "held" | undefined;
  for (const dialog of dialogs) {
    if (isRinging(dialog)) return "ringing";
    if (dialog.state === "terminated") continue;
    if (dialog.state !== "confirmed" || !dialog.held) state = "busy";
    else state ??= "held";
  }
  return state;
}

/** The call that a line's lamp is about, where there is one that was, or can be, answered. */
export function callBehind(state: LineState, roster: Roster, rings: Rings): Dialog | undefined {
  if (state === "ringing") return oldestRing(rings, roster);
  if (state !== "busy" && state !== "held") return undefined;
  const answered = [...roster.dialogs.values()].filter((dialog) => dialog.state === "confirmed");
  return answered.find(({ held }) => held === (state === "held"));
}

/**
 * Highest first. Ringing: there is something to do, whatever else is not known. Unknown before all the rest: a member
 * that cannot be seen may be ringing, and a group that looks calm would deny it. Then from most to least engaged;
 * offline before idle, because a group that looks idle is taken as fully staffed.
 */
const GROUP_ORDER: readonly LineState[] = ["ringing", "unknown", "busy", "held", "waiting", "offline", "idle"];

/** The state of a group's lamp. An empty group is unknown: nothing vouches for it. */
export function groupState(states: Iterable<LineState>): LineState {
  const present = new Set(states);
  return GROUP_ORDER.find((state) => present.has(state)) ?? "unknown";
}
