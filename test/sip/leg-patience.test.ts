import { describe, expect, test } from "vitest";
import { Leg } from "../../firmware/sip/leg.ts";
import { silentOffer } from "../../firmware/sip/media.ts";
import { legInbox } from "./raw/rig.ts";
import { Wire } from "./raw/wire.ts";

const CONTACT = "Contact: <sip:far@192.0.2.1>";

function ringing() {
  const wire = new Wire();
  const { inbox, events } = legInbox();
  const call = { callId: "c", localTag: "near", target: "sip:102@pbx", sdp: silentOffer("192.0.2.7") };
  const spec = { ...call, routes: [], headers: [] };
  const leg = new Leg(wire.legHost, spec, events);
  leg.start();
  wire.answer(wire.last("INVITE"), 180, [CONTACT]);
  return { wire, leg, inbox };
}

describe("a call that rings and is never answered", () => {
  test("has no end of its own", () => {
    const { wire, inbox } = ringing();
    wire.clock.advance(3_600_000);
    expect(inbox.all.map(({ kind }) => kind)).toEqual(["progress"]);
    expect(wire.clock.pending).toBe(0);
    wire.stack.reset();
  });

  test("is over 32 s after a CANCEL that nobody answers (RFC 3261 §9.1)", () => {
    const { wire, leg, inbox } = ringing();
    leg.end();
    expect(wire.count("CANCEL")).toBe(1);
    wire.clock.advance(31_999);
    expect(inbox.all).toHaveLength(1);
    wire.clock.advance(1);
    expect(inbox.all[1]).toMatchObject({ kind: "rejected", status: 408 });
    leg.end();
    wire.stack.reset();
  });

  test("an answer after that is acknowledged and ended, and told to nobody", () => {
    const { wire, leg, inbox } = ringing();
    leg.end();
    wire.clock.advance(32_000);
    wire.answer(wire.last("INVITE"), 200, [CONTACT]);
    expect([wire.count("ACK"), wire.count("BYE")]).toEqual([1, 1]);
    expect(wire.last("BYE").uri).toBe("sip:far@192.0.2.1");
    expect(inbox.all.map(({ kind }) => kind)).toEqual(["progress", "rejected"]);
    wire.stack.reset();
  });

  test.each([200, 487])("an answer of %i in time leaves no timer", (status) => {
    const { wire, leg } = ringing();
    leg.end();
    expect(wire.clock.pending).toBe(1);
    wire.answer(wire.last("INVITE"), status, [CONTACT]);
    expect(wire.clock.pending).toBe(0);
    wire.stack.reset();
  });
});
