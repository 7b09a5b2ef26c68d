import { Timers } from "sip.js/lib/core/index.js";
import { afterEach, describe, expect, test } from "vitest";
import { CHALLENGE, CONTACT, calling, kinds, place, SDP, talking, theirs } from "./raw/call.ts";
import { RawTcpPbx, RawUdpPbx } from "./raw/raw-pbx.ts";
import { type Rig, rig, tcpRig, udpRig } from "./raw/rig.ts";

const FRESH = { ...Timers };
afterEach(() => Object.assign(Timers, FRESH));

describe.each([
  ["UDP", () => rig(new RawUdpPbx())],
  ["TCP", () => rig(new RawTcpPbx())],
] as const)("a call over %s", (_, make: () => Promise<Rig>) => {
  test("is placed, answered, transferred and ended", async () => {
    const made = await make();
    const { agent, pbx } = made;
    const { leg, events } = place(made, agent.uri("*80102"), ["Call-Info: <sip:x>;answer-after=0"]);
    const invite = await pbx.request("INVITE");
    expect(invite.uri).toBe(agent.uri("*80102"));
    expect(invite.header("To")).toBe("<sip:*80102@127.0.0.1>");
    expect(invite.header("From")).toMatch(/^<sip:panel1@127\.0\.0\.1>;tag=\w+$/);
    expect(invite.header("Contact")).toBe(agent.contact);
    expect(invite.header("Call-Info")).toBe("<sip:x>;answer-after=0");
    expect(invite.header("Content-Type")).toBe("application/sdp");
    expect(invite.header("Allow")).toContain("UPDATE");
    expect(invite.header("Session-Expires")).toBe("90;refresher=uac");
    expect(invite.header("Supported")).toBe("timer");
    expect(invite.body).toBe(SDP);

    pbx.reply(invite, 100, { tag: "" });
    pbx.reply(invite, 180, { headers: [CONTACT] });
    expect(await events.next()).toMatchObject({ kind: "progress", status: 180 });
    pbx.reply(invite, 200, { headers: [CONTACT, "Record-Route: <sip:r1;lr>", "Record-Route: <sip:r2;lr>"] });
    const ack = await pbx.request("ACK");
    expect(ack.uri).toBe("sip:far;line=1@127.0.0.1:9");
    expect(ack.header("CSeq")).toBe(`${invite.cseq} ACK`);
    expect(ack.tag("To")).toBe("pbx");
    expect(ack.headers("Route")).toEqual(["<sip:r2;lr>", "<sip:r1;lr>"]);
    expect(ack.branch).not.toBe(invite.branch);
    expect(await events.next()).toMatchObject({ kind: "accepted", status: 200 });

    const answered = new Promise<number>((resolve) => leg.refer(agent.uri("**101"), ({ status }) => resolve(status)));
    const refer = await pbx.request("REFER");
    expect(refer.uri).toBe("sip:far;line=1@127.0.0.1:9");
    expect(refer.header("Refer-To")).toBe(`<${agent.uri("**101")}>`);
    expect(refer.header("Referred-By")).toBe("<sip:panel1@127.0.0.1>");
    expect(refer.header("Contact")).toBe(agent.contact);
    expect(refer.cseq).toBeGreaterThan(invite.cseq);
    expect(refer.headers("Route")).toEqual(["<sip:r2;lr>", "<sip:r1;lr>"]);
    pbx.reply(refer, 202);
    expect(await answered).toBe(202);

    leg.end();
    leg.end();
    const bye = await pbx.request("BYE");
    expect(bye.uri).toBe("sip:far;line=1@127.0.0.1:9");
    expect(bye.cseq).toBeGreaterThan(refer.cseq);
    pbx.reply(bye, 200);
    expect(await events.next()).toEqual({ kind: "ended", by: "us" });
    leg.end();
    expect(kinds(events)).toEqual(["progress", "accepted", "ended"]);
    expect(pbx.received("BYE")).toHaveLength(1);
    expect(pbx.received("CANCEL")).toHaveLength(0);
  });

  test("is cancelled while it rings", async () => {
    const { leg, events, pbx, invite } = await calling(make());
    pbx.reply(invite, 180, { headers: [CONTACT] });
    await events.next();
    leg.end();
    leg.end();
    const cancel = await pbx.request("CANCEL");
    expect(cancel.uri).toBe(invite.uri);
    expect(cancel.branch).toBe(invite.branch);
    expect(cancel.header("CSeq")).toBe(`${invite.cseq} CANCEL`);
    expect(cancel.header("From")).toBe(invite.header("From"));
    expect(cancel.header("To")).toBe(invite.header("To"));
    expect(cancel.headers("Supported")).toEqual([]);
    pbx.reply(cancel, 200);
    pbx.reply(invite, 487);
    const ack = await pbx.request("ACK");
    expect(ack.branch).toBe(invite.branch);
    expect(await events.next()).toMatchObject({ kind: "rejected", status: 487 });
    leg.end();
    expect(pbx.received("CANCEL")).toHaveLength(1);
  });

  test("ends by their BYE", async () => {
    const call = await talking(make());
    theirs(call, "BYE", 1);
    await call.pbx.response(200, "BYE");
    expect(await call.events.next()).toEqual({ kind: "ended", by: "them" });
    call.leg.end();
    const answered = new Promise<number>((resolve) => call.leg.refer("sip:x", ({ status }) => resolve(status)));
    expect(await answered).toBe(481);
    theirs(call, "BYE", 2);
    await call.pbx.response(481, "BYE");
    expect(call.pbx.received("BYE")).toHaveLength(0);
    expect(kinds(call.events)).toEqual(["accepted", "ended"]);
  });
});

