import type { LineId } from "./line.ts";

/** What the PBX, or the desk phone, is to be made to do for one press. */
export type Task =
  /** Take the call that rings at a line, and no other. */
  | {
      readonly kind: "pickup";
      readonly line: LineId;
      /** Identity of the ring; it must still be that one. */
      readonly ring: string | undefined;
      /** Set by a group key: its members that ring and may be picked up, longest first, `line` being the first. */
      readonly group?: readonly LineId[];
    }
  /** Fetch the call that is parked in a slot. */
  | { readonly kind: "retrieve"; readonly slot: LineId }
  /** Send the desk phone's call to a slot. */
  | { readonly kind: "park"; readonly slot: LineId }
  /** Let the desk phone call a number. */
  | { readonly kind: "dial"; readonly line: LineId; readonly number: string };

/** How a task was tried: for events, so that a technician sees what was sent and why. */
export interface Trial {
  /** What took the call: "feature-code", "replaces", "group-code", "park-slot". */
  readonly method?: string;
  /** Why that one. */
  readonly because?: string;
  readonly landing?: string;
  /** How long each step took, in their order, in ms. */
  readonly steps: readonly TrialStep[];
}

export interface TrialStep {
  readonly step: string;
  readonly took: number;
}
