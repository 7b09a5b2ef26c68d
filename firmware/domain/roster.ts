import type { Dialog, DialogInfo } from "./dialog.ts";

/** All live dialogs known for one line, from one subscription. A new subscription starts from EMPTY_ROSTER. */
export interface Roster {
  /** Version of the last document applied; absent before the first. */
  readonly version?: number;
  /** Set while something may be missing: before any full state, or after a lost partial one. */
  readonly gap?: true;
  /** By dialog id. Never holds a terminated one. */
  readonly dialogs: ReadonlyMap<string, Dialog>;
}

/**
 * What became of a document. `stale`: older than what is known, nothing changed. `gap`: merged, but what it builds on
 * is not what is known here, so the subscriber should ask for full state by a refresh.
 */
export type Verdict = "applied" | "stale" | "gap";

export interface Folded {
  readonly roster: Roster;
  readonly verdict: Verdict;
}

/** Nothing heard yet. It is not idle: see `gap`. */
export const EMPTY_ROSTER: Roster = { gap: true, dialogs: new Map() };

/**
 * Takes one document into the roster (RFC 4235 §4.3).
 *
 * A version lower than the last is stale. An equal one is not: after kill -9 Asterisk counts again from where its
 * database stood, so the same version returns with other content, and discarding it would leave a lamp ringing.
 */
export function fold(roster: Roster, info: DialogInfo): Folded {
  if (roster.version !== undefined && info.version < roster.version) return { roster, verdict: "stale" };
  if (info.state === "full") {
    const dialogs = new Map<string, Dialog>();
    for (const dialog of info.dialogs) if (isLive(dialog)) dialogs.set(dialog.id, remembering(roster, dialog));
    return { roster: { version: info.version, dialogs }, verdict: "applied" };
  }
  const dialogs = merged(roster, info.dialogs);
  if (continues(roster, info.version, dialogs)) {
    return { roster: { ...roster, version: info.version, dialogs }, verdict: "applied" };
  }
  return { roster: { version: info.version, gap: true, dialogs }, verdict: "gap" };
}

/** After a NOTIFY without a body on an active subscription: no dialogs. This is how Kamailio says idle. */
export function cleared(roster: Roster): Roster {
  const dialogs = new Map<string, Dialog>();
  return roster.version === undefined ? { dialogs } : { version: roster.version, dialogs };
}

/** A call is alerting at the watched line: what makes its lamp flash, and what a pickup can take. */
export function isRinging(dialog: Dialog): boolean {
  // BroadWorks stays at "proceeding" while the phone rings. "trying" is an INVITE that no phone has answered with 180 yet.
  if (dialog.state === "proceeding") return dialog.direction === "recipient";
  return dialog.state === "early" && dialog.direction !== "initiator";
}

/**
 * The calls that ring, each by an identity that lasts as long as it does. Where the notifier reuses dialog ids and tells
 * no call-id (Asterisk), two rings in a row have the same.
 */
export function ringingCalls(roster: Roster): readonly string[] {
  const ringing: string[] = [];
  for (const dialog of roster.dialogs.values()) if (isRinging(dialog)) ringing.push(callOf(dialog));
  return ringing;
}

/** What tells a call from others of its line. */
export function callOf({ id, callId }: Dialog): string {
  return JSON.stringify([id, callId ?? null]);
}

/** Identity of the present ring: equal as long as the same calls ring, undefined when none does. */
export function ringOf(roster: Roster): string | undefined {
  const ringing = ringingCalls(roster);
  return ringing.length === 0 ? undefined : [...ringing].sort().join(" ");
}

function isLive(dialog: Dialog): boolean {
  return dialog.state !== "terminated";
}

/** Ended ones go first: forked branches may share an id, and the loser's end must not hide the call that goes on. */
function merged(roster: Roster, changes: readonly Dialog[]): ReadonlyMap<string, Dialog> {
  const dialogs = new Map(roster.dialogs);
  for (const dialog of changes) if (!isLive(dialog)) dialogs.delete(dialog.id);
  for (const dialog of changes) if (isLive(dialog)) dialogs.set(dialog.id, remembering(roster, dialog));
  return dialogs;
}

/**
 * Whether a partial document builds on what is known. With an equal version it does if it says nothing new: then it is
 * a repetition. If it does say something new, the notifier counts anew from a state that was never seen here.
 */
function continues(roster: Roster, version: number, dialogs: ReadonlyMap<string, Dialog>): boolean {
  if (roster.version === undefined) return false;
  return version === roster.version + 1 || (version === roster.version && sameDialogs(roster.dialogs, dialogs));
}

/** Kamailio tells tags while a call is early and never again; a pickup by Replaces may still need them. */
function remembering(roster: Roster, dialog: Dialog): Dialog {
  const known = roster.dialogs.get(dialog.id);
  if (known === undefined || isAnotherCall(known, dialog)) return dialog;
  const callId = dialog.callId ?? known.callId;
  const localTag = dialog.localTag ?? known.localTag;
  const remoteTag = dialog.remoteTag ?? known.remoteTag;
  return {
    ...dialog,
    ...(callId !== undefined && { callId }),
    ...(localTag !== undefined && { localTag }),
    ...(remoteTag !== undefined && { remoteTag }),
  };
}

/** An id used again: another call-id, or a call that was answered and is now not answered yet. */
function isAnotherCall(known: Dialog, dialog: Dialog): boolean {
  if (dialog.callId !== undefined && known.callId !== undefined) return dialog.callId !== known.callId;
  return known.state === "confirmed" && dialog.state !== "confirmed";
}

function sameDialogs(a: ReadonlyMap<string, Dialog>, b: ReadonlyMap<string, Dialog>): boolean {
  if (a.size !== b.size) return false;
  for (const [id, dialog] of a) {
    const other = b.get(id);
    if (other === undefined || other.state !== dialog.state || other.direction !== dialog.direction) return false;
    if (other.held !== dialog.held || other.callId !== dialog.callId) return false;
  }
  return true;
}