describe("placing", () => {
  test("a challenge is answered; the ACK to the answer carries the same credentials", async () => {
    const { events, pbx, invite } = await calling(udpRig());
    pbx.reply(invite, 401, { headers: [CHALLENGE] });
    expect((await pbx.request("ACK")).branch).toBe(invite.branch);
    const second = await pbx.request("INVITE");
    expect(second.cseq).toBe(invite.cseq + 1);
    expect(second.header("Call-ID")).toBe(invite.header("Call-ID"));
    expect(second.tag("From")).toBe(invite.tag("From"));
    expect(second.header("Authorization")).toContain(`uri="${second.uri}"`);
    pbx.reply(second, 200, { headers: [CONTACT] });
    const ack = await pbx.request("ACK");
    expect(ack.cseq).toBe(second.cseq);
    expect(ack.header("Authorization")).toBe(second.header("Authorization"));
    expect(await events.next()).toMatchObject({ kind: "accepted", response: { cseq: second.cseq } });
  });

  test("a wrong password is the second 401", async () => {
    const { events, pbx, invite } = await calling(udpRig());
    pbx.reply(invite, 401, { headers: [CHALLENGE] });
    pbx.reply(await pbx.request("INVITE"), 401, { headers: [CHALLENGE.replace("n1", "n2")] });
    expect(await events.next()).toMatchObject({ kind: "rejected", status: 401 });
    expect(pbx.received("INVITE")).toHaveLength(2);
  });

  test.each([302, 403, 486, 503, 603])("%i is told, and acknowledged", async (status) => {
    const { events, pbx, invite } = await calling(udpRig());
    pbx.reply(invite, status);
    expect((await pbx.request("ACK")).branch).toBe(invite.branch);
    expect(await events.next()).toMatchObject({ kind: "rejected", status });
  });

  test("a session interval that is too small is lengthened, once told by how much (RFC 4028 §7.3)", async () => {
    const { events, pbx, invite } = await calling(udpRig());
    pbx.reply(invite, 422, { headers: ["Min-SE: 180"] });
    const second = await pbx.request("INVITE");
    expect(second.cseq).toBe(invite.cseq + 1);
    expect(second.header("Session-Expires")).toBe("180;refresher=uac");
    expect(second.header("Min-SE")).toBe("180");
    pbx.reply(second, 422, { headers: ["Min-SE: 180"] });
    expect(await events.next()).toMatchObject({ kind: "rejected", status: 422 });
  });

  test("nothing at all: 408", async () => {
    Object.assign(Timers, { TIMER_B: 150 });
    const { events } = await calling(udpRig());
    expect(await events.next()).toMatchObject({ kind: "rejected", status: 408 });
  });

  test("a link that is down: 503, and nothing is sent", async () => {
    const made = await udpRig({ start: false });
    const { leg, events } = place(made);
    leg.end();
    expect(await events.next()).toMatchObject({ kind: "rejected", status: 503 });
    leg.end();
    expect(made.pbx.inbox.all).toHaveLength(0);
    expect(events.all).toHaveLength(1);
  });

  test("a link that goes down: 503, and the PBX is told to give up once it is back", async () => {
    const { leg, events, pbx, link, invite } = await calling(tcpRig());
    pbx.reply(invite, 180, { headers: [CONTACT] });
    await events.next();
    pbx.hangUp();
    expect(await events.next()).toMatchObject({ kind: "rejected", status: 503 });
    await link.next(({ up }) => !up);
    await link.next(({ up }) => up);
    expect((await pbx.request("CANCEL")).branch).toBe(invite.branch);
    leg.end();
    expect(kinds(events)).toEqual(["progress", "rejected"]);
  });

  test("an answer without Contact or Record-Route is acknowledged where the call went", async () => {
    const { events, pbx, invite, leg } = await calling(udpRig());
    pbx.reply(invite, 183);
    expect(await events.next()).toMatchObject({ kind: "progress", status: 183 });
    pbx.reply(invite, 200);
    expect((await pbx.request("ACK")).uri).toBe(invite.uri);
    await events.next(({ kind }) => kind === "accepted");
    leg.end();
    expect((await pbx.request("BYE")).uri).toBe(invite.uri);
  });

  test("an answer that comes again gets its ACK again and is told once", async () => {
    const { events, pbx, invite } = await talking(udpRig());
    for (let i = 0; i < 3; i++) {
      pbx.reply(invite, 200, { headers: [CONTACT] });
      const ack = await pbx.request("ACK");
      expect(ack.cseq).toBe(invite.cseq);
    }
    expect(kinds(events)).toEqual(["accepted"]);
  });

  test("where two answer, the second one is sent away", async () => {
    const { events, pbx, invite } = await talking(udpRig());
    pbx.reply(invite, 200, { headers: ["Contact: <sip:fork@127.0.0.1:9>"], tag: "fork" });
    expect((await pbx.request("ACK")).tag("To")).toBe("fork");
    const bye = await pbx.request("BYE");
    expect([bye.tag("To"), bye.uri]).toEqual(["fork", "sip:fork@127.0.0.1:9"]);
    pbx.reply(bye, 200);
    expect(kinds(events)).toEqual(["accepted"]);
  });
});
