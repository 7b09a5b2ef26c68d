import { expect, test } from "vitest";
import type { LegEvents } from "../../firmware/sip/agent.ts";
import { Leg, type LegHost } from "../../firmware/sip/leg.ts";
import { silentOffer } from "../../firmware/sip/media.ts";
import { legInbox } from "./raw/rig.ts";
import { Wire } from "./raw/wire.ts";

const CONTACT = "Contact: <sip:far@192.0.2.1>";

/** A call that rings while the link is lost. */
function lost(late: boolean) {
  const wire = new Wire();
  const { inbox, events } = legInbox();
  const heard: string[] = [];
  const more: Partial<LegEvents> = late ? { answeredLate: () => heard.push("answered late") } : {};
  const links: ((up: boolean) => void)[] = [];
  const host: LegHost = {
    ...wire.legHost,
    onLink: (listener) => {
      links.push(listener);
      return () => undefined;
    },
  };
  const spec = {
    callId: "c",
    localTag: "near",
    target: "sip:**101@pbx",
    routes: [],
    headers: [],
    sdp: silentOffer("192.0.2.7"),
  };
  const leg = new Leg(host, spec, { ...events, ...more });
  leg.start();
  wire.answer(wire.last("INVITE"), 180, [CONTACT]);
  leg.lost();
  for (const up of links) up(true);
  return { wire, inbox, heard };
}

test("a call in progress has failed when the link is lost, and an answer after that is ended", () => {
  const { wire, inbox } = lost(false);
  expect(inbox.all.at(-1)).toMatchObject({ kind: "rejected", status: 503 });
  expect(wire.count("CANCEL")).toBe(1);
  wire.answer(wire.last("INVITE"), 200, [CONTACT]);
  expect(wire.count("BYE")).toBe(1);
  wire.stack.reset();
});

test("where a late answer is of use, it is waited for: whom the PBX gave us is not hung up on", () => {
  const { wire, inbox, heard } = lost(true);
  expect(wire.count("CANCEL")).toBe(1);
  expect(inbox.all.map(({ kind }) => kind)).toEqual(["progress"]);
  wire.answer(wire.last("INVITE"), 200, [CONTACT]);
  expect([heard, wire.count("ACK"), wire.count("BYE")]).toEqual([["answered late"], 1, 0]);
  expect(wire.clock.pending).toBe(0);
  wire.stack.reset();
});

test("and no longer than for the answer to a CANCEL", () => {
  const { wire, inbox } = lost(true);
  wire.clock.advance(32_000);
  expect(inbox.all.at(-1)).toMatchObject({ kind: "rejected", status: 408 });
  wire.stack.reset();
});
