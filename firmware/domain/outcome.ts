/** How one press ended. Exactly one for every press that asked for something. */
export type OutcomeKind = "picked-up" | "refused" | "too-late" | "no-answer" | "failed";

export interface Outcome {
  readonly kind: OutcomeKind;
  /** One sentence for a person: what stood in the way, and where. Never a caller's name or number. */
  readonly reason: string;
  /** The SIP status that decided it, where one did. */
  readonly code?: number;
}
