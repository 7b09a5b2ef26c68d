import { isDefinite } from "../../domain/attempt/attempt.ts";

/**
 * Whether the PBX transfers for this panel, as its answers to REFERs have shown since the link came up. A panel that takes a
 * call and then may not hand it on leaves the caller with nobody; so it first sees a REFER of its own accepted where no
 * caller is at stake.
 */
export class TransferRight {
  #known: "granted" | "refused" | "unknown" = "unknown";

  get known(): "granted" | "refused" | "unknown" {
    return this.#known;
  }

  /** The PBX answered a REFER. 403 is of its target as well, so it says nothing of the right. */
  answered(code: number): void {
    if (code < 300) this.#known = "granted";
    else if (isDefinite(code)) this.#known = "refused";
  }

  /** The PBX behind a new link may be another one, or have been configured anew. */
  forget(): void {
    this.#known = "unknown";
  }
}
