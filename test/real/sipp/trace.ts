/** One message of a sipp's trace, as far as a phone of the tests needs it. */
export interface Traced {
  readonly sent: boolean;
  readonly start: string;
  readonly callId: string;
  readonly cseq: string;
  readonly reasons: readonly string[];
}

/** Reads what -trace_msg writes: a line that says which way, an empty one, and the message. */
export class TraceReader {
  readonly #told: (message: Traced) => void;
  #sent = false;
  /** The header so far; undefined between messages. */
  #lines: string[] | undefined;

  constructor(told: (message: Traced) => void) {
    this.#told = told;
  }

  line(line: string): void {
    const [, way] = /^\w+ message (sent|received) /.exec(line) ?? [];
    if (way !== undefined) {
      this.#sent = way === "sent";
      this.#lines = [];
    } else if (this.#lines === undefined) return;
    else if (line.trim() !== "") this.#lines.push(line.trim());
    else if (this.#lines.length > 0) this.#whole(this.#lines);
  }

  #whole(lines: readonly string[]): void {
    this.#lines = undefined;
    const [start = "", ...header] = lines;
    const all = (name: string): string[] =>
      header.flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trim()] : []));
    const [callId = "", cseq = ""] = ["Call-ID", "CSeq"].map((name) => all(name)[0]);
    this.#told({ sent: this.#sent, start, callId, cseq, reasons: all("Reason") });
  }
}
