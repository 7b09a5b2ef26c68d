import type { Capture, Datagram, Flaw } from "./datagram.ts";
import { lineCount } from "./line-count.ts";
import { restored } from "./restored.ts";

/** `====    0.001  panel1 <-- asterisk`: seconds, somebody, which way, and the PBX; then the message. */
const MARK = /^====[ \t]+(\d+(?:\.\d+)?)[ \t]+(\S+)[ \t]+(-->|<--)[ \t]+(\S+)[ \t]*\r?\n/gm;

export const isArrowText = (text: string): boolean => text.search(MARK) >= 0;

/** Conversations written with arrows between the messages. */
export function readArrowText(text: string): Capture {
  const datagrams: Datagram[] = [];
  const flaws: Flaw[] = [];
  const marks = [...text.matchAll(MARK)];
  const lineOf = lineCount(text);
  for (const [i, mark] of marks.entries()) {
    const [whole, at = "", one = "", arrow = "", other = ""] = mark;
    const line = lineOf(mark.index);
    const message = restored(text.slice(mark.index + whole.length, marks[i + 1]?.index));
    if ("why" in message) flaws.push({ line, text: message.why });
    else {
      const [source, target] = arrow === "-->" ? [one, other] : [other, one];
      datagrams.push({ at: Number(at) * 1000, source, target, bytes: message.bytes, line });
    }
  }
  return { datagrams, flaws };
}
