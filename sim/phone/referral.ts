import { parseAddress } from "../sip/address.ts";
import { replacesIn } from "../sip/replaces.ts";
import { phraseOf } from "../sip/reply.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { PhoneCall } from "./call.ts";

/** Whom a REFER has a phone call (RFC 3515 §2.1). */
export interface Referred {
  /** Without the headers that it may carry along. */
  readonly uri: string;
  readonly replaces: string | undefined;
}

export function readReferTo(refer: ServerTransaction): Referred | undefined {
  const target = parseAddress(refer.request.headers.get("Refer-To") ?? "")?.uri;
  return target === undefined ? undefined : { uri: target.split("?")[0] ?? "", replaces: replacesIn(target) };
}

/** Tells who sent a REFER in `call` what has become of the call that it asked for (RFC 3515 §2.4). */
export function tellOfReferral(call: PhoneCall, status: number): void {
  const state = status < 200 ? "active;expires=60" : "terminated;reason=noresource";
  void call.send(
    "NOTIFY",
    [
      ["Event", "refer"],
      ["Subscription-State", state],
      ["Content-Type", "message/sipfrag;version=2.0"],
    ],
    `SIP/2.0 ${status} ${phraseOf(status)}\r\n`,
  );
}
