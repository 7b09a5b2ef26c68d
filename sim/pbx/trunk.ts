import type { Clock } from "../../firmware/hal/clock.ts";
import { formatAddress, formatParams, parseUri } from "../sip/address.ts";
import { SDP } from "../sip/sdp.ts";
import type { Transactions } from "../sip/transactions.ts";
import type { Flow } from "../sip/wire.ts";
import type { Identity } from "./account.ts";
import type { MediaPorts } from "./media-port.ts";

export type Header = readonly [string, string];

/** What every leg and subscription of the PBX shares: its address, its clock, its ways to the wire. */
export interface Trunk {
  readonly clock: Clock;
  readonly transactions: Transactions;
  readonly mediaPorts: MediaPorts;
  readonly host: string;
  readonly port: number;
}

export const ALLOW: Header = [
  "Allow",
  "OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, REFER, INFO, MESSAGE",
];
export const SUPPORTED: Header = ["Supported", "100rel, timer, replaces, norefersub"];
export const ALLOW_EVENTS: Header = ["Allow-Events", "presence, dialog, message-summary, refer"];

/** Where the PBX is reached, over what that phone uses. */
export function contactOf(trunk: Trunk, flow: Flow, user = ""): Header {
  const transport = flow.transport === "tcp" ? ";transport=TCP" : "";
  return ["Contact", `<sip:${user === "" ? "" : `${user}@`}${trunk.host}:${trunk.port}${transport}>`];
}

/** P-Asserted-Identity (RFC 3325): who is at the other end. */
export function asserted(trunk: Trunk, who: Identity): Header {
  return ["P-Asserted-Identity", formatAddress(`sip:${who.number}@${trunk.host}`, who.name)];
}

/** On each INVITE of the PBX with an offer, as Asterisk has them. */
export function offerHeaders(trunk: Trunk, who: Identity): readonly Header[] {
  return [
    ALLOW,
    ["Supported", `${SUPPORTED[1]}, path, histinfo`],
    ["Session-Expires", "1800"],
    ["Min-SE", "90"],
    asserted(trunk, who),
    ["Content-Type", SDP],
  ];
}

/**
 * A Contact with the address that its message really came from (`rewrite_contact`): behind NAT, and over TCP, the one
 * the phone names is not the one it can be reached at.
 */
export function rewriteContact(uri: string, flow: Flow): string {
  const own = parseUri(uri);
  if (!own) return uri;
  const params = new Map(own.params);
  if (flow.transport === "tcp") params.set("transport", "TCP");
  const user = own.user === "" ? "" : `${own.user}@`;
  return `sip:${user}${flow.host}:${flow.port}${formatParams(params)}`;
}
