import { readFileSync } from "node:fs";
import { parseAddress } from "../../sim/sip/address.ts";
import { type Message, parse, serialise } from "../../sim/sip/message.ts";

/** One message between a party and Asterisk 22, as it went over the wire. */
export interface Captured {
  readonly party: string;
  readonly to: "party" | "asterisk";
  readonly message: Message;
}

/** A recorded conversation: `==== seconds party --> asterisk`, then the message, an empty line between two. */
export function readCapture(name: string): readonly Captured[] {
  const text = readFileSync(new URL(`../captures/${name}.sip`, import.meta.url), "utf8");
  return text
    .split(/^====\s+/m)
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const end = part.indexOf("\n");
      const [, party = "", arrow = ""] = part.slice(0, end).split(/\s+/);
      const message = parse(Buffer.from(wire(part.slice(end + 1))));
      if (!message) throw new Error(`${name} holds something that is no SIP: ${part}`);
      return { party, to: arrow === "<--" ? "party" : "asterisk", message };
    });
}

/** A capture ends each message with one empty line more, whatever line end its body had. */
function wire(text: string): string {
  const [head = "", ...rest] = text.trim().split("\r\n\r\n");
  if (rest.length === 0) return `${head}\r\n\r\n`;
  const lineEnd = /^Content-Type: application\/.*xml/im.test(head) ? "\n" : "\r\n";
  return `${head}\r\n\r\n${rest.join("\r\n\r\n")}${lineEnd}`;
}

/** What Asterisk sent to that party, repetitions and the NOTIFYs of subscriptions to lines left out. */
export function sentTo(party: string, capture: readonly Captured[]): readonly Message[] {
  const seen = new Set<string>();
  return capture
    .filter((one) => one.party === party && one.to === "party" && one.message.headers.get("Event") !== "dialog")
    .map(({ message }) => message)
    .filter((message) => {
      const bytes = serialise(message).toString();
      return !seen.has(bytes) && seen.add(bytes);
    });
}

/** Of several messages those of the first one's call. */
export function ofOneCall(messages: readonly Message[]): readonly Message[] {
  const callId = messages[0]?.headers.get("Call-ID");
  return messages.filter(({ headers }) => headers.get("Call-ID") === callId);
}

/** Headers whose values say something of the case, beside names and numbers. */
const TELLING = ["Reason", "Event", "Subscription-State", "Alert-Info", "Call-Info", "Content-Type", "Expires"];

/**
 * What two messages have in common that say the same of different calls: start line, header names, the headers that
 * matter, and the body of a sipfrag.
 */
export function shape(message: Message): string {
  const start =
    message.kind === "request" ? `${message.method} ${userPart(message.uri)}` : `${message.status} ${message.phrase}`;
  if (start.startsWith("ACK")) return start;
  const names = [...new Set([...message.headers].map(([name]) => name))].sort();
  const telling = TELLING.flatMap((name) => message.headers.all(name).map((value) => `${name}: ${settle(value)}`));
  const body = message.body.startsWith("SIP/2.0") ? [message.body.trim()] : [];
  return [start, names.join(" "), ...telling, ...body].join("\n");
}

/** Seconds left of a subscription depend on the moment. */
const settle = (value: string): string =>
  value.replace(/expires=(\d+)/, (_, left) => `expires=${Math.ceil(left / 10)}0`);
const userPart = (uri: string): string => parseAddress(uri)?.uri.replace(/@.*$/, "") ?? uri;

/** A body from a capture with the address of the PBX under test. */
export function bodyFor(body: string, server: { readonly host: string; readonly port: number }): string {
  return body.replaceAll("127.0.0.1:5560", `${server.host}:${server.port}`);
}
