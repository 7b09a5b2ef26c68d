/** A SIP message as plain text, read without any SIP library. */
export class RawMessage {
  readonly text: string;
  readonly start: string;
  readonly body: string;
  readonly #lines: readonly string[];

  constructor(text: string) {
    const end = text.indexOf("\r\n\r\n");
    const [start = "", ...lines] = text.slice(0, end).split("\r\n");
    this.text = text;
    this.start = start;
    this.body = text.slice(end + 4);
    this.#lines = lines;
  }

  get method(): string {
    return this.start.split(" ")[0] ?? "";
  }

  get uri(): string {
    return this.start.split(" ")[1] ?? "";
  }

  get status(): number {
    return this.start.startsWith("SIP/2.0 ") ? Number(this.start.slice(8, 11)) : 0;
  }

  headers(name: string): string[] {
    const prefix = `${name.toLowerCase()}:`;
    return this.#lines
      .filter((line) => line.toLowerCase().startsWith(prefix))
      .map((line) => line.slice(prefix.length).trim());
  }

  header(name: string): string {
    return this.headers(name)[0] ?? "";
  }

  get cseq(): number {
    return Number(this.header("CSeq").split(" ")[0]);
  }

  get cseqMethod(): string {
    return this.header("CSeq").split(" ")[1] ?? "";
  }

  tag(header: "From" | "To"): string {
    return /;tag=([^;]+)/.exec(this.header(header))?.[1] ?? "";
  }

  get branch(): string {
    return /;branch=([^;]+)/.exec(this.header("Via"))?.[1] ?? "";
  }

  toJSON(): string {
    return `${this.start} ${this.header("CSeq")}`;
  }
}
