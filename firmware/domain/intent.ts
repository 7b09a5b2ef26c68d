import { inCall, isFree } from "./attempt/attempt.ts";
import type { LocalTime } from "./hours.ts";
import type { GroupKey, KeySettings, LineKey, ParkKey } from "./key-settings.ts";
import type { LineId } from "./line.ts";
import type { LineState } from "./line-state.ts";
import type { Millis } from "./millis.ts";
import type { Outcome } from "./outcome.ts";
import type { Press } from "./press.ts";
import { mayPickUp, type PickupRight, type Scope } from "./scope.ts";
import type { Task } from "./task.ts";
import type { LineView } from "./view.ts";

/** What a press means now. */
export type Intent =
  | { readonly kind: "attempt"; readonly task: Task }
  /** It came to nothing; `asked`: what for. */
  | { readonly kind: "answer"; readonly asked: Task["kind"]; readonly outcome: Outcome }
  | { readonly kind: "acknowledge" }
  | { readonly kind: "lamp-test" }
  /** It shows only as the key is released, or held. */
  | { readonly kind: "wait" }
  /** A press that asks for nothing: the release of a key that has acted when it closed. */
  | { readonly kind: "nothing" };

/** All that a press is judged by. */
export interface Situation {
  readonly press: Press;
  readonly key: KeySettings;
  /** When the contact closed, of a press that had to wait; undefined for one that has had its meaning. */
  readonly waitingSince: Millis | undefined;
  readonly view: (line: LineId) => LineView;
  readonly scope: Scope;
  /** The desk phone's own line. */
  readonly phone: LineId | undefined;
  /** What is under way for an earlier press: the desk phone can do one thing at a time. */
  readonly pending: Task["kind"] | undefined;
  readonly local: LocalTime;
  readonly now: Millis;
}

/** For so long after a ring ended a press on its key was meant for it; and so for a parked call. */
export const TOO_LATE: Millis = 1500;

const UNDER_WAY: Readonly<Record<Task["kind"], string>> = {
  pickup: "a pickup is under way",
  retrieve: "a parked call is being fetched",
  park: "a call is being parked",
  dial: "the desk phone is being made to call",
};

/**
 * Decides what a press asks for. It is judged as its contact closes, and only where that leaves a choice between a short
 * and a long one it waits: a ring is never taken, nor missed, by a release.
 */
export function decide(situation: Situation): Intent {
  const { press, key, waitingSince } = situation;
  if (press !== "down") {
    if (key.kind !== "line" || waitingSince === undefined) return { kind: "nothing" };
    return dial(key, press, waitingSince, situation);
  }
  switch (key.kind) {
    case "line":
      return ofLine(key, situation);
    case "group":
      return ofGroup(key, situation);
    case "park":
      return ofSlot(key, situation);
    case "panel":
      return { kind: key.action };
  }
}

/** Asked before any SIP leaves for a pickup. */
export function rightTo(
  line: LineId,
  { scope, phone, local }: Pick<Situation, "scope" | "phone" | "local">,
): PickupRight {
  if (line === phone) return { allowed: false, rule: `line ${line} is the desk phone's own, and is answered there` };
  return mayPickUp(scope, line, local);
}

/** Scope comes first where nothing is to be dialled, so that a key which may not pick up says so in every state. */
function ofLine(key: LineKey, situation: Situation): Intent {
  const { pending, now } = situation;
  const { id, line, idle } = key;
  const view = situation.view(line);
  const late = isLate(view.lastRang, now);
  const dials = idle.short !== undefined || idle.long !== undefined;
  // At once, and not at the release: by then the pickup may be over, and a second press for it would dial.
  if (dials && isFree(view.state) && !late) return pending ? refused("dial", UNDER_WAY[pending]) : { kind: "wait" };
  if (!key.pickup) return refused("pickup", `key ${id} only watches line ${line}`);
  const right = rightTo(line, situation);
  if (!right.allowed) return refused("pickup", right.rule);
  if (pending) return refused("pickup", UNDER_WAY[pending]);
  if (view.state === "ringing") return { kind: "attempt", task: { kind: "pickup", line, ring: view.ring } };
  if (view.state === "unknown") return refused("pickup", unknown(line));
  if (late) return tooLate("pickup", `line ${line} has stopped ringing`);
  return refused("pickup", `line ${line} is ${view.state}, nothing rings there`);
}

