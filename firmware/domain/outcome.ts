/** How one press ended. Exactly one for every press that asked for something. */
export type OutcomeKind =
  | "picked-up"
  /** What was asked for, where that was not a pickup: dialled, parked. */
  | "done"
  | "refused"
  | "too-late"
  | "no-answer"
  | "failed";

export interface Outcome {
  readonly kind: OutcomeKind;
  /** One sentence for a person: what stood in the way, and where. Never a caller's name or number. */
  readonly reason: string;
  /** The SIP status that decided it, where one did. */
  readonly code?: number;
}

export const OUTCOMES: readonly OutcomeKind[] = ["picked-up", "done", "refused", "too-late", "no-answer", "failed"];

/** What a final answer of 300 and above to the call to the desk phone means (RFC 3261 §21). */
export function phoneRejected(code: number): Outcome {
  const account = accountRejected(code);
  if (account) return account;
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
 * What a final answer of 300 and above to the panel's own INVITE of a pickup code, or with Replaces, means. PBXs use the
 * codes as they like: Asterisk says 403 when nothing rings, when it was answered, and when the group forbids it. So the
 * line decides between too late and refused, and the code only says why.
 *
 * @param rings whether the same ring goes on
 */
export function pickupRejected(code: number, rings: boolean): Outcome {
  const account = accountRejected(code);
  if (account) return account;
  if (!rings) return { kind: "too-late", reason: "the caller hung up or somebody else answered", code };
  switch (code) {
    case 403:
    case 603:
      return { kind: "refused", reason: "the PBX does not let the panel take this call", code };
    case 404:
    case 484:
    case 604:
      return { kind: "failed", reason: "the PBX does not know the pickup code", code };
    case 420: // RFC 3261 §21.4.15
    case 481: // RFC 3891 §3
      return { kind: "refused", reason: "the ringing call cannot be replaced", code };
    case 480:
    case 486:
    case 600:
      return { kind: "refused", reason: "the PBX says that the call is not to be had", code };
    case 488:
    case 606:
      return { kind: "failed", reason: "the PBX accepts none of the panel's codecs", code };
    case 408:
      return { kind: "failed", reason: "the PBX did not answer the pickup", code };
    default:
      return { kind: "failed", reason: `the pickup failed with ${code}`, code };
  }
}

/** Whether the phone has surely done nothing. After no answer (0) and after a failure inside it (5xx), nobody knows. */
export function hasDisobeyed(code: number): boolean {
  return code >= 300 && code < 500;
}

/** What the phone's own answer to its remote control means; 0: none that could be read. */
export function phoneDisobeyed(code: number, why?: string): Outcome {
  if (code === 0) return { kind: "failed", reason: `the desk phone's remote control: ${why ?? "no answer"}` };
  if (code === 401 || code === 403) {
    const reason =
      "the desk phone does not let the panel control it; check pickup.phone.remote and the phone's own list";
    return { kind: "refused", reason, code };
  }
  return { kind: "failed", reason: `the desk phone's remote control answers ${code}`, code };
}

function accountRejected(code: number): Outcome | undefined {
  switch (code) {
    case 401:
    case 407:
      return { kind: "failed", reason: "the PBX does not accept the panel's user or password", code };
    case 494:
      return { kind: "failed", reason: "the PBX asks for the password in a weaker way than pbx.digest allows", code };
    default:
      return undefined;
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
      return { kind: "failed", reason: `the transfer failed with ${code}`, code };
  }
}
