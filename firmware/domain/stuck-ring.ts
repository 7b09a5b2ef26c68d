import type { Dialog } from "./dialog.ts";
import type { Millis } from "./millis.ts";
import { callOf, type Roster, ringingCalls } from "./roster.ts";

/**
 * How far one ringing call is believed. A lost BYE or a PBX's own bug can leave a call ringing for ever in what it tells.
 *
 *   believed ── too old ──▶ asked ── the PBX says so again ──▶ stuck
 *
 * Nothing leads back but the end of the call.
 */
interface Ring {
  readonly since: Millis;
  readonly trust: "believed" | "asked" | "stuck";
}

/** The calls that ring at one line. */
export type Rings = ReadonlyMap<string, Ring>;

export const NO_RINGS: Rings = new Map();

/** After the PBX told of the line; `whole`: all of it, as it does when it is asked. */
export function ringsAfter(rings: Rings, roster: Roster, whole: boolean, now: Millis): Rings {
  const after = new Map<string, Ring>();
  for (const call of ringingCalls(roster)) {
    const known = rings.get(call);
    if (known === undefined) after.set(call, { since: now, trust: "believed" });
    else after.set(call, known.trust === "asked" && whole ? { ...known, trust: "stuck" } : known);
  }
  return after;
}

/** Calls that have come to ring for `longest` are to be asked about; `rings` itself where there are none. */
export function doubted(rings: Rings, longest: Millis, now: Millis): Rings {
  const old = [...rings].filter(([, { since, trust }]) => trust === "believed" && now >= since + longest);
  if (old.length === 0) return rings;
  return new Map([...rings, ...old.map(([call, ring]) => [call, { ...ring, trust: "asked" }] as const)]);
}

/** When the next call will have rung for `longest`. */
export function nextDoubt(rings: Rings, longest: Millis): Millis | undefined {
  const believed = [...rings.values()].filter(({ trust }) => trust === "believed");
  return believed.length === 0 ? undefined : Math.min(...believed.map(({ since }) => since)) + longest;
}

/** The call that began to ring first, of those that are believed; the one that the PBX names first where several began at once. */
export function oldestRing(rings: Rings, roster: Roster): Dialog | undefined {
  let oldest: { readonly dialog: Dialog; readonly since: Millis } | undefined;
  for (const dialog of roster.dialogs.values()) {
    const ring = rings.get(callOf(dialog));
    if (ring === undefined || ring.trust === "stuck") continue;
    if (oldest === undefined || ring.since < oldest.since) oldest = { dialog, since: ring.since };
  }
  return oldest?.dialog;
}

/** There is an answer to wait for. */
export function isAsked(rings: Rings): boolean {
  return [...rings.values()].some(({ trust }) => trust === "asked");
}

/** Something rings, by what the PBX says, and none of it can be believed. */
export function isStuck(rings: Rings): boolean {
  return rings.size > 0 && [...rings.values()].every(({ trust }) => trust === "stuck");
}
