import { parseAddress, userOf } from "../sip/address.ts";
import type { Message } from "../sip/message.ts";

/** Who is at the other end, as far as the PBX has told. */
export interface Party {
  readonly number: string;
  /** "" where nobody said it. */
  readonly name: string;
}

/** Undefined where the message does not say. */
export function partyIn({ headers }: Message, header: "From" | "P-Asserted-Identity"): Party | undefined {
  const value = headers.get(header);
  const address = parseAddress(value ?? "");
  return address && { number: userOf(value), name: address.display ?? "" };
}
