import type { MethodName } from "../../domain/settings.ts";
import { FEATURE_CODE } from "./feature-code.ts";
import { GROUP_CODE } from "./group-code.ts";
import { type Inapplicable, inapplicable, type Method, type Prey, type Target } from "./method.ts";
import { PARK_SLOT } from "./park-slot.ts";
import { REPLACES } from "./replaces.ts";

/** A method with its target, and why it is this one: for the event, so that a technician need not guess. */
export interface Choice {
  readonly kind: "choice";
  readonly method: string;
  readonly target: Target;
  readonly because: string;
}

export interface Wanted {
  readonly method: MethodName;
  /** A group key was pressed, and the PBX's own groups are the scope: then its group code means what the key means. */
  readonly groupOfPbx: boolean;
  /** The desk phone is to dial it, and can do nothing else. */
  readonly byHand: boolean;
}

/**
 * Chooses what takes a call. By `auto`, Replaces comes first where it can be built, since it names the one call that was
 * meant; then the directed code; a group code last, since it takes what the PBX thinks.
 */
export function choose({ method, groupOfPbx, byHand }: Wanted, prey: Prey): Choice | Inapplicable {
  if (prey.parked) return chosen(PARK_SLOT, prey, "the call is parked");
  switch (method) {
    case "feature-code":
      return chosen(FEATURE_CODE, prey, "pickup.method says so");
    case "replaces":
      return chosen(REPLACES, prey, "pickup.method says so");
    case "group-code":
      return chosen(GROUP_CODE, prey, "pickup.method says so");
    case "auto":
      return automatic(prey, groupOfPbx, byHand);
  }
}

function automatic(prey: Prey, groupOfPbx: boolean, byHand: boolean): Choice | Inapplicable {
  const replaces = byHand
    ? inapplicable("the desk phone can only dial")
    : chosen(REPLACES, prey, "the PBX tells the ids of the call");
  if (replaces.kind === "choice") return replaces;
  const why = replaces.why;
  const directed = chosen(FEATURE_CODE, prey, prey.inRingGroup ? `${why}; it is taken for the ring of a group` : why);
  if (directed.kind === "choice" || !groupOfPbx) return directed;
  return chosen(GROUP_CODE, prey, directed.why);
}

function chosen(method: Method, prey: Prey, because: string): Choice | Inapplicable {
  const target = method.target(prey);
  if (target.kind === "inapplicable") return target;
  return { kind: "choice", method: method.name, target, because };
}
