import type { Log } from "../../hal/log.ts";
import { canonical } from "./canonical.ts";
import { type Head, MAX_HEADER_BYTES, MAX_MESSAGE_BYTES, readHead } from "./head.ts";

/** `foreign`: not from the PBX. `handler-threw`: sip.js failed on it. */
export type DropReason = "oversize" | "malformed" | "foreign" | "handler-threw";
export type Drops = Readonly<Record<DropReason, number>>;

export interface Message {
  /** With its header section in canonical form. */
  readonly text: string;
  readonly head: Head;
}

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
    const text = canonical(bytes.toString("utf8", 0, end + 2)) + bytes.toString("utf8", end + 2);
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

/** RFC 3261 §7.5: line ends before the first line mean nothing. */
function withoutLeadingLineEnds(bytes: Buffer): Buffer {
  let start = 0;
  while (bytes[start] === CR && bytes[start + 1] === LF) start += 2;
  return bytes.subarray(start);
}
