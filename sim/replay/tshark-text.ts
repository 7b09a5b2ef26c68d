import type { Millis } from "../../firmware/domain/millis.ts";
import { StreamFramer } from "../sip/stream-framer.ts";
import type { Capture, Datagram, Flaw } from "./datagram.ts";

/**
 * Makes of a capture file the text that is read here: whole payloads, so that nothing depends on what tshark makes of SIP, or
 * on the port that it is spoken at.
 */
export const TSHARK =
  "tshark -r FILE.pcap -Y '(udp contains \"SIP/2.0\" or tcp.len > 0) and not tcp.analysis.retransmission' " +
  "-T fields -E header=y -e frame.time_epoch -e ip.src -e ipv6.src -e ip.dst -e ipv6.dst " +
  "-e udp.srcport -e tcp.srcport -e udp.dstport -e tcp.dstport -e udp.payload -e tcp.payload";

const FIRST = "frame.time_epoch\t";
/** What a SIP message begins with, where a stream may begin anywhere. */
const BEGINNING = /^(?:SIP\/2\.0 \d{3} |[A-Z]+ [a-z]+:\S+ SIP\/2\.0\r\n)/;

export const isTsharkText = (text: string): boolean => text.startsWith(FIRST);

/** The text that TSHARK makes. */
export function readTsharkText(text: string): Capture {
  const [header = "", ...rows] = text.split(/\r?\n/);
  const names = header.split("\t");
  const datagrams: Datagram[] = [];
  const flaws: Flaw[] = [];
  const streams = new Map<string, Stream>();
  for (const [i, row] of rows.entries()) {
    if (row === "") continue;
    const line = i + 2;
    const cells = row.split("\t");
    // Of a packet within another one, the inner.
    const cell = (name: string): string => cells[names.indexOf(name)]?.split(",").at(-1) ?? "";
    const either = (one: string, other: string): string => cell(one) || cell(other);
    const at = timeOf(cell("frame.time_epoch"));
    const source = `${either("ip.src", "ipv6.src")} ${either("udp.srcport", "tcp.srcport")}`;
    const target = `${either("ip.dst", "ipv6.dst")} ${either("udp.dstport", "tcp.dstport")}`;
    const payload = either("udp.payload", "tcp.payload").replaceAll(":", "");
    if (Number.isNaN(at) || payload === "" || !/^(?:[0-9a-f]{2})+$/i.test(payload)) {
      flaws.push({ line, text: "a packet without its time or payload: was it made by the command of the help?" });
      continue;
    }
    const bytes = Buffer.from(payload, "hex");
    if (cell("tcp.payload") === "") {
      datagrams.push({ at, source, target, bytes, line });
      continue;
    }
    const way = `${source} ${target}`;
    const stream = streams.get(way) ?? new Stream();
    streams.set(way, stream);
    const { messages, why } = stream.push(bytes);
    for (const message of messages) datagrams.push({ at, source, target, bytes: message, line });
    if (why !== undefined) flaws.push({ line, text: `TCP from ${source.replace(" ", " port ")}: ${why}` });
  }
  return { datagrams, flaws };
}

/** One way of a TCP connection. What is no SIP on it is passed over. */
class Stream {
  #framer: StreamFramer | undefined;

  push(bytes: Buffer): { readonly messages: readonly Buffer[]; readonly why?: string } {
    if (this.#framer === undefined) {
      if (!BEGINNING.test(bytes.toString("latin1"))) return { messages: [] };
      this.#framer = new StreamFramer();
    }
    try {
      return { messages: this.#framer.push(bytes) };
    } catch (error) {
      this.#framer = undefined;
      return { messages: [], why: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** Seconds, or what newer versions write. */
function timeOf(cell: string): Millis {
  return /^\d+(\.\d+)?$/.test(cell) ? Number(cell) * 1000 : Date.parse(cell.replace(/(\.\d{3})\d+/, "$1"));
}
