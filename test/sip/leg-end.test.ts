import { Timers } from "sip.js/lib/core/index.js";
import { afterEach, describe, expect, test } from "vitest";
import { CHALLENGE, CONTACT, calling, kinds, talking, theirs } from "./raw/call.ts";
import { tcpRig, udpRig } from "./raw/rig.ts";

const FRESH = { ...Timers };
afterEach(() => Object.assign(Timers, FRESH));

describe("ending before the answer", () => {
  test("no CANCEL before the first 1xx, and then at once (RFC 3261 §9.1)", async () => {
    const { leg, pbx, invite, events } = await calling(udpRig());
    leg.end();
    pbx.ask("OPTIONS", "sip:panel1@127.0.0.1", { callId: "q", cseq: 1, fromTag: "q" });
    await pbx.response(200, "OPTIONS");
    expect(pbx.received("CANCEL")).toHaveLength(0);
    pbx.reply(invite, 100, { tag: "" });
    await pbx.request("CANCEL");
    pbx.reply(invite, 180, { headers: [CONTACT] });
    pbx.reply(invite, 487);
    expect(await events.next()).toMatchObject({ kind: "rejected", status: 487 });
    expect(kinds(events)).toEqual(["rejected"]);
  });

  test("a 200 that crosses the CANCEL: ACK, BYE, ended", async () => {
    const { leg, pbx, invite, events } = await calling(udpRig());
    pbx.reply(invite, 180, { headers: [CONTACT] });
    await events.next();
    leg.end();
    await pbx.request("CANCEL");
    pbx.reply(invite, 200, { headers: [CONTACT] });
    await pbx.request("ACK");
    pbx.reply(await pbx.request("BYE"), 200);
    expect(await events.next()).toEqual({ kind: "ended", by: "us" });
    expect(kinds(events)).toEqual(["progress", "ended"]);
  });

  test("a 200 without any 1xx before: the same", async () => {
    const { leg, pbx, invite, events } = await calling(udpRig());
    leg.end();
    pbx.reply(invite, 200, { headers: [CONTACT] });
    await pbx.request("ACK");
    pbx.reply(await pbx.request("BYE"), 200);
    expect(await events.next()).toEqual({ kind: "ended", by: "us" });
    expect(pbx.received("CANCEL")).toHaveLength(0);
  });

  test("a challenge that crosses the end is not answered", async () => {
    const { leg, pbx, invite, events } = await calling(udpRig());
    leg.end();
    pbx.reply(invite, 401, { headers: [CHALLENGE] });
    expect(await events.next()).toMatchObject({ kind: "rejected", status: 487 });
    expect(pbx.received("INVITE")).toHaveLength(1);
  });

  test("after a challenge it is the second INVITE that is cancelled", async () => {
    const { leg, pbx, invite, events } = await calling(udpRig());
    pbx.reply(invite, 401, { headers: [CHALLENGE] });
    const second = await pbx.request("INVITE");
    pbx.reply(second, 180, { headers: [CONTACT] });
    await events.next();
    leg.end();
    const cancel = await pbx.request("CANCEL");
    expect([cancel.branch, cancel.cseq]).toEqual([second.branch, second.cseq]);
  });
});

describe("ending a call that is up", () => {
  test("without an answer to BYE it is over all the same", async () => {
    Object.assign(Timers, { TIMER_F: 150 });
    const { leg, events } = await talking(udpRig());
    leg.end();
    expect(await events.next()).toEqual({ kind: "ended", by: "us" });
  });

  test("BYE from both sides at once is told once", async () => {
    const call = await talking(udpRig());
    call.leg.end();
    const bye = await call.pbx.request("BYE");
    theirs(call, "BYE", 1);
    await call.pbx.response(200, "BYE");
    expect(await call.events.next()).toEqual({ kind: "ended", by: "them" });
    call.pbx.reply(bye, 481);
    call.pbx.ask("OPTIONS", "sip:panel1@127.0.0.1", { callId: "q", cseq: 1, fromTag: "q" });
    await call.pbx.response(200, "OPTIONS");
    expect(kinds(call.events)).toEqual(["accepted", "ended"]);
  });

  test("with the link down it is over here at once, and at the PBX as soon as it is back", async () => {
    const { leg, events, pbx, link } = await talking(tcpRig());
    pbx.hangUp();
    await link.next(({ up }) => !up);
    expect(kinds(events)).toEqual(["accepted"]);
    leg.end();
    expect(await events.next()).toEqual({ kind: "ended", by: "us" });
    await link.next(({ up }) => up);
    pbx.reply(await pbx.request("BYE"), 200);
    pbx.hangUp();
    await link.next(({ up }) => !up);
    await link.next(({ up }) => up);
    pbx.ask("OPTIONS", "sip:panel1@127.0.0.1", { callId: "q", cseq: 1, fromTag: "q" });
    await pbx.response(200, "OPTIONS");
    expect(pbx.received("BYE")).toHaveLength(1);
    expect(kinds(events)).toEqual(["accepted", "ended"]);
  });
});
