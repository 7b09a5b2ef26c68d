import { describe, expect, test } from "vitest";
import type { LegEvents } from "../../firmware/sip/agent.ts";
import { Leg, type LegSpec } from "../../firmware/sip/leg.ts";
import { silentOffer } from "../../firmware/sip/media.ts";
import { udpRig } from "./raw/rig.ts";
import { Wire } from "./raw/wire.ts";

const CONTACT = "Contact: <sip:far@192.0.2.1>";

/** A call that takes somebody, on a wire in memory. */
function taking(spec: Partial<LegSpec> = {}, late = true) {
  const wire = new Wire();
  const told: string[] = [];
  const events: LegEvents = {
    accepted: ({ status }) => told.push(`accepted ${status}`),
    rejected: ({ status }) => told.push(`rejected ${status}`),
    sipfrag: () => undefined,
    ended: (by) => told.push(`ended by ${by}`),
    ...(late && { answeredLate: ({ status }) => told.push(`late ${status}`) }),
  };
  const call = { callId: "c/1@x", localTag: "near", target: "sip:**101@pbx", sdp: silentOffer("192.0.2.7") };
  const leg = new Leg(wire.legHost, { ...call, routes: [], headers: [], ...spec }, events);
  leg.start();
  const invite = wire.last("INVITE");
  wire.answer(invite, 180, [CONTACT]);
  return { wire, leg, told, invite };
}

describe("a call that was given up and is answered all the same", () => {
  test("is acknowledged, and is up for its owner to transfer and to end", async () => {
    const { wire, leg, told, invite } = taking();
    leg.end();
    expect(wire.count("CANCEL")).toBe(1);
    wire.answer(invite, 200, [CONTACT]);
    expect(told).toEqual(["late 200"]);
    expect([wire.count("ACK"), wire.count("BYE"), wire.clock.pending]).toEqual([1, 0, 0]);
    const referred: number[] = [];
    leg.refer("sip:101@pbx", ({ status }) => referred.push(status));
    wire.answer(wire.last("REFER"), 202);
    expect(referred).toEqual([202]);
    leg.end();
    leg.end();
    expect(wire.count("BYE")).toBe(1);
    wire.answer(wire.last("BYE"), 200);
    expect(told).toEqual(["late 200", "ended by us"]);
    wire.stack.reset();
  });

  test("is not told as refused 32 s later", () => {
    const { wire, leg, told, invite } = taking();
    leg.end();
    wire.answer(invite, 200, [CONTACT]);
    wire.clock.advance(60_000);
    expect(told).toEqual(["late 200"]);
    wire.stack.reset();
  });

  test("is ended where its owner does not want it", () => {
    const { wire, leg, told, invite } = taking({}, false);
    leg.end();
    wire.answer(invite, 200, [CONTACT]);
    wire.answer(wire.last("BYE"), 200);
    expect(told).toEqual(["ended by us"]);
    wire.stack.reset();
  });

  test("a second phone that answers, too, is sent away", () => {
    const { wire, leg, told, invite } = taking();
    leg.end();
    wire.answer(invite, 200, [CONTACT], "one");
    wire.answer(invite, 200, [CONTACT], "two");
    expect(told).toEqual(["late 200"]);
    expect(wire.sent.filter(({ method }) => method === "BYE").map((bye) => bye.tag("To"))).toEqual(["two"]);
    wire.stack.reset();
  });
});

describe("what names a call for Replaces (RFC 3891)", () => {
  test("the tags as the PBX sees them, escaped (RFC 3261 §19.1.1), while it is up and not longer", () => {
    const { wire, leg, invite } = taking({ target: "sip:*80102@pbx;transport=tcp" });
    expect(leg.replaceable).toBeUndefined();
    wire.answer(invite, 200, [CONTACT], "far");
    expect(leg.replaceable).toBe("sip:*80102@pbx;transport=tcp?Replaces=c%2F1%40x%3Bto-tag%3Dfar%3Bfrom-tag%3Dnear");
    leg.end();
    expect(leg.replaceable).toBeUndefined();
    wire.stack.reset();
  });
});

describe("the way of a call whose target is not at the PBX", () => {
  const ROUTES = ["<sip:pbx;lr>"];

  test("is the same for INVITE, CANCEL and the ACK of a refusal (RFC 3261 §9.1, §17.1.1.3)", () => {
    const { wire, leg, invite } = taking({ target: "sip:100@192.0.2.9", routes: ROUTES });
    leg.end();
    const cancel = wire.last("CANCEL");
    wire.answer(cancel, 200);
    wire.answer(invite, 487);
    expect([invite, cancel, wire.last("ACK")].map((message) => message.headers("Route"))).toEqual([
      ROUTES,
      ROUTES,
      ROUTES,
    ]);
    wire.stack.reset();
  });

  test("is, once it is answered, what the answer says", () => {
    const { wire, invite, leg } = taking({ target: "sip:100@192.0.2.9", routes: ROUTES });
    wire.answer(invite, 200, [CONTACT, "Record-Route: <sip:r1;lr>", "Record-Route: <sip:r2;lr>"]);
    leg.end();
    expect(wire.last("BYE").headers("Route")).toEqual(["<sip:r2;lr>", "<sip:r1;lr>"]);
    wire.stack.reset();
  });

  test("leads by the PBX, and needs no word where the PBX is the target", async () => {
    const { agent, pbx } = await udpRig();
    const events: LegEvents = { accepted() {}, rejected() {}, sipfrag() {}, ended() {} };
    agent.invite("sip:100@192.0.2.9:5062", [], "v=0\r\n", events);
    const elsewhere = await pbx.request("INVITE");
    expect(elsewhere.uri).toBe("sip:100@192.0.2.9:5062");
    expect(elsewhere.headers("Route")).toEqual([`<sip:127.0.0.1:${pbx.port};lr>`]);
    agent.invite(agent.uri("#77"), [], "v=0\r\n", events);
    expect((await pbx.request("INVITE")).headers("Route")).toEqual([]);
  });
});
