import { createSocket } from "node:dgram";
import { afterEach, describe, expect, it } from "vitest";
import type { SimPhone } from "../../sim/phone/phone.ts";
import { readCapture, sentTo, shape } from "./capture.ts";
import { Office, standingClock } from "./office.ts";

const WITHIN = 10_000;
const ELSEWHERE = ['SIP;cause=200;text="Call completed elsewhere"', "Q.850;cause=26"];

describe("directed pickup at the simulated PBX", () => {
  let office: Office | undefined;
  afterEach(() => office?.close());

  /** 100 calls 101. */
  async function ringing(): Promise<readonly [SimPhone, SimPhone]> {
    office = await new Office().open();
    const [p100, p101] = await Promise.all([office.phone("100"), office.phone("101")]);
    await p100.call("101");
    await expect.poll(() => office?.pbx.lineState("101")).toBe("ringing");
    return [p100, p101];
  }

  it("connects the caller with the phone that dialled the code: audio both ways, and nowhere else", async () => {
    const [p100, p101] = await ringing();
    const p103 = (await office?.phone("103")) as SimPhone;
    await p103.call("**101");
    await Promise.all([p103.until("talking", WITHIN), p100.until("talking", WITHIN), p101.until("idle", WITHIN)]);
    expect(p101.lastCancel).toEqual(ELSEWHERE);
    await expect.poll(() => p100.heard > 3 && p103.heard > 3).toBe(true);
    // The PBX answered before it had anybody for the phone, so it stays between the two.
    expect([...p100.heardFrom.keys()]).toEqual([...p103.heardFrom.keys()]);
    expect(p100.heardFrom.size).toBe(1);
    expect(p101.heard).toBe(0);
    expect(["100", "101", "103"].map((number) => office?.pbx.lineState(number))).toEqual(["busy", "idle", "busy"]);
    await p100.hangUp();
    await p103.until("idle", WITHIN);
    expect(office?.pbx.dialogs).toBe(0);
  });

  it.each(["udp", "tcp"] as const)("looks as Asterisk's does to the one who picks up, over %s", async (transport) => {
    const [p100, p101] = await ringing();
    const panel = await office?.panel(transport);
    office?.received("100");
    office?.received("101");
    const leg = await panel?.call("**101");
    const asterisk = readCapture("pickup-a-starstar101");
    await p100.until("talking", WITHIN);
    await expect.poll(() => panel?.received.map(shape)).toEqual(sentTo("panel1", asterisk).map(shape));
    expect(leg?.media).toMatch(/ sendrecv$/);
    await p101.until("idle", WITHIN);
    const told: string[] = [];
    await expect.poll(() => told.push(...(office?.received("101") ?? []).map(shape))).toBe(2);
    expect(told).toEqual(sentTo("101", asterisk).map(shape));
    expect(office?.received("100").map(shape)).toEqual(sentTo("100", asterisk).map(shape));
    await leg?.bye();
    await p100.until("idle", WITHIN);
    expect(office?.pbx.dialogs).toBe(0);
  });

  it("keeps the ringing phone ringing while it waits for audio, half a second where none comes", async () => {
    const clock = standingClock();
    office = await new Office({ clock, mediaWait: 500 }).open();
    const [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    const leg = await panel.call("**101");
    expect(leg.response.status).toBe(200);
    // It has been told whom it got.
    await expect.poll(() => panel.received.length).toBe(5);
    // Asterisk has no bridge yet that could be transferred.
    await leg.refer("sip:102@127.0.0.1");
    expect(await leg.referred()).toBe(400);
    const asterisk = sentTo("panel1", readCapture("pickup-e5-panel-picks-up-then-refers-caller-to-102"));
    expect(panel.received.map(shape)).toEqual(asterisk.map(shape));
    clock.advance(499);
    expect((await panel.request("OPTIONS", "")).status).toBe(200);
    expect([p100.state, p101.state]).toEqual(["calling", "ringing"]);
    clock.advance(1);
    await Promise.all([p100.until("talking", WITHIN), p101.until("idle", WITHIN)]);
  });

  it("ends the ringing at the first packet from where the panel said it speaks, long before that half second", async () => {
    const clock = standingClock();
    office = await new Office({ clock, mediaWait: 500 }).open();
    const [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    const leg = await panel.call("**101");
    const stranger = createSocket("udp4");
    await leg.speak(stranger);
    stranger.close();
    await expect.poll(() => panel.received.length).toBe(5);
    expect(p101.state).toBe("ringing");
    await leg.speak();
    // Nothing moves the PBX's clock: only the packet can have done it.
    await Promise.all([p100.until("talking", WITHIN), p101.until("idle", WITHIN)]);
    expect(p101.lastCancel).toEqual(ELSEWHERE);
    const asterisk = sentTo("panel1", readCapture("pickup-a2-starstar101-with-rtp"));
    await expect.poll(() => panel.received.map(shape)).toEqual(asterisk.map(shape));
    clock.advance(500);
    expect(office.pbx.channels).toBe(2);
  });

  it("takes a call that waits at a phone in another call", async () => {
    const [p100, p101] = await ringing();
    await p101.hangUp();
    await p100.until("idle", WITHIN);
    const [p102, busy] = await Promise.all([office?.phone("102"), office?.phone("103", { callWaiting: true })]);
    await busy?.call("102");
    await p102?.until("ringing", WITHIN);
    await p102?.answer();
    await p100.call("103");
    await expect.poll(() => office?.pbx.lineState("103")).toBe("ringing");
    const panel = await office?.panel();
    expect((await panel?.call("**103"))?.response.status).toBe(200);
    await p100.until("talking", WITHIN);
    expect([p102?.state, busy?.state, office?.pbx.lineState("103")]).toEqual(["talking", "talking", "busy"]);
    expect(busy?.lastCancel).toEqual(ELSEWHERE);
  });

  it.each([
    ["nothing rings", "pickup-g-starstar101-nothing-rings"],
    ["the password is wrong", "pickup-m-wrong-password"],
    ["the number is none", "pickup-n-unknown-ext"],
  ])("fails as with Asterisk when %s", async (_, name) => {
    office = await new Office().open();
    const asterisk = readCapture(name);
    const panel = await office.panel("udp", "panel1", name.includes("wrong") ? "wrong" : "pwpanel1");
    await panel.call(name.includes("unknown") ? "999" : "**101");
    expect(panel.received.map(shape)).toEqual(sentTo("panel1", asterisk).map(shape));
    expect(office.pbx.dialogs).toBe(0);
  });

  it("fails as with Asterisk once the call is answered, and leaves that alone", async () => {
    const [p100, p101] = await ringing();
    await p101.answer();
    await p100.until("talking", WITHIN);
    const panel = await office?.panel();
    await panel?.call("**101");
    const asterisk = sentTo("panel1", readCapture("pickup-h-starstar101-already-answered"));
    expect(panel?.received.map(shape)).toEqual(asterisk.map(shape));
    expect([p100.state, p101.state]).toEqual(["talking", "talking"]);
  });

  it("finds a member of a ring group by its phone, and not by the number that was dialled", async () => {
    office = await new Office().open();
    const [p100, p101, p103] = await Promise.all([office.phone("100"), office.phone("101"), office.phone("103")]);
    await p100.call("200");
    await Promise.all([p101.until("ringing", WITHIN), p103.until("ringing", WITHIN)]);
    const [dialled, ringing] = await Promise.all([office.panel(), office.panel()]);
    await dialled.call("**101");
    const none = sentTo("panel1", readCapture("pickup-i-ringgroup-starstar101"));
    expect(dialled.received.map(shape)).toEqual(none.map(shape));
    await ringing.call("*9101");
    await Promise.all([p101.until("idle", WITHIN), p103.until("idle", WITHIN), p100.until("talking", WITHIN)]);
    expect([p101.lastCancel, p103.lastCancel]).toEqual([ELSEWHERE, ELSEWHERE]);
    const found = sentTo("panel1", readCapture("pickup-i2-ringgroup-pickupchan")).map(shape);
    await expect.poll(() => ringing.received.map(shape)).toEqual(found);
  });

  it("tells the one who picked up whom it has got by UPDATE, where that is allowed", async () => {
    const [p100] = await ringing();
    const panel = await office?.panel();
    const leg = await panel?.call("**101", "sendrecv", [["Allow", "INVITE, ACK, BYE, UPDATE"]]);
    await p100.until("talking", WITHIN);
    const updates = () =>
      panel?.received.filter((message) => message.kind === "request" && message.method === "UPDATE");
    await expect
      .poll(() => updates()?.map(({ headers }) => headers.get("P-Asserted-Identity")))
      .toEqual(['"Caller Hundred" <sip:100@127.0.0.1>']);
    expect(leg?.reinvited).toBe(0);
  });

  it("goes to one of two who want it", async () => {
    await ringing();
    const accounts = await Promise.all([office?.panel(), office?.panel("tcp")]);
    const legs = await Promise.all(accounts.map((panel) => panel?.call("**101")));
    expect(legs.map((leg) => leg?.response.status).sort()).toEqual([200, 403]);
  });

  it("ends for both when the caller has gone meanwhile", async () => {
    office = await new Office({ mediaWait: 100 }).open();
    const [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    const leg = await panel.call("**101");
    await p100.hangUp();
    await p101.until("idle", WITHIN);
    await expect.poll(() => leg.endedFor).toEqual(["Q.850;cause=16"]);
    expect(office.pbx.dialogs).toBe(0);
  });
});
