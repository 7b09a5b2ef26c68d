const HEAD_END = "\r\n\r\n";
const LONGEST_HEAD = 64 * 1024;
const LONGEST_BODY = 1024 * 1024;

/** Cuts a byte stream into SIP messages by Content-Length (RFC 3261 §18.3). */
export class StreamFramer {
  #pending: Buffer = Buffer.alloc(0);

  /** The messages that are whole now. Throws when the stream can make no sense any more. */
  push(chunk: Buffer): Buffer[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const messages: Buffer[] = [];
    for (let message = this.#next(); message !== undefined; message = this.#next()) messages.push(message);
    return messages;
  }

  #next(): Buffer | undefined {
    this.#skipKeepAlives();
    const headEnd = this.#pending.indexOf(HEAD_END);
    if (headEnd < 0) {
      if (this.#pending.length > LONGEST_HEAD) throw new Error("no end of the headers in sight");
      return undefined;
    }
    const head = this.#pending.toString("latin1", 0, headEnd);
    const length = Number(/^(?:Content-Length|l)[ \t]*:[ \t]*(\d+)/im.exec(head)?.[1] ?? 0);
    if (length > LONGEST_BODY) throw new Error(`a body of ${length} bytes`);
    const end = headEnd + HEAD_END.length + length;
    if (this.#pending.length < end) return undefined;
    const message = this.#pending.subarray(0, end);
    this.#pending = this.#pending.subarray(end);
    return message;
  }

  /** Empty lines between messages keep a connection alive (RFC 5626 §3.5.1). */
  #skipKeepAlives(): void {
    let start = 0;
    while (this.#pending[start] === 0x0d || this.#pending[start] === 0x0a) start++;
    if (start > 0) this.#pending = this.#pending.subarray(start);
  }
}
