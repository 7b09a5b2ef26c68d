import type { ServerTransaction } from "../sip/server-transaction.ts";

export type CallState = "calling" | "ringing" | "talking" | "over";

/** What a phone hears of its calls. */
export interface PhoneCallEvents<Call> {
  /** Of each new state, and of each hold. */
  changed(call: Call): void;
  /** 18x to a call that we place. */
  progress(call: Call, status: number): void;
  /** REFER in it; false where the phone does not know that. */
  referred(call: Call, refer: ServerTransaction): boolean;
}
