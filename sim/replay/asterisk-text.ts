import type { Millis } from "../../firmware/domain/millis.ts";
import type { Capture, Datagram, Flaw } from "./datagram.ts";
import { lineCount } from "./line-count.ts";
import { restored } from "./restored.ts";

/** `[2026-11-25 22:30:12.345] VERBOSE[7]: <--- Received SIP request (464 bytes) from UDP:192.0.2.7:5060 --->`, with or without a time. */
const MARK = /^(.*)<--- (Received|Transmitting) SIP \w+ \((\d+) bytes\) (?:from|to) \w+:(\S+) --->[ \t]*\r?\n/gm;
const TIME = /(\d\d):(\d\d):(\d\d(?:\.\d+)?)/;
/** Other lines of its log begin with a time in brackets, or as the console's do. */
const NEXT_LINE = /^(?:\[[^\]\n]*\d\d:\d\d:\d\d[^\]\n]*\] |<--- | {2}(?:==|--) )/m;
const BEGINNING = /^(?:SIP\/2\.0 \d{3} |[A-Z]+ \S+ SIP\/2\.0\r?$)/gm;
const DAY: Millis = 86_400_000;
/** Between two messages where nothing says when they were. */
const UNTIMED: Millis = 100;
const PBX = "asterisk";

export const isAsteriskText = (text: string): boolean => text.search(MARK) >= 0;

/** Asterisk's console or log with `pjsip set logger on`. */
export function readAsteriskText(text: string): Capture {
  const datagrams: Datagram[] = [];
  const flaws: Flaw[] = [];
  /** What came last from each peer. Of several messages in one packet of TCP, the whole of that is written for each. */
  const packets = new Map<string, { readonly text: string; readonly nth: number }>();
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
    const packet = withoutLog(text.slice(mark.index + whole.length, marks[i + 1]?.index), Number(size));
    const same = verb === "Received" && packets.get(peer)?.text === packet;
    const nth = same ? (packets.get(peer)?.nth ?? 0) + 1 : 0;
    if (verb === "Received") packets.set(peer, { text: packet, nth });
    const messages = messagesIn(packet);
    const message = restored(messages[nth % messages.length] ?? packet);
    if ("why" in message) flaws.push({ line, text: message.why });
    else {
      const [source, target] = verb === "Received" ? [peer, PBX] : [PBX, peer];
      datagrams.push({ at, source, target, bytes: message.bytes, line });
    }
  }
  return { datagrams, flaws };
}

/** One or more; what looks like the beginning of one may also be part of a body. */
function messagesIn(packet: string): readonly string[] {
  const messages: string[] = [];
  let from = 0;
  for (const { index } of packet.matchAll(BEGINNING)) {
    if (index === from || "why" in restored(packet.slice(from, index))) continue;
    messages.push(packet.slice(from, index));
    from = index;
  }
  return [...messages, packet.slice(from)];
}

/** Without the lines of the log that follow it. Each line end may have lost a byte. */
function withoutLog(text: string, size: number): string {
  const least = text.includes("\r\n") ? size : size - text.slice(0, size).split("\n").length;
  const next = text.slice(least).search(NEXT_LINE);
  return next < 0 ? text : text.slice(0, least + next);
}

function timeIn(prefix: string): Millis | undefined {
  const [, hours, minutes, seconds] = TIME.exec(prefix) ?? [];
  if (hours === undefined) return undefined;
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
}
