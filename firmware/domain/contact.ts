import type { Millis } from "./millis.ts";

/** A level of a contact, from the moment `at`. */
export interface ContactChange {
  readonly closed: boolean;
  readonly at: Millis;
}

/** One contact, as reported and as last heard. */
export interface ContactMemory {
  readonly reported: boolean;
  /** The last edge heard, whether it was reported or not. */
  readonly raw: ContactChange;
  /** No change is reported before this moment. */
  readonly lockedUntil: Millis;
}

export interface Settled {
  readonly memory: ContactMemory;
  /** To be passed on, with the moment at which it counts. */
  readonly change?: ContactChange;
  /** Call resettle then; absent: no need to, and an earlier wish for it is void. */
  readonly recheckAt?: Millis;
}

/** A contact at start-up. One that is closed already is not a press. */
export function restingContact(closed: boolean): ContactMemory {
  return { reported: closed, raw: { closed, at: Number.NEGATIVE_INFINITY }, lockedUntil: Number.NEGATIVE_INFINITY };
}

/**
 * Takes one edge of a bouncing contact. The first edge counts at once; then the contact is locked for `quiet` ms. If
 * it rests at the other level after that, this is the next change. Edges come in order, with their own times: how late
 * they are heard, or how late resettle runs, does not alter any change. Quiet 0 passes every change on.
 */
export function settle(memory: ContactMemory, edge: ContactChange, quiet: Millis): Settled {
  // The edge may be heard before a recheck that was due before it.
  const due = resettle(memory, edge.at, quiet);
  const heard: ContactMemory = edge.closed === due.memory.raw.closed ? due.memory : { ...due.memory, raw: edge };
  if (due.change === undefined) return resettle(heard, edge.at, quiet);
  return withRecheck(heard, due.change);
}

/** Reports what a contact rests at after its lock-out, if that differs from what was reported. */
export function resettle(memory: ContactMemory, now: Millis, quiet: Millis): Settled {
  const at = dueAt(memory);
  if (at === undefined || now < at) return withRecheck(memory);
  const { closed } = memory.raw;
  return { memory: { reported: closed, raw: memory.raw, lockedUntil: at + quiet }, change: { closed, at } };
}

/** When the level last heard becomes a change, given that no other edge comes. */
function dueAt(memory: ContactMemory): Millis | undefined {
  return memory.raw.closed === memory.reported ? undefined : Math.max(memory.raw.at, memory.lockedUntil);
}

function withRecheck(memory: ContactMemory, change?: ContactChange): Settled {
  const recheckAt = dueAt(memory);
  return { memory, ...(change !== undefined && { change }), ...(recheckAt !== undefined && { recheckAt }) };
}
