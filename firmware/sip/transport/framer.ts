import { contentLength } from "./content-length.ts";
import { MAX_HEADER_BYTES, MAX_MESSAGE_BYTES } from "./head.ts";

export interface FramerEvents {
  /** A whole message, leading line ends taken off. The bytes may be kept. */
  message(bytes: Buffer): void;
  /** CRLF CRLF between messages: they want a pong. */
  ping(): void;
  /** A single CRLF between messages. */
  pong(): void;
  /** A message too big to be kept was left out; the next ones follow. */
  oversize(bytes: number): void;
  /** The stream cannot be cut any more. Nothing follows. */
  nonsense(why: string): void;
}

const EMPTY = Buffer.alloc(0);
const END_OF_HEADERS = "\r\n\r\n";
const CR = 13;
const LF = 10;
/** Nobody sends more on purpose. */
const MAX_SKIPPED_BYTES = 1024 * 1024;

/**
 * Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3) and finds keepalives between them (RFC 5626
 * §3.5.1). Holds at most one message and one chunk.
 */
export class Framer {
  readonly #events: FramerEvents;
  #chunks: Buffer[] = [];
  #held = 0;
  /** Bytes of the message that has begun; 0 while its header section is not whole. */
  #wanted = 0;
  /** Bytes still to be left out. */
  #skipping = 0;
  #over = false;

  constructor(events: FramerEvents) {
    this.#events = events;
  }

  push(chunk: Buffer): void {
    if (this.#over) return;
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    while (!this.#over && this.#step());
  }

  /** One piece off the front; false where more bytes are needed first. */
  #step(): boolean {
    if (this.#skipping > 0) return this.#skip();
    if (this.#wanted > 0) return this.#held >= this.#wanted && this.#deliver();
    const bytes = this.#joined();
    if (bytes[0] === CR && (bytes.length === 1 || bytes[1] === LF)) return this.#keepalive(bytes);
    return bytes.length > 0 && this.#begin(bytes);
  }

  #keepalive(bytes: Buffer): boolean {
    const mayGrow = bytes.length < 2 || (bytes.length === 3 && bytes[2] === CR);
    if (mayGrow) return false;
    const double = bytes[2] === CR && bytes[3] === LF;
    this.#drop(double ? 4 : 2);
    if (double) this.#events.ping();
    else this.#events.pong();
    return true;
  }

  #begin(bytes: Buffer): boolean {
    const end = bytes.subarray(0, MAX_HEADER_BYTES + END_OF_HEADERS.length).indexOf(END_OF_HEADERS);
    if (end < 0) {
      if (bytes.length >= MAX_HEADER_BYTES + END_OF_HEADERS.length) this.#giveUp("header section too long");
      return false;
    }
    const length = contentLength(bytes.toString("latin1", 0, end + 2));
    if (length === undefined || !(length <= MAX_SKIPPED_BYTES)) {
      this.#giveUp("no usable Content-Length");
      return false;
    }
    const whole = end + END_OF_HEADERS.length + length;
    if (whole > MAX_MESSAGE_BYTES) {
      this.#skipping = whole;
      this.#events.oversize(whole);
    } else {
      this.#wanted = whole;
    }
    return true;
  }

  #deliver(): boolean {
    const bytes = this.#joined().subarray(0, this.#wanted);
    this.#drop(this.#wanted);
    this.#wanted = 0;
    this.#events.message(bytes);
    return true;
  }

  #skip(): boolean {
    const skipped = Math.min(this.#skipping, this.#held);
    this.#skipping -= skipped;
    this.#drop(skipped);
    return this.#skipping === 0;
  }

  #giveUp(why: string): void {
    this.#over = true;
    this.#drop(this.#held);
    this.#events.nonsense(why);
  }

  #joined(): Buffer {
    const [first = EMPTY] = this.#chunks;
    if (this.#chunks.length <= 1) return first;
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  #drop(count: number): void {
    const rest = this.#joined().subarray(count);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
  }
}
