import { readdirSync, readFileSync } from "node:fs";
import { RawMessage } from "../raw/raw-message.ts";

/** Where recorded conversations are, one file each. */
const FOLDER = new URL("../../captures/", import.meta.url);
/** Between two messages: "====    0.001  panel1 <-- asterisk". */
const SEPARATOR = /^====\s+/m;

/** One message as a panel sent or got it. */
export interface Spoken {
  /** panel1, panel2 … */
  readonly panel: string;
  readonly sent: boolean;
  readonly bytes: Buffer;
  readonly message: RawMessage;
}

/** Names of all conversations, without folder. */
export function conversations(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".sip"))
    .sort();
}

/** What the panels of a conversation sent and got, byte for byte, in its order. */
export function spokenIn(file: string): Spoken[] {
  return readFileSync(new URL(file, FOLDER), "latin1")
    .split(SEPARATOR)
    .filter((part) => part.includes("\r\n\r\n"))
    .flatMap((part) => {
      const start = part.indexOf("\n") + 1;
      const [, panel = "", arrow = ""] = part.slice(0, start).trim().split(/\s+/);
      if (!/^(?:panel|nosuch|watcher)/.test(panel)) return [];
      const bytes = Buffer.from(whole(part.slice(start)), "latin1");
      return [{ panel, sent: arrow === "-->", bytes, message: new RawMessage(bytes.toString("utf8")) }];
    });
}

/** A capture has line ends of its own behind each message. */
function whole(text: string): string {
  const end = text.indexOf("\r\n\r\n") + 4;
  const length = Number(/\r\nContent-Length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
  if (text.length < end + length) throw new Error(`a captured message is cut short: ${text.slice(0, 60)}`);
  return text.slice(0, end + length);
}
