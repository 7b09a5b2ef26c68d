import type { Millis } from "../../firmware/domain/millis.ts";
import type { Capture, Datagram, Flaw } from "./datagram.ts";
import { lineCount } from "./line-count.ts";
import { restored } from "./restored.ts";

/** `[2026-11-25 22:30:12.345] VERBOSE[7]: <--- Received SIP request (464 bytes) from UDP:192.0.2.7:5060 --->`, with or without a time. */
const MARK = /^(.*)<--- (Received|Transmitting) SIP \w+ \((\d+) bytes\) (?:from|to) \w+:(\S+) --->[ \t]*\r?\n/gm;
const TIME = /(\d\d):(\d\d):(\d\d(?:\.\d+)?)/;
/** Other lines of its log begin with a time in brackets, or as the console's do. */
const NEXT_LINE = /^(?:\[[^\]\n]*\d\d:\d\d:\d\d[^\]\n]*\] |<--- | {2}(?:==|--) )/m;
const DAY: Millis = 86_400_000;
/** Between two messages where nothing says when they were. */
const UNTIMED: Millis = 100;
const PBX = "asterisk";

export const isAsteriskText = (text: string): boolean => text.search(MARK) >= 0;

/** Asterisk's console or log with `pjsip set logger on`. */
export function readAsteriskText(text: string): Capture {
  const datagrams: Datagram[] = [];
  const flaws: Flaw[] = [];
  let at: Millis = 0;
  let day: Millis = 0;
  const marks = [...text.matchAll(MARK)];
  const lineOf = lineCount(text);
  if (marks.length > 0 && !marks.some(([, prefix = ""]) => TIME.test(prefix))) {
    flaws.push({ line: 1, text: `no time stands before any message: ${UNTIMED} ms are taken for each` });
  }
  for (const [i, mark] of marks.entries()) {
    const [whole, prefix = "", verb = "", size = "", peer = ""] = mark;
    const line = lineOf(mark.index);
    const time = timeIn(prefix);
    if (time === undefined) at += UNTIMED;
    else {
      // Only a midnight turns a clock back so far.
      if (day + time < at - DAY / 2) day += DAY;
      at = day + time;
    }
    const message = restored(messageIn(text.slice(mark.index + whole.length, marks[i + 1]?.index), Number(size)));
    if ("why" in message) flaws.push({ line, text: message.why });
    else {
      const [source, target] = verb === "Received" ? [peer, PBX] : [PBX, peer];
      datagrams.push({ at, source, target, bytes: message.bytes, line });
    }
  }
  return { datagrams, flaws };
}

/** Without the lines of the log that follow it. */
function messageIn(text: string, size: number): string {
  const next = text.slice(size).search(NEXT_LINE);
  return next < 0 ? text : text.slice(0, size + next);
}

function timeIn(prefix: string): Millis | undefined {
  const [, hours, minutes, seconds] = TIME.exec(prefix) ?? [];
  if (hours === undefined) return undefined;
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
}
