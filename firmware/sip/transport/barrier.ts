import type { Log } from "../../hal/log.ts";
import { canonical } from "./canonical.ts";
import { contentLength } from "./content-length.ts";
import { type Head, MAX_HEADER_BYTES, MAX_HEADER_LINES, MAX_MESSAGE_BYTES, readHead } from "./head.ts";

/** `foreign`: not from the PBX. `handler-threw`: sip.js failed on it. */
export type DropReason = "oversize" | "malformed" | "foreign" | "handler-threw";
export type Drops = Readonly<Record<DropReason, number>>;

export interface Message {
  /** With its header section in canonical form. */
  readonly text: string;
  readonly head: Head;
}

const LINE_ENDS_ONLY = /^[\r\n\0]{1,8}$/;
const CR = 13;
const LF = 10;

/** What stands between the wire and sip.js: nothing unreasonable goes in, nothing thrown comes out. */
export class Barrier {
  readonly #log: Log;
  readonly #drops: Record<DropReason, number> = { oversize: 0, malformed: 0, foreign: 0, "handler-threw": 0 };

  constructor(log: Log) {
    this.#log = log;
  }

  get drops(): Drops {
    return this.#drops;
  }

  /** Reads one message; undefined, and counted, where it is too big or none. */
  admit(raw: Buffer): Message | undefined {
    const bytes = withoutLeadingLineEnds(raw);
    const end = bytes.indexOf("\r\n\r\n");
    if (bytes.length > MAX_MESSAGE_BYTES || (end < 0 ? bytes.length : end) > MAX_HEADER_BYTES) {
      return this.drop("oversize", { bytes: bytes.length });
    }
    if (end < 0) return this.drop("malformed", { bytes: bytes.length });
    if (linesIn(bytes, end) > MAX_HEADER_LINES) return this.drop("oversize", { bytes: bytes.length });
    const section = canonical(bytes.toString("utf8", 0, end + 2));
    const body = bytes.subarray(end + 4);
    const length = contentLength(section) ?? body.length;
    // RFC 3261 §18.3: what is behind the body is left out. A body that is cut short must not pass for a shorter one: an
    // empty one means that no call is there.
    if (!(length <= body.length)) return this.drop("malformed", { bytes: bytes.length, missing: length - body.length });
    const text = `${section}\r\n${body.toString("utf8", 0, length)}`;
    const head = readHead(text);
    return head ? { text, head } : this.drop("malformed", { bytes: bytes.length });
  }

  /** Gives a message to sip.js. */
  pass({ text, head }: Message, handler: ((message: string) => void) | undefined): void {
    try {
      handler?.(text);
    } catch (error) {
      this.drop("handler-threw", { method: head.method, status: head.status, err: error });
    }
  }

  /** Counts, and logs the 1st, 2nd, 4th, 8th … of a kind: a flood of nonsense must not become a flood of log lines. */
  drop(reason: DropReason, fields: Readonly<Record<string, unknown>>): undefined {
    const count = ++this.#drops[reason];
    if ((count & (count - 1)) === 0) this.#log.warn({ reason, count, ...fields }, "SIP message dropped");
  }
}

/** A datagram or a frame that says only that somebody is there. */
export function isKeepalive(bytes: Buffer): boolean {
  return bytes.length <= 8 && LINE_ENDS_ONLY.test(bytes.toString("latin1"));
}

function linesIn(bytes: Buffer, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) lines++;
  return lines;
}

/** RFC 3261 §7.5: line ends before the first line mean nothing. */
function withoutLeadingLineEnds(bytes: Buffer): Buffer {
  let start = 0;
  while (bytes[start] === CR && bytes[start + 1] === LF) start += 2;
  return bytes.subarray(start);
}
