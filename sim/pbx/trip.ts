import type { Destination } from "./dialplan.ts";
import type { RingProgress } from "./ring.ts";

/** Where a leg is sent. */
export interface Trip {
  readonly dialled: string;
  readonly destination: Destination;
  readonly progress?: RingProgress;
  /** Value of Referred-By (RFC 3892) of the transfer that sends it. */
  readonly referredBy?: string;
}
