import type { Millis } from "../millis.ts";
import type { AttemptCommand, AttemptEvent } from "./attempt.ts";
import { NO_REFERS, NOT_BRIDGED_YET, type Refers, referAccepted, referSent, referTooEarly } from "./refer-again.ts";

/*
 * A caller whom the panel has taken and cannot give to the desk phone goes back to the line that rang: the panel's leg is
 * transferred to it.
 *
 *   waiting ──link is there: refer──▶ referred ──sipfrag 180 or a last one──▶ back
 *      ▲                               │   │ └────leg over before the 2xx───▶ hung-up
 *      └──refused, link is gone────────┘   └──────refused────────────────────▶ lost
 */
export interface WayBack {
  readonly fate: "waiting" | "referred" | "back" | "hung-up" | "lost";
  readonly refers: Refers;
  /** As far as is known, what is sent now arrives. */
  readonly linked: boolean;
  /** Why it is lost, as the PBX said. */
  readonly code: number | undefined;
}

export interface WayBackStep {
  readonly wayBack: WayBack;
  readonly commands: readonly AttemptCommand[];
}

export function beginWayBack(linked: boolean): WayBackStep {
  const wayBack: WayBack = { fate: "waiting", refers: NO_REFERS, linked, code: undefined };
  return linked ? refer(wayBack) : stay(wayBack);
}

/** Whether there is nothing left to wait for. */
export function hasArrived({ fate }: WayBack): boolean {
  return fate !== "waiting" && fate !== "referred";
}

export function stepWayBack(wayBack: WayBack, event: AttemptEvent, now: Millis): WayBackStep {
  switch (event.kind) {
    case "quarry": {
      const linked = event.quarry !== "unknown";
      const seen: WayBack = { ...wayBack, linked };
      return linked && wayBack.fate === "waiting" ? refer(seen) : stay(seen);
    }
    case "refer-answered":
      if (event.leg !== "caller" || wayBack.fate !== "referred") return stay(wayBack);
      if (event.code < 300) return untilDue({ ...wayBack, refers: referAccepted(wayBack.refers, now) });
      if (!wayBack.linked) return stay({ ...wayBack, fate: "waiting", refers: NO_REFERS });
      return stay({ ...wayBack, fate: "lost", code: event.code });
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

function sipfragSeen(wayBack: WayBack, code: number, final: boolean, now: Millis): WayBackStep {
  if (wayBack.fate !== "referred") return stay(wayBack);
  if (final && code === NOT_BRIDGED_YET) {
    const refers = referTooEarly(wayBack.refers, now);
    return refers ? untilDue({ ...wayBack, refers }) : stay({ ...wayBack, fate: "lost", code });
  }
  // Whatever becomes of it, the caller is with the PBX's own dialplan.
  return stay(final || code >= 180 ? { ...wayBack, fate: "back" } : wayBack);
}

function refer(wayBack: WayBack): WayBackStep {
  return {
    wayBack: { ...wayBack, fate: "referred", refers: referSent(wayBack.refers) },
    commands: [{ kind: "refer", leg: "caller", to: "back" }],
  };
}

function untilDue(wayBack: WayBack): WayBackStep {
  const { at } = wayBack.refers;
  return { wayBack, commands: at === undefined ? [] : [{ kind: "wake", at }] };
}

const stay = (wayBack: WayBack): WayBackStep => ({ wayBack, commands: [] });
