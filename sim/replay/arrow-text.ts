import type { Millis } from "../../firmware/domain/millis.ts";
import type { Capture, Datagram, Flaw } from "./datagram.ts";
import { lineCount } from "./line-count.ts";
import { restored } from "./restored.ts";

/**
 * `====    0.001  panel1 <-- asterisk`: seconds, somebody, which way, and the PBX; then the message. Or an arrow alone, which says
 * neither when nor who.
 */
const MARK = /^(?:====[ \t]+(\d+(?:\.\d+)?)[ \t]+(\S+)[ \t]+(-->|<--)[ \t]+(\S+)|(-->|<--))[ \t]*\r?\n/gm;
/** Between two messages where nothing says when they were. */
const UNTIMED: Millis = 100;

export const isArrowText = (text: string): boolean => text.search(MARK) >= 0;

/** Conversations written with arrows between the messages. */
export function readArrowText(text: string): Capture {
  const datagrams: Datagram[] = [];
  const flaws: Flaw[] = [];
  const marks = [...text.matchAll(MARK)];
  const lineOf = lineCount(text);
  for (const [i, mark] of marks.entries()) {
    const [whole, seconds, one = "panel", marked, other = "pbx", alone] = mark;
    const at = seconds === undefined ? i * UNTIMED : Number(seconds) * 1000;
    const line = lineOf(mark.index);
    const message = restored(withXmlEnd(text.slice(mark.index + whole.length, marks[i + 1]?.index)));
    if ("why" in message) flaws.push({ line, text: message.why });
    else {
      const [source, target] = (marked ?? alone) === "-->" ? [one, other] : [other, one];
      datagrams.push({ at, source, target, bytes: message.bytes, line });
    }
  }
  return { datagrams, flaws };
}

/** An empty line follows each message, and stands where its XML had a line end of its own. */
function withXmlEnd(text: string): string {
  return text.replace(/(\r\n\r\n<.*>)\s*$/s, "$1\n");
}
