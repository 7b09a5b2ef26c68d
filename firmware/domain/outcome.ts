/** How one press ended. Exactly one for every press that asked for something. */
export type OutcomeKind = "picked-up" | "refused" | "too-late" | "no-answer" | "failed";

export interface Outcome {
  readonly kind: OutcomeKind;
  /** One sentence for a person: what stood in the way, and where. Never a caller's name or number. */
  readonly reason: string;
  /** The SIP status that decided it, where one did. */
  readonly code?: number;
}

/** What a final answer of 300 and above to the call to the desk phone means (RFC 3261 §21). */
export function phoneRejected(code: number): Outcome {
  switch (code) {
    case 486:
    case 600:
      return { kind: "refused", reason: "the desk phone is busy", code };
    case 603:
      return { kind: "refused", reason: "the desk phone declined the call", code };
    case 408:
    case 480:
    case 487:
      return { kind: "no-answer", reason: "the desk phone did not answer", code };
    case 401:
    case 407:
      return { kind: "failed", reason: "the PBX does not accept the panel's user or password", code };
    case 494:
      return { kind: "failed", reason: "the PBX asks for the password in a weaker way than pbx.digest allows", code };
    case 403:
      return { kind: "refused", reason: "the PBX does not let the panel call the desk phone", code };
    case 404:
    case 484:
    case 604:
      return { kind: "failed", reason: "the PBX does not know the number in pickup.phone.dial", code };
    case 488:
    case 606:
      return { kind: "failed", reason: "the PBX accepts none of the panel's codecs", code };
    default:
      return { kind: "failed", reason: `the call to the desk phone failed with ${code}`, code };
  }
}

/**
 * What a final answer of 300 and above to the REFER means (RFC 3515 §2.4.2). Only a definite no is `refused`; after
 * a timeout nobody knows what the PBX has done.
 */
export function referRejected(code: number): Outcome {
  switch (code) {
    case 403:
    case 405:
    case 501:
    case 603:
      return { kind: "refused", reason: "the PBX does not allow the panel to transfer", code };
    default:
      return { kind: "failed", reason: `the transfer to the ringing call failed with ${code}`, code };
  }
}
