import type { Millis } from "../../firmware/domain/millis.ts";
import { tagOf, userOf } from "../sip/address.ts";
import { cseq, type Message, parse } from "../sip/message.ts";
import type { Capture, Datagram, Flaw } from "./datagram.ts";

/** One message of a captured conversation. */
export interface Spoken {
  /** Since the first of the capture. */
  readonly at: Millis;
  /** The PBX's, and so what is replayed; else the panel's, and so what is compared. */
  readonly ofPbx: boolean;
  /** Its body is text here: byte for byte it is in `body`. */
  readonly message: Message;
  readonly body: Buffer;
  readonly line: number;
}

/** What one panel and its PBX said to each other. */
export interface Conversation {
  /** The panel's user at the PBX. */
  readonly panel: string;
  /** Others who watched lines as well, and are left out. */
  readonly others: readonly string[];
  readonly spoken: readonly Spoken[];
  /** When the capture begins, on its own clock: since 1970, where that has a date. */
  readonly begun: Millis;
  /** How long all of the capture took. */
  readonly took: Millis;
  readonly flaws: readonly Flaw[];
}

interface Read {
  readonly datagram: Datagram;
  readonly message: Message;
}

/** Whoever watched lines, with the ends that the capture names for it. */
interface Watcher {
  readonly ends: Set<string>;
  reports: number;
}

/**
 * @param user whose conversation it is to be; where it is not said, of whoever was told most about lines
 * @throws Error with a sentence, where nobody, or not that one, was told anything
 */
export function conversationIn(capture: Capture, user?: string): Conversation {
  const flaws = [...capture.flaws];
  const read: Read[] = [];
  for (const datagram of capture.datagrams) {
    const { bytes, line } = datagram;
    if (isKeepAlive(bytes)) continue;
    const message = parse(bytes);
    if (message && hasNames(message)) read.push({ datagram, message });
    else flaws.push({ line, text: `no whole SIP message: ${JSON.stringify(bytes.toString("latin1", 0, 40))}…` });
  }
  read.sort((one, other) => one.datagram.at - other.datagram.at);
  const watchers = watchersIn(read);
  const names = [...watchers.keys()].sort((one, other) => reportsOf(watchers, other) - reportsOf(watchers, one));
  const panel = user ?? names[0];
  const ends = panel === undefined ? undefined : watchers.get(panel)?.ends;
  if (panel === undefined || ends === undefined) {
    const there = names.length === 0 ? "nobody watches a line in it" : `who watches lines in it is ${names.join(", ")}`;
    throw new Error(panel === undefined ? there : `${panel} watches no line in it; ${there}`);
  }
  const begun = read[0]?.datagram.at ?? 0;
  const spoken = read.flatMap(({ datagram: { at, source, target, bytes, line }, message }): Spoken[] => {
    if (ends.has(source) === ends.has(target)) return [];
    return [{ at: at - begun, ofPbx: ends.has(target), message, body: bodyIn(bytes), line }];
  });
  const took = (read.at(-1)?.datagram.at ?? begun) - begun;
  flaws.sort((one, other) => one.line - other.line);
  return { panel, others: names.filter((name) => name !== panel), spoken, begun, took, flaws };
}

/** What names the transaction that a message belongs to, the same for request and answer. */
export function exchangeOf(message: Message): string {
  const { headers } = message;
  const { number, method } = cseq(message);
  return [headers.get("Call-ID"), tagOf(headers.get("From")), number, method].join(" ");
}

const reportsOf = (watchers: ReadonlyMap<string, Watcher>, name: string): number => watchers.get(name)?.reports ?? 0;

/** SUBSCRIBE and NOTIFY tell who watches, and where it is. */
function watchersIn(read: readonly Read[]): ReadonlyMap<string, Watcher> {
  const watchers = new Map<string, Watcher>();
  for (const { datagram, message } of read) {
    if (message.kind !== "request") continue;
    const { method, headers } = message;
    if (method !== "SUBSCRIBE" && method !== "NOTIFY") continue;
    // What becomes of a transfer is no line.
    if (headers.get("Event")?.startsWith("refer")) continue;
    const asks = method === "SUBSCRIBE";
    const name = userOf(headers.get(asks ? "From" : "To"));
    if (name === "") continue;
    const watcher = watchers.get(name) ?? { ends: new Set<string>(), reports: 0 };
    watchers.set(name, watcher);
    watcher.ends.add(asks ? datagram.source : datagram.target);
    if (!asks) watcher.reports++;
  }
  return watchers;
}

const isKeepAlive = (bytes: Buffer): boolean => bytes.toString("latin1").trim() === "" || bytes.length <= 4;

function hasNames({ headers }: Message): boolean {
  return ["Call-ID", "CSeq", "From", "To"].every((name) => headers.get(name) !== undefined);
}

/** @param bytes of a message that has been parsed, so that it has an end of the head and not less than its length */
function bodyIn(bytes: Buffer): Buffer {
  const start = bytes.indexOf("\r\n\r\n") + 4;
  const head = bytes.toString("latin1", 0, start);
  const length = /^(?:Content-Length|l)[ \t]*:[ \t]*(\d+)/im.exec(head)?.[1];
  return bytes.subarray(start, length === undefined ? undefined : start + Number(length));
}
