import type { Dialog } from "../sip/dialog.ts";

/** One call of a line, for a PBX that tells of each by itself. */
export interface LineCall {
  /** Lasts as long as the call. */
  readonly id: string;
  readonly direction: "initiator" | "recipient";
  readonly state: "trying" | "early" | "confirmed" | "terminated";
  readonly callId: string;
  /** The phone's tag. */
  readonly localTag: string;
  /** The PBX's, which stands for the other end. */
  readonly remoteTag: string;
  /** Number of the other end. */
  readonly remote: string;
}

/** From the dialog that the PBX has with the phone. */
export function lineCall(
  { callId, localTag, remoteTag }: Dialog,
  told: Pick<LineCall, "direction" | "state" | "remote">,
): LineCall {
  return { id: localTag, callId, localTag: remoteTag, remoteTag: localTag, ...told };
}

/** What a parking slot that is taken tells of who waits there: nobody could replace that call. */
export function parkedCall(slot: string): LineCall {
  const tags = { callId: `parked-${slot}`, localTag: "", remoteTag: "" };
  return { id: slot, direction: "recipient", state: "confirmed", ...tags, remote: slot };
}
