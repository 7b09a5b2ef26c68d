import type { Dialog } from "../../domain/dialog.ts";
import type { LineId } from "../../domain/line.ts";
import type { Profile } from "../../domain/profile.ts";

/** What is to be taken, with all that a method may look at. */
export interface Prey {
  /** The line that rings, or the slot that holds the call. */
  readonly line: LineId;
  readonly parked: boolean;
  /** Its dialogs, as the PBX told of them last. */
  readonly dialogs: readonly Dialog[];
  /** The same call rings at other lines as well, as far as can be seen or guessed. */
  readonly inRingGroup: boolean;
  readonly profile: Profile;
}

/** What takes a call at this PBX: something to call, or to transfer to. */
export type Target =
  /** User part: "**101". */
  | { readonly kind: "dial"; readonly user: string }
  /** A URI, and the call that whoever calls it takes over there: the value of Replaces (RFC 3891 §6.1). */
  | { readonly kind: "replaces"; readonly uri: string; readonly replaces: string };

/** A method that does not fit here, and why, for a person. */
export interface Inapplicable {
  readonly kind: "inapplicable";
  readonly why: string;
}

/** What to dial or to replace to take a call. Decides, sends nothing. */
export interface Method {
  readonly name: string;
  target(prey: Prey): Target | Inapplicable;
}

export const inapplicable = (why: string): Inapplicable => ({ kind: "inapplicable", why });
