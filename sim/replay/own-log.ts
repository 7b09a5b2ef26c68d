import type { Capture, Datagram, Flaw } from "./datagram.ts";

const MARK = '{"level":"trace"';
const PANEL = "panel";
const PBX = "pbx";

export const isOwnLog = (text: string): boolean => text.includes(MARK);

/** What `blfd run --log trace` writes, also with a journal's prefix before each line. */
export function readOwnLog(text: string): Capture {
  const datagrams: Datagram[] = [];
  const flaws: Flaw[] = [];
  for (const [i, whole] of text.split("\n").entries()) {
    const start = whole.indexOf(MARK);
    if (start < 0) continue;
    const line = i + 1;
    const { time, got, sent } = fieldsIn(whole.slice(start));
    const message = got ?? sent;
    const at = Date.parse(String(time));
    if (typeof message !== "string" || Number.isNaN(at)) {
      flaws.push({ line, text: "a line of the log that is cut short" });
      continue;
    }
    const [source, target] = got === undefined ? [PANEL, PBX] : [PBX, PANEL];
    datagrams.push({ at, source, target, bytes: Buffer.from(message), line });
  }
  return { datagrams, flaws };
}

/** The file was read with one character a byte. */
function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(text, "latin1").toString("utf8")) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
