import { parseAddress, tagOf } from "../sip/address.ts";
import { Headers } from "../sip/headers.ts";
import type { Request } from "../sip/message.ts";
import { branchOf } from "../sip/via.ts";
import type { Spoken } from "./conversation.ts";

/** A subscription that the daemon has made now, as the PBX keeps it (RFC 3261 §12). */
export interface DialogNow {
  readonly callId: string;
  /** From of the daemon's SUBSCRIBE, with its tag. */
  readonly panel: string;
  /** To of the daemon's SUBSCRIBE, without a tag. */
  readonly pbx: string;
  /** The PBX's. */
  readonly tag: string;
  /** The daemon's Contact. */
  readonly target: string;
  /** The daemon's Event, with an id where it has one. */
  readonly event: string;
}

/** Where the PBX is now: host and port. */
export type Place = string;

/** What a message has of its own time: where it came from and went to, and in which dialog. Left out, and written anew. */
const OF_THEN = [
  "via",
  "route",
  "record-route",
  "call-id",
  "from",
  "to",
  "contact",
  "event",
  "content-length",
] as const;

/**
 * A NOTIFY of then in a dialog of now. Its sequence number and its body are those of then: they are what is replayed.
 *
 * @param how otherwise than usual: the tag of another notifier, or the branch of something that is no repetition
 */
export function reportNow(
  spoken: Spoken,
  dialog: DialogNow,
  place: Place,
  { tag = dialog.tag, branch = branchOf(spoken.message) }: { readonly tag?: string; readonly branch?: string } = {},
): Buffer {
  const now = new Headers([
    ["Via", viaNow(branch, place)],
    ["From", `${dialog.pbx};tag=${tag}`],
    ["To", dialog.panel],
    ["Call-ID", dialog.callId],
    ["Contact", `<sip:${place}>`],
    ["Event", dialog.event],
  ]);
  return composed(`NOTIFY ${dialog.target} SIP/2.0`, now, spoken.message.headers, spoken.body);
}

/** A request outside of every dialog, to the panel of now. */
export function requestNow(spoken: Spoken, method: string, target: string, place: Place): Buffer {
  const { headers } = spoken.message;
  const kept = ["From", "Call-ID", "Event"].flatMap((name): [string, string][] => {
    const value = headers.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const now = new Headers([
    ["Via", viaNow(branchOf(spoken.message), place)],
    ["To", `<${target}>`],
    ...kept,
    ["Contact", `<sip:${place}>`],
  ]);
  return composed(`${method} ${target} SIP/2.0`, now, headers, spoken.body);
}

/** An answer of then to a request of now. */
export function answerNow(spoken: Spoken, request: Request, place: Place, tag: string): Buffer {
  const { message, body } = spoken;
  if (message.kind !== "response") throw new Error("an answer is wanted");
  const { status, phrase } = message;
  const asked = request.headers;
  const to = asked.get("To") ?? "";
  const now = new Headers([
    ...asked.all("Via").map((via): [string, string] => ["Via", via]),
    ["From", asked.get("From") ?? ""],
    ["To", tagOf(to) === undefined ? `${to};tag=${tag}` : to],
    ["Call-ID", asked.get("Call-ID") ?? ""],
    ["Contact", request.method === "REGISTER" ? (asked.get("Contact") ?? "") : `<sip:${place}>`],
  ]);
  const then = new Headers(message.headers);
  then.set("CSeq", asked.get("CSeq") ?? "");
  const granted = then.get("Expires");
  // Nobody is granted more than was asked for (RFC 6665 §4.2.1.1).
  if (granted !== undefined)
    then.set("Expires", String(Math.min(Number(granted), Number(asked.get("Expires") ?? granted))));
  return composed(`SIP/2.0 ${status} ${phrase}`, now, then, body);
}

/** The URI of the daemon's Contact. */
export function contactOf(request: Request): string {
  return parseAddress(request.headers.get("Contact") ?? "")?.uri ?? "";
}

/** With the branch of then: what was sent twice is a repetition now as well. */
function viaNow(branch: string, place: Place): string {
  return `SIP/2.0/UDP ${place};rport;branch=${branch}`;
}

function composed(start: string, now: Headers, then: Headers, body: Buffer): Buffer {
  const of: readonly string[] = OF_THEN;
  const kept = [...then].filter(([name]) => !of.includes(name.toLowerCase()));
  const lines = [...now, ...kept].map(([name, value]) => `${name}: ${value}`);
  const head = [start, ...lines, `Content-Length: ${body.length}`].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
}
