import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../captures/", import.meta.url);
/** Between two messages: "====    0.001  panel1 <-- asterisk", or "<--" alone. */
const SEPARATOR = /^(?:====.*|-->|<--)\r?\n/m;

export interface CapturedMessage {
  readonly file: string;
  readonly text: string;
}

export interface CapturedHeader {
  readonly name: string;
  readonly value: string;
}

/** Every SIP message of the conversations in test/captures, as it was on the wire. */
export function capturedMessages(): CapturedMessage[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".sip"))
    .flatMap((file) =>
      readFileSync(new URL(file, FOLDER), "utf8")
        .split(SEPARATOR)
        .filter((text) => text.includes("\r\n\r\n"))
        .map((text) => ({ file, text })),
    );
}

/** First line of a message, and its headers with their values trimmed. */
export function headersOf({ text }: CapturedMessage): { firstLine: string; headers: CapturedHeader[] } {
  const [firstLine = "", ...lines] = text.slice(0, text.indexOf("\r\n\r\n")).split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
  });
  return { firstLine, headers };
}
