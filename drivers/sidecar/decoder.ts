import { fromModule, type Message } from "./message.ts";

const LONGEST_LINE = 320;
const SAMPLE = 24;
const START = 0x3c;
const OURS = 0x3e;
const LF = 0x0a;
const CR = 0x0d;

/** Bytes of a serial line to messages, and an account of what made no sense since the last one that did. */
export class Decoder {
  #line: number[] = [];
  /** Within a message, as far as can be told. */
  #inside = false;
  #junk = 0;
  #sample: number[] = [];

  /** The messages that these bytes complete, oldest first. */
  take(bytes: Uint8Array): readonly Message[] {
    const messages: Message[] = [];
    for (const byte of bytes) {
      if (byte === LF) {
        const message = this.#inside ? fromModule(String.fromCharCode(...this.#line)) : undefined;
        if (message === undefined) this.#waste(this.#line);
        else messages.push(message);
        this.#line = [];
        this.#inside = false;
        if (message !== undefined) this.#forgive();
      } else if (byte !== CR) {
        if (byte === START) this.#begin();
        this.#line.push(byte);
        if (this.#line.length >= LONGEST_LINE || byte < 0x20 || byte > 0x7e) this.#drop();
      }
    }
    return messages;
  }

  /** The line is another one now, or the same from its beginning. */
  restart(): void {
    this.#line = [];
    this.#inside = false;
    this.#forgive();
  }

  /** Bytes since the last good message that were none. */
  get junk(): number {
    return this.#junk + (this.#inside ? 0 : this.#line.length);
  }

  /** The first of the junk as text, where a person could read it. */
  get words(): string | undefined {
    const sample = [...this.#sample, ...this.#line].slice(0, SAMPLE);
    const readable = sample.every((byte) => byte >= 0x20 && byte <= 0x7e);
    return readable && sample.length > 0 ? String.fromCharCode(...sample) : undefined;
  }

  /** Half a message may stand before the start of a whole one. */
  #begin(): void {
    this.#waste(this.#line);
    this.#line = [];
    this.#inside = true;
  }

  #drop(): void {
    this.#waste(this.#line);
    this.#line = [];
    this.#inside = false;
  }

  #waste(bytes: readonly number[]): void {
    // On a half-duplex line some adapters hear themselves.
    if (bytes[0] === OURS) return;
    this.#junk += bytes.length;
    this.#sample = [...this.#sample, ...bytes].slice(0, SAMPLE);
  }

  #forgive(): void {
    this.#junk = 0;
    this.#sample = [];
  }
}
