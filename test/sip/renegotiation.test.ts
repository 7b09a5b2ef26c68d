import { IncomingRequestMessage } from "sip.js/lib/core/index.js";
import { describe, expect, test } from "vitest";
import { silentOffer } from "../../firmware/sip/media.ts";
import { Renegotiation } from "../../firmware/sip/renegotiation.ts";
import { Wire } from "./raw/wire.ts";

const SDP = silentOffer("192.0.2.7");

function reinvite(wire: Wire, cseq: number): IncomingRequestMessage {
  const message = wire.stack.parse(
    [
      "INVITE sip:panel1@192.0.2.7:4000 SIP/2.0",
      `Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK${cseq}`,
      "From: <sip:102@pbx>;tag=far",
      "To: <sip:panel1@pbx>;tag=near",
      "Call-ID: c",
      `CSeq: ${cseq} INVITE`,
      "Contact: <sip:102@192.0.2.1>",
      "Content-Length: 0",
      "\r\n",
    ].join("\r\n"),
  );
  if (!(message instanceof IncomingRequestMessage)) throw new Error("not a request");
  return message;
}

function made() {
  const wire = new Wire();
  const unheard: number[] = [];
  const renegotiation = new Renegotiation(wire.legHost, SDP, () => unheard.push(wire.clock.now()));
  return { wire, renegotiation, unheard };
}

describe("our 200 to a re-INVITE (RFC 3261 §13.3.1.4)", () => {
  test("is repeated after 0.5 s, 1 s, 2 s and then each 4 s until its ACK", () => {
    const { wire, renegotiation, unheard } = made();
    const at: number[] = [];
    expect(renegotiation.take(reinvite(wire, 1))).toBe(true);
    for (let t = 100; t <= 12_000; t += 100) {
      const before = wire.sent.length;
      wire.clock.advance(100);
      if (wire.sent.length > before) at.push(t);
    }
    expect(at).toEqual([500, 1_500, 3_500, 7_500, 11_500]);
    expect(new Set(wire.sent.map(({ text }) => text)).size).toBe(1);
    renegotiation.acknowledged(2);
    expect(wire.clock.pending).toBe(1);
    renegotiation.acknowledged(1);
    expect(wire.clock.pending).toBe(0);
    expect(unheard).toEqual([]);
  });

  test("without any ACK the call is given up after 32 s", () => {
    const { wire, renegotiation, unheard } = made();
    renegotiation.take(reinvite(wire, 1));
    wire.clock.advance(60_000);
    expect(unheard).toEqual([32_000]);
    expect(wire.clock.pending).toBe(0);
  });

  test("gives way to that for the next one, and to the end of the call", () => {
    const { wire, renegotiation } = made();
    renegotiation.take(reinvite(wire, 1));
    renegotiation.take(reinvite(wire, 2));
    expect(wire.clock.pending).toBe(1);
    renegotiation.stop();
    expect(wire.clock.pending).toBe(0);
  });
});
