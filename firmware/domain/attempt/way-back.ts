import type { Millis } from "../millis.ts";
import type { AttemptCommand, AttemptEvent } from "./attempt.ts";
import {
  NO_REFERS,
  NOT_BRIDGED_YET,
  type Refers,
  referAccepted,
  referSent,
  referTooEarly,
  wakesFor,
} from "./refer-again.ts";

/*
 * A caller whom the panel has taken and cannot give to the desk phone goes back to the line that rang: the panel's leg is
 * transferred to it.
 *
 *   waiting ──refer──▶ referred ──sipfrag 180, or a last one below 300──▶ back
 *      ▲                │  │ └────leg over before the 2xx───────────────▶ hung-up
 *      └──not sent──────┘  └──────refused───────────────────────────────▶ lost
 *
 * It is sent again where it was not heard, and where the PBX says nothing of it: a caller cannot be sent back twice, since
 * the leg is over after the first time.
 */
export interface WayBack {
  readonly fate: "waiting" | "referred" | "back" | "hung-up" | "lost";
  readonly refers: Refers;
  /** Last sipfrags that said no. The first may have been about an earlier REFER: a PBX need not tell them apart. */
  readonly refused: number;
  /** Why it is lost, as the PBX said. */
  readonly code: number | undefined;
}

export interface WayBackStep {
  readonly wayBack: WayBack;
  readonly commands: readonly AttemptCommand[];
}

/** Before it is tried again where there was no link, and how long an earlier REFER may still be about its work. */
export const PATIENCE: Millis = 500;
/** So many sipfrags that say no are believed. */
export const REFUSALS = 3;
/** How long a PBX may accept the REFER and say nothing of it. */
export const SILENCE: Millis = 2000;

/** @param busy the PBX has not said yet what becomes of an earlier REFER: what it says then is not about this one */
export function beginWayBack(busy: boolean, now: Millis): WayBackStep {
  const wayBack: WayBack = { fate: "waiting", refers: NO_REFERS, refused: 0, code: undefined };
  return busy ? waitUntil(wayBack, now + PATIENCE) : refer(wayBack);
}

/** Whether there is nothing left to wait for. */
export function hasArrived({ fate }: WayBack): boolean {
  return fate !== "waiting" && fate !== "referred";
}

export function stepWayBack(wayBack: WayBack, event: AttemptEvent, now: Millis): WayBackStep {
  if (hasArrived(wayBack)) return stay(wayBack);
  switch (event.kind) {
    case "refer-answered":
      return event.leg === "caller" ? answered(wayBack, event.code, now) : stay(wayBack);
    case "sipfrag":
      return event.leg === "caller" ? sipfragSeen(wayBack, event.code, event.final, now) : stay(wayBack);
    case "leg-ended":
      if (event.leg !== "caller") return stay(wayBack);
      return stay({ ...wayBack, fate: wayBack.refers.accepted ? "back" : "hung-up" });
    case "time":
      return wayBack.refers.at !== undefined && now >= wayBack.refers.at ? refer(wayBack) : stay(wayBack);
    default:
      return stay(wayBack);
  }
}

function answered(wayBack: WayBack, code: number, now: Millis): WayBackStep {
  if (wayBack.fate === "waiting") return code >= 300 ? refer(wayBack) : stay(wayBack);
  if (code < 300) {
    const refers = referAccepted(wayBack.refers, now);
    return waitUntil({ ...wayBack, refers }, refers.at ?? now + SILENCE);
  }
  // No answer, no link (RFC 3261 §8.1.3.1), or an earlier REFER that has no answer yet: the PBX has not refused it.
  const unheard = code === 408 || code === 503 || code === 491;
  if (unheard) return waitUntil({ ...wayBack, fate: "waiting", refers: NO_REFERS }, now + PATIENCE);
  return stay({ ...wayBack, fate: "lost", code });
}

function sipfragSeen(wayBack: WayBack, code: number, final: boolean, now: Millis): WayBackStep {
  if (wayBack.fate === "waiting") return final ? refer(wayBack) : stay(wayBack);
  if (!final) return stay(code >= 180 ? { ...wayBack, fate: "back" } : wayBack);
  if (code === NOT_BRIDGED_YET) {
    const refers = referTooEarly(wayBack.refers, now);
    if (refers) return { wayBack: { ...wayBack, refers }, commands: wakesFor(refers) };
  }
  if (code < 300) return stay({ ...wayBack, fate: "back" });
  const refused: WayBack = { ...wayBack, refused: wayBack.refused + 1, code };
  return refused.refused < REFUSALS ? waitUntil(refused, now + PATIENCE) : stay({ ...refused, fate: "lost" });
}

function refer(wayBack: WayBack): WayBackStep {
  return {
    wayBack: { ...wayBack, fate: "referred", refers: referSent(wayBack.refers) },
    commands: [{ kind: "refer", leg: "caller", to: "back" }],
  };
}

function waitUntil(wayBack: WayBack, at: Millis): WayBackStep {
  return { wayBack: { ...wayBack, refers: { ...wayBack.refers, at } }, commands: [{ kind: "wake", at }] };
}

const stay = (wayBack: WayBack): WayBackStep => ({ wayBack, commands: [] });
