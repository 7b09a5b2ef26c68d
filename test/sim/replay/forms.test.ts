import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Datagram } from "../../../sim/replay/datagram.ts";
import { readCapture } from "../../../sim/replay/read-capture.ts";

const FOLDER = new URL("../../captures/", import.meta.url);
const bytesOf = (text: string) => Buffer.from(text, "latin1");
const read = (text: string) => readCapture(bytesOf(text));
const arrows = (file: string) => readCapture(readFileSync(new URL(file, FOLDER)));
const START = Date.parse("2026-03-02T23:59:59.800Z");

/** With a dialog's report, one of a list, SDP, and a sipfrag. */
const FILES = ["02-subscribe-idle.sip", "sub-rls-blflist-initial.sip", "pickup-e-3pcc-blind.sip"];
const COLUMNS = [
  "frame.time_epoch ip.src ipv6.src ip.dst ipv6.dst udp.srcport tcp.srcport udp.dstport tcp.dstport udp.payload tcp.payload",
].flatMap((names) => names.split(" "));

function ownLog(datagrams: readonly Datagram[]): string {
  const lines = datagrams.map(({ at, source, bytes }) => {
    const time = new Date(START + at).toISOString();
    const way = source === "asterisk" ? "got" : "sent";
    return `Mar 02 host blfd[7]: ${JSON.stringify({ level: "trace", time, [way]: bytes.toString(), msg: "SIP" })}\n`;
  });
  return `{"level":"info","msg":"running"}\n${lines.join("")}`;
}

function asteriskLog(datagrams: readonly Datagram[], lineEnd: string): string {
  return datagrams
    .map(({ at, source, target, bytes }) => {
      const time = new Date(START + at).toISOString().slice(11, 23);
      const sent = source === "asterisk";
      const verb = sent ? "Transmitting" : "Received";
      const how = `${verb} SIP request (${bytes.length} bytes) ${sent ? "to" : "from"} UDP:${sent ? target : source}`;
      const text = bytes.toString("latin1").replaceAll("\r\n", lineEnd);
      return `[${time}] VERBOSE[7] res_pjsip_logger.c: <--- ${how} --->\n${text}\n[${time}] VERBOSE[8] app.c: else\n`;
    })
    .join("");
}

function tsharkRow(at: number, from: string, to: string, protocol: "udp" | "tcp", bytes: Buffer): string {
  const cells: Record<string, string> = {
    "frame.time_epoch": `${((START + at) / 1000).toFixed(6)}000`,
    "ip.src": `192.0.2.${from}`,
    "ip.dst": `192.0.2.${to}`,
    [`${protocol}.srcport`]: `50${from}`,
    [`${protocol}.dstport`]: `50${to}`,
    [`${protocol}.payload`]: bytes.toString("hex"),
  };
  return `${COLUMNS.map((name) => cells[name] ?? "").join("\t")}\n`;
}

const HEADER = `${COLUMNS.join("\t")}\n`;
const told = (datagrams: readonly Datagram[]) => datagrams.map(({ bytes }) => bytes.toString("latin1"));
/** Between messages, in whole milliseconds. */
const steps = (datagrams: readonly Datagram[]) => datagrams.map(({ at }) => Math.round(at - (datagrams[0]?.at ?? 0)));

describe.each(FILES)("the same conversation in every form: %s", (file) => {
  const { datagrams } = arrows(file);
  const begun = steps(datagrams);

  test("our own log, as a journal shows it", () => {
    const capture = read(Buffer.from(ownLog(datagrams)).toString("latin1"));
    expect(capture.flaws).toEqual([]);
    expect(told(capture.datagrams)).toEqual(told(datagrams));
    expect(steps(capture.datagrams)).toEqual(begun);
  });

  test.each([
    ["as it was sent", "\r\n"],
    ["with line ends of the machine's", "\n"],
  ])("Asterisk's log, %s, over midnight", (_, lineEnd) => {
    const capture = read(asteriskLog(datagrams, lineEnd));
    expect(capture.flaws).toEqual([]);
    expect(told(capture.datagrams)).toEqual(told(datagrams));
    expect(steps(capture.datagrams)).toEqual(begun);
  });

  test("tshark's text of datagrams", () => {
    const rows = datagrams.map(({ at, source, bytes }) =>
      source === "asterisk" ? tsharkRow(at, "1", "2", "udp", bytes) : tsharkRow(at, "2", "1", "udp", bytes),
    );
    const capture = read(HEADER + rows.join(""));
    expect(capture.flaws).toEqual([]);
    expect(told(capture.datagrams)).toEqual(told(datagrams));
    expect(steps(capture.datagrams)).toEqual(begun);
  });

  test("tshark's text of a stream that is cut anywhere, and begins within a message", () => {
    const stream = Buffer.concat([...datagrams.map(({ bytes }) => bytes)]);
    const parts = [bytesOf("…the end of a message\r\n\r\n")];
    for (let at = 0; at < stream.length; at += 700) parts.push(stream.subarray(at, at + 700));
    const capture = read(HEADER + parts.map((part, i) => tsharkRow(i, "1", "2", "tcp", part)).join(""));
    expect(capture.flaws).toEqual([]);
    expect(told(capture.datagrams)).toEqual(told(datagrams));
  });
});

describe("what is not whole", () => {
  const [first, second] = arrows("02-subscribe-idle.sip").datagrams.slice(-2);
  if (!first || !second) throw new Error("there is a report and its answer");

  test("a message that is cut short is told with its line, and the rest is read", () => {
    const cut = first.bytes.toString("latin1").slice(0, -40);
    const capture = read(
      `==== 0.0 panel1 <-- asterisk\n${cut}\n==== 0.1 panel1 --> asterisk\n${second.bytes.toString("latin1")}`,
    );
    expect(capture.flaws).toEqual([
      { line: 1, text: expect.stringMatching(/^a message cut short: its body has fewer than the \d+ bytes/) },
    ]);
    expect(told(capture.datagrams)).toEqual(told([second]));
  });

  test("two messages in one packet, which Asterisk writes whole for each", () => {
    const packet = first.bytes.toString("latin1") + second.bytes.toString("latin1");
    const mark = (size: number) => `<--- Received SIP request (${size} bytes) from TCP:192.0.2.2:5060 --->\n`;
    const capture = read(`${mark(first.bytes.length)}${packet}\n${mark(second.bytes.length)}${packet}\n`);
    expect(told(capture.datagrams)).toEqual(told([first, second]));
    expect(capture.flaws).toEqual([{ line: 1, text: expect.stringMatching(/^no time stands/) }]);
  });

  test("a log whose last line is cut", () => {
    const log = ownLog([first, second]);
    const capture = read(log.slice(0, -30));
    expect(capture.flaws).toEqual([{ line: 3, text: "a line of the log that is cut short" }]);
    expect(capture.datagrams).toHaveLength(1);
  });

  test("a capture file itself: how a text is made of it", () => {
    expect(() => readCapture(Buffer.from("d4c3b2a102000400", "hex"))).toThrow(
      /make a text of it: tshark -r FILE\.pcap/,
    );
  });

  test("anything else: what would be read", () => {
    expect(() => read("hello")).toThrow(
      /no conversation in a form that is known.*--log trace.*pjsip set logger on.*tshark/,
    );
  });
});
