import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc16 } from "../../../drivers/sidecar/crc16.ts";
import { Decoder } from "../../../drivers/sidecar/decoder.ts";
import { fromModule } from "../../../drivers/sidecar/message.ts";

const whole = (text: string): string => `${text}*${crc16(text)}`;
const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

describe("a message of a module", () => {
  it("is read in all its kinds", () => {
    expect(fromModule(whole("<0 HELLO 9 1 24 red,green flash,wink 3,4"))).toEqual({
      id: 0,
      verb: "HELLO",
      seq: 9,
      keys: 24,
      colours: ["red", "green"],
      cadences: ["flash", "wink"],
      closed: [3, 4],
      dims: false,
    });
    expect(fromModule(whole("<0 HELLO 9 1 4 red - - dim"))).toMatchObject({ dims: true });
    expect(fromModule(whole("<0 HELLO 9 1 4 red - - beep,dim"))).toMatchObject({ dims: true });
    expect(fromModule(whole("<0 HELLO 9 1 4 red - - beep"))).toMatchObject({ dims: false });
    expect(fromModule(whole("<7 HELLO 9 1 2 white - -"))).toMatchObject({
      colours: ["white"],
      cadences: [],
      closed: [],
    });
    // A newer module has patterns that are not known here.
    expect(fromModule(whole("<0 HELLO 9 1 4 red sparkle,flash -"))).toMatchObject({ cadences: ["flash"] });
    expect(fromModule(whole("<99 ACK 255"))).toEqual({ id: 99, verb: "ACK", seq: 255 });
    expect(fromModule(whole("<0 NAK 0 hello"))).toEqual({ id: 0, verb: "NAK", seq: 0, why: "hello" });
    expect(fromModule(whole("<1 KEY 0 64 up 9999"))).toEqual({
      id: 1,
      verb: "KEY",
      number: 0,
      key: 64,
      closed: false,
      age: 9999,
    });
  });

  it.each([
    "<0 ACK 256",
    "<0 ACK 01",
    "<00 ACK 1",
    "<100 ACK 1",
    "<0 ACK",
    "<0 ACK 1 2",
    "<0  ACK 1",
    ">0 ACK 1",
    "<0 KEY 1 0 down 0",
    "<0 KEY 1 65 down 0",
    "<0 KEY 1 2 pressed 0",
    "<0 KEY 1 2 down 10000",
    "<0 KEY 1 2 down",
    "<0 HELLO 1 1 0 red - -",
    "<0 HELLO 1 1 65 red - -",
    "<0 HELLO 1 1 4 - - -",
    "<0 HELLO 1 1 4 pink - -",
    "<0 HELLO 1 1 4 red FLASH -",
    "<0 HELLO 1 1 4 red flash,,wink -",
    "<0 HELLO 1 1 4 red - 5",
    "<0 HELLO 1 1 4 red - - dim dim",
    "<0 HELLO 1 1 4 red - 1,",
    "<0 HELLO 1 2 4 red - -",
    "<0 PING 1 0",
  ])("is not %j", (text) => {
    expect(fromModule(whole(text))).toBeUndefined();
  });

  it("is nothing with one of its bytes changed", () => {
    const text = whole("<0 HELLO 9 1 24 red,green flash,wink 3,4");
    for (let i = 0; i < text.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        const other = String.fromCharCode(text.charCodeAt(i) ^ (1 << bit));
        expect(fromModule(text.slice(0, i) + other + text.slice(i + 1))).toBeUndefined();
      }
    }
  });
});

describe("the decoder", () => {
  const MESSAGE = `${whole("<0 ACK 5")}\n`;

  it("finds each message in whatever pieces it comes, after whatever came before", () => {
    const noise = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, fc.integer({ min: 1, max: 9 })), { maxLength: 8 }), (parts) => {
        const decoder = new Decoder();
        let found = 0;
        for (const [before, size] of parts) {
          const all = Buffer.concat([before, bytes(MESSAGE)]);
          for (let at = 0; at < all.length; at += size) found += decoder.take(all.subarray(at, at + size)).length;
          expect(decoder.junk).toBe(0);
        }
        expect(found).toBe(parts.length);
      }),
    );
  });

  it("takes CR LF for an end of line, too", () => {
    expect(new Decoder().take(bytes(MESSAGE.replace("\n", "\r\n")))).toHaveLength(1);
  });

  it("counts what makes no sense, until something does", () => {
    const decoder = new Decoder();
    decoder.take(bytes("login: "));
    expect([decoder.junk, decoder.words]).toEqual([7, "login: "]);
    decoder.take(bytes("\xff\n<0 AC\n"));
    expect([decoder.junk, decoder.words]).toEqual([13, undefined]);
    decoder.take(bytes(MESSAGE));
    expect([decoder.junk, decoder.words]).toEqual([0, undefined]);
  });

  it("does not grow with a line that never ends", () => {
    const decoder = new Decoder();
    for (let i = 0; i < 1000; i++) decoder.take(bytes("<".padEnd(1000, "x")));
    expect(decoder.junk).toBeGreaterThan(900_000);
    expect(decoder.words).toHaveLength(24);
  });
});