/** The rest of a press that began on an idle line. */
function dial(key: LineKey, press: "short" | "long", since: Millis, situation: Situation): Intent {
  const { id, line } = key;
  const { state, lastRang } = situation.view(line);
  const number = key.idle[press];
  if (state === "ringing")
    return refused("dial", `line ${line} began to ring during the press; press again to take it`);
  if (state === "unknown") return refused("dial", unknown(line));
  if (isLate(lastRang, since)) return tooLate("dial", `line ${line} rang during the press, and has stopped`);
  if (!isFree(state)) return refused("dial", `line ${line} is ${state}`);
  if (situation.pending) return refused("dial", UNDER_WAY[situation.pending]);
  if (number === undefined) return refused("dial", `a ${press} press of key ${id} dials nothing`);
  return { kind: "attempt", task: { kind: "dial", line, number } };
}

/** A line that rings, and whether it may be picked up. */
export interface Ringing {
  readonly line: LineId;
  readonly view: LineView;
  readonly right: PickupRight;
}

/** The lines that ring, in the order in which presses of their group's key take them; at the end those that it may not take. */
export function ringingOf(
  lines: readonly LineId[],
  { view, ...rights }: Pick<Situation, "view" | "scope" | "phone" | "local">,
): readonly Ringing[] {
  return lines
    .map((line) => ({ line, view: view(line), right: rightTo(line, rights) }))
    .filter((each) => each.view.state === "ringing")
    .sort(
      (a, b) => Number(b.right.allowed) - Number(a.right.allowed) || (a.view.ringSince ?? 0) - (b.view.ringSince ?? 0),
    );
}

/** The member that rings longest, of those that may be picked up. */
function ofGroup(key: GroupKey, situation: Situation): Intent {
  const { pending, now } = situation;
  const { id, group, lines } = key;
  if (!key.pickup) return refused("pickup", `key ${id} only watches group ${group}`);
  const members = lines.map((line) => ({ line, view: situation.view(line), right: rightTo(line, situation) }));
  const allowed = members.filter(({ right }) => right.allowed);
  const ringing = ringingOf(lines, situation);
  const candidates = ringing.filter(({ right }) => right.allowed);
  const barred = candidates.length > 0 ? undefined : (ringing[0] ?? (allowed.length > 0 ? undefined : members[0]));
  if (barred && !barred.right.allowed) return refused("pickup", barred.right.rule);
  if (pending) return refused("pickup", UNDER_WAY[pending]);
  const [oldest] = candidates;
  if (oldest) {
    const { line, view } = oldest;
    return {
      kind: "attempt",
      task: { kind: "pickup", line, ring: view.ring, group: candidates.map((each) => each.line) },
    };
  }
  if (allowed.some(({ view }) => isLate(view.lastRang, now))) {
    return tooLate("pickup", `what rang in group ${group} has stopped`);
  }
  const lost = allowed.find(({ view }) => view.state === "unknown");
  if (lost) return refused("pickup", `nothing is seen to ring in group ${group}, but ${unknown(lost.line)}`);
  return refused("pickup", `nothing rings in group ${group}`);
}

function ofSlot({ slot }: ParkKey, situation: Situation): Intent {
  const { phone, pending, now } = situation;
  const { state, lastInCall } = situation.view(slot);
  if (inCall(state)) {
    return pending ? refused("retrieve", UNDER_WAY[pending]) : { kind: "attempt", task: { kind: "retrieve", slot } };
  }
  if (state === "unknown") return refused("retrieve", `the state of slot ${slot} is not known`);
  if (isLate(lastInCall, now)) return tooLate("retrieve", `the call in slot ${slot} has just gone`);
  if (!isFree(state)) return refused("park", `slot ${slot} is ${state}`);
  if (pending) return refused("park", UNDER_WAY[pending]);
  const why = nothingToPark(phone === undefined ? undefined : situation.view(phone).state);
  return why === undefined ? { kind: "attempt", task: { kind: "park", slot } } : refused("park", why);
}

function nothingToPark(phone: LineState | undefined): string | undefined {
  if (phone === undefined) return "no desk phone is configured whose call could be parked (pickup.phone)";
  if (phone === "unknown") return "whether there is a call to park is not known: the desk phone's state is unknown";
  return inCall(phone) ? undefined : `there is nothing to park: the desk phone is ${phone}`;
}

const isLate = (ended: Millis | undefined, at: Millis): boolean => ended !== undefined && at - ended <= TOO_LATE;
const unknown = (line: LineId): string => `the state of line ${line} is not known`;
const refused = (asked: Task["kind"], reason: string): Intent => answer(asked, { kind: "refused", reason });
const tooLate = (asked: Task["kind"], reason: string): Intent => answer(asked, { kind: "too-late", reason });
const answer = (asked: Task["kind"], outcome: Outcome): Intent => ({ kind: "answer", asked, outcome });
