import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Framer } from "../../../firmware/sip/transport/framer.ts";
import { capturedMessages } from "../capture.ts";
import { wireRequest } from "../wire-message.ts";

interface Seen {
  readonly framer: Framer;
  readonly story: string[];
}

function framer(): Seen {
  const story: string[] = [];
  const events = {
    message: (bytes: Buffer) => story.push(bytes.toString()),
    ping: () => story.push("ping"),
    pong: () => story.push("pong"),
    oversize: (bytes: number) => story.push(`oversize ${bytes}`),
    nonsense: (why: string) => story.push(`nonsense: ${why}`),
  };
  return { framer: new Framer(events), story };
}

function story(...chunks: (string | Buffer)[]): string[] {
  const seen = framer();
  for (const chunk of chunks) seen.framer.push(Buffer.from(chunk));
  return seen.story;
}

const one = wireRequest({ body: "grüße\r\n\r\n" });
const two = wireRequest({ cseq: 8 });

describe("Framer", () => {
  it("finds a message whole, with a body of bytes and not of letters", () => {
    expect(story(one)).toEqual([one]);
    expect(story(two)).toEqual([two]);
  });

  it("finds two in one chunk, and one in two", () => {
    expect(story(one + two)).toEqual([one, two]);
    expect(story(one + two.slice(0, 9), two.slice(9))).toEqual([one, two]);
  });

  it("finds the same wherever the stream is cut", () => {
    const stream = Buffer.from(`${one}${two}${one}`);
    for (let cut = 1; cut < stream.length; cut++) {
      expect(story(stream.subarray(0, cut), stream.subarray(cut))).toEqual([one, two, one]);
    }
  });

  it("finds the same in any pieces, down to single bytes", () => {
    const messages = capturedMessages()
      .slice(0, 40)
      .map(({ text }) => text)
      .filter((text) => story(text)[0] === text);
    expect(messages.length).toBeGreaterThan(10);
    const stream = Buffer.from(messages.join("\r\n\r\n"));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const seen = framer();
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          seen.framer.push(stream.subarray(at, at + size));
          at += size;
        }
        expect(seen.story.filter((entry) => entry !== "ping" && entry !== "pong")).toEqual(messages);
      }),
      { numRuns: 60 },
    );
  });

  it("tells pings and pongs between messages", () => {
    expect(story("\r\n\r\n")).toEqual(["ping"]);
    expect(story("\r\n")).toEqual(["pong"]);
    expect(story("\r\n\r", "\n")).toEqual(["ping"]);
    expect(story("\r", "\n")).toEqual(["pong"]);
    expect(story(`${two}\r\n\r\n\r\n${one}\r\n`)).toEqual([two, "ping", "pong", one, "pong"]);
  });

  it("takes the compact Content-Length, and two that agree", () => {
    const compact = two.replace("Content-Length: 0", "l : 0");
    const twice = two.replace("Content-Length: 0", "Content-Length: 0\r\nl: 0");
    expect(story(compact + twice)).toEqual([compact, twice]);
  });

  it.each([
    ["no Content-Length", two.replace(/Content-Length: .*\r\n/, "")],
    ["one that is no number", two.replace("Content-Length: 0", "Content-Length: -1")],
    ["one beyond all reason", two.replace("Content-Length: 0", "Content-Length: 999999999")],
    ["two that differ", two.replace("Content-Length: 0", "Content-Length: 0\r\nContent-Length: 5")],
  ])("gives up at %s", (_, text) => {
    expect(story(text, two)).toEqual(["nonsense: no usable Content-Length"]);
  });

  it("gives up at a header section above 16 KB, and not below", () => {
    const padded = (bytes: number) => {
      const empty = wireRequest({ headers: ["X: "] });
      return wireRequest({ headers: [`X: ${"x".repeat(bytes - empty.indexOf("\r\n\r\n"))}`] });
    };
    expect(story(padded(16_384))).toEqual([padded(16_384)]);
    expect(story(padded(16_385))).toEqual(["nonsense: header section too long"]);
    expect(story("x".repeat(20_000), two)).toEqual(["nonsense: header section too long"]);
    const seen = framer();
    for (let i = 0; i < 100; i++) seen.framer.push(Buffer.alloc(1000, "x"));
    expect(seen.story).toEqual(["nonsense: header section too long"]);
  });

  it("leaves a message above 64 KB out and goes on behind it", () => {
    const big = wireRequest({ body: "x".repeat(70_000) });
    expect(story(big + two)).toEqual([`oversize ${big.length}`, two]);
    expect(story(big.slice(0, 40_000), big.slice(40_000), two)).toEqual([`oversize ${big.length}`, two]);
    const fitting = wireRequest({
      body: "x".repeat(65_536 - wireRequest({ body: "x".repeat(10_000) }).length + 10_000),
    });
    expect(fitting).toHaveLength(65_536);
    expect(story(fitting + two)).toEqual([fitting, two]);
  });
});
