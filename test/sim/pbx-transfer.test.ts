import { afterEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../sim/manual-clock.ts";
import type { SimPhone } from "../../sim/phone/phone.ts";
import { readCapture, sentTo, shape } from "./capture.ts";
import { Office } from "./office.ts";
import type { Panel, PanelLeg } from "./panel.ts";

const WITHIN = 10_000;
const ELSEWHERE = ['SIP;cause=200;text="Call completed elsewhere"', "Q.850;cause=26"];

interface Desk {
  readonly office: Office;
  readonly panel: Panel;
  /** The caller, the phone that rings, the desk phone. */
  readonly p100: SimPhone;
  readonly p101: SimPhone;
  readonly p102: SimPhone;
  /** The panel's call to the desk phone. */
  readonly leg: PanelLeg;
}

/** As in the captures: 100 calls 101, and the panel has called the desk phone by its intercom code. */
async function atDesk(transport: "udp" | "tcp" = "udp", called = "101"): Promise<Desk> {
  const office = await new Office().open();
  const p102 = await office.phone("102", { habit: "answers-on-header" });
  const [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone(called), office.panel(transport)]);
  await p100.call(called);
  await p101.until("ringing", WITHIN);
  await expect.poll(() => office.pbx.lineState(called)).toBe("ringing");
  office.received(called);
  office.received("102");
  const leg = await panel.call("*80102", "inactive");
  expect(leg.response.status).toBe(200);
  return { office, panel, p100, p101, p102, leg };
}

describe("transfer of the panel's leg to the pickup code", () => {
  let desk: Desk | undefined;
  afterEach(async () => {
    await desk?.office.close();
    desk = undefined;
  });

  it.each(["udp", "tcp"] as const)(
    "puts the caller on the desk phone; the last word is 503, over %s",
    async (transport) => {
      desk = await atDesk(transport);
      const { office, p100, p101, p102, panel, leg } = desk;
      const pickup = `sip:**101@127.0.0.1:${office.server.port}`;
      expect((await leg.refer(pickup)).status).toBe(202);
      expect(await leg.referred()).toBe(503);
      await Promise.all([p100.until("talking", WITHIN), p101.until("idle", WITHIN)]);
      expect(p102.state).toBe("talking");
      expect(p101.lastCancel).toEqual(ELSEWHERE);
      await expect.poll(() => p100.heard > 3 && p102.heard > 3).toBe(true);
      expect([...p100.heardFrom.keys()]).toEqual([p102.mediaAddress]);
      expect([...p102.heardFrom.keys()]).toEqual([p100.mediaAddress]);

      const asterisk = readCapture("pickup-e-3pcc-blind");
      expect(panel.received.map(shape)).toEqual(sentTo("panel1", asterisk).map(shape));
      expect(office.received("102").map(shape)).toEqual(sentTo("102", asterisk).map(shape));
      await expect.poll(() => office.pbx.channels).toBe(2);

      // The panel's own leg is left to it: nobody ends it, and it may no longer transfer.
      expect(leg.endedFor).toBeUndefined();
      expect(office.pbx.dialogs).toBe(3);
      expect((await leg.bye()).status).toBe(200);
      expect(office.pbx.dialogs).toBe(2);
      expect([p100.state, p102.state]).toEqual(["talking", "talking"]);
      await p102.hangUp();
      await p100.until("idle", WITHIN);
      expect(office.pbx.dialogs).toBe(0);
    },
  );

  it("ends the desk phone's call when the caller has gone", async () => {
    desk = await atDesk();
    const { office, p100, p101, p102, panel, leg } = desk;
    await p100.hangUp();
    await p101.until("idle", WITHIN);
    await leg.refer("sip:**101@127.0.0.1");
    expect(await leg.referred()).toBe(503);
    await p102.until("idle", WITHIN);
    const asterisk = readCapture("pickup-e4-3pcc-pickup-target-gone");
    expect(panel.received.map(shape)).toEqual(sentTo("panel1", asterisk).map(shape));
    expect(office.received("102").map(shape)).toEqual(sentTo("102", asterisk).map(shape));
    expect(office.pbx.channels).toBe(0);
  });

  it("does the same when the call was answered a moment before, and leaves that alone", async () => {
    desk = await atDesk();
    const { p100, p101, p102, leg } = desk;
    await p101.answer();
    await p100.until("talking", WITHIN);
    await leg.refer("sip:**101@127.0.0.1");
    expect(await leg.referred()).toBe(503);
    await p102.until("idle", WITHIN);
    expect([p100.state, p101.state]).toEqual(["talking", "talking"]);
  });

  it("to the group code of the dialplan asks for the groups of the desk phone", async () => {
    desk = await atDesk();
    const { p100, p101, p102, leg } = desk;
    await leg.refer("sip:*77@127.0.0.1");
    expect(await leg.referred()).toBe(503);
    await Promise.all([p100.until("talking", WITHIN), p101.until("idle", WITHIN)]);
    expect([p102.state, p101.lastCancel]).toEqual(["talking", ELSEWHERE]);
    await expect.poll(() => p102.heardFrom.has(p100.mediaAddress)).toBe(true);
  });

  it("to the group code ends the desk phone's call when its groups do not allow what rings", async () => {
    desk = await atDesk("udp", "105");
    const { p101, p102, leg } = desk;
    await leg.refer("sip:*77@127.0.0.1");
    expect(await leg.referred()).toBe(503);
    await p102.until("idle", WITHIN);
    expect(p101.state).toBe("ringing");
  });

  it("leaves everything as it is when the code is built in, and no extension", async () => {
    desk = await atDesk();
    const { office, p101, p102, panel, leg } = desk;
    await leg.refer("sip:*8@127.0.0.1");
    expect(await leg.referred()).toBe(404);
    const asterisk = readCapture("pickup-e2-3pcc-blind-star8");
    expect(panel.received.map(shape)).toEqual(sentTo("panel1", asterisk).map(shape));
    expect([p101.state, p102.state]).toEqual(["ringing", "talking"]);
    await leg.bye();
    await p102.until("idle", WITHIN);
    await expect.poll(() => office.pbx.channels).toBe(2);
  });

  it("is declined where the account may not transfer", async () => {
    desk = await atDesk();
    const { office, p102, panel, leg } = desk;
    office.pbx.forbidTransfer("panel1");
    expect((await leg.refer("sip:**101@127.0.0.1")).status).toBe(603);
    const asterisk = readCapture("pickup-e3-3pcc-transfer-forbidden-panel3");
    expect(panel.received.map(shape)).toEqual(sentTo("panel3", asterisk).map(shape));
    expect(p102.state).toBe("talking");
  });

  it("is refused outside of a call", async () => {
    const office = await new Office().open();
    const panel = await office.panel();
    await panel.request("REFER", "101", [["Refer-To", "<sip:**101@127.0.0.1>"]]);
    expect(panel.received.map(shape)).toEqual(sentTo("panel1", readCapture("pickup-d-ood-refer-102")).map(shape));
    await office.close();
  });

  it("can be swallowed: 202 and nothing more", async () => {
    desk = await atDesk();
    const { office, p101, p102, leg } = desk;
    await office.pbx.fault("ignore-refer");
    expect((await leg.refer("sip:**101@127.0.0.1")).status).toBe(202);
    expect((await leg.bye()).status).toBe(200);
    await p102.until("idle", WITHIN);
    expect(p101.state).toBe("ringing");
    expect(leg.sipfrags).toEqual([]);
  });

  it("keeps the line of the desk phone in use, and ends the ringing of the other, in the eyes of a watcher", async () => {
    desk = await atDesk();
    const { panel, p100, p102, leg } = desk;
    const [line, phone] = [await panel.subscribe("101"), await panel.subscribe("102")];
    await Promise.all([line.count(1), phone.count(1)]);
    await leg.refer("sip:**101@127.0.0.1");
    await line.count(2);
    await p100.until("talking", WITHIN);
    await leg.bye();
    await p102.hangUp();
    await phone.count(3);
    expect(line.states).toEqual(["early", "terminated"]);
    expect(phone.states).toEqual(["confirmed", "confirmed", "terminated"]);
    // An offer without audio puts the desk phone on hold, until it has the caller.
    expect(phone.notified.map(({ body }) => body.includes("+sip.rendering"))).toEqual([true, false, false]);
  });
});

describe("transfer of a caller to a phone", () => {
  it("rings it, and connects the two", async () => {
    const office = await new Office().open();
    const [p100, p101, p102] = await Promise.all([office.phone("100"), office.phone("101"), office.phone("102")]);
    const panel = await office.panel();
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    const leg = await panel.call("**101");
    await p100.until("talking", WITHIN);
    await leg.refer("sip:102@127.0.0.1");
    await p102.until("ringing", WITHIN);
    await p102.answer();
    expect(await leg.referred()).toBe(200);
    expect(leg.sipfrags.map(({ status }) => status)).toEqual([100, 180, 200]);
    await expect.poll(() => p102.heard > 3).toBe(true);
    expect([...p102.heardFrom.keys()]).toEqual([p100.mediaAddress]);
    await expect.poll(() => p100.heardFrom.has(p102.mediaAddress)).toBe(true);
    await office.close();
  });

  it("frees the line of the one who transferred it away, BYE or not", async () => {
    const office = await new Office().open();
    await Promise.all(["101", "102"].map((number) => office.phone(number, { habit: "answers" })));
    const phone = await office.panel("udp", "103", "pw103");
    await phone.register();
    const leg = await phone.call("101");
    expect(office.pbx.lineState("103")).toBe("busy");
    await leg.refer("sip:102@127.0.0.1");
    expect(await leg.referred()).toBe(200);
    expect(office.pbx.lineState("103")).toBe("idle");
    expect([office.pbx.channels, office.pbx.dialogs]).toEqual([2, 3]);
    await office.close();
  });

  it("ends a leg that its owner forgets, a minute after it was transferred away", async () => {
    const wall = new Office().clock;
    const clock = new ManualClock(wall.now(), wall.wall());
    const office = await new Office({ clock }).open();
    const [p102, p103] = [
      await office.phone("102", { habit: "answers" }),
      await office.phone("103", { habit: "answers" }),
    ];
    const panel = await office.panel();
    const leg = await panel.call("102");
    await leg.refer("sip:103@127.0.0.1");
    await expect.poll(() => p102.heardFrom.has(p103.mediaAddress) && p103.heardFrom.has(p102.mediaAddress)).toBe(true);
    clock.advance(59_999);
    expect(office.pbx.dialogs).toBe(3);
    clock.advance(1);
    await expect.poll(() => leg.endedFor).toEqual([]);
    expect(p102.state).toBe("talking");
    void office.close();
    await expect.poll(() => clock.advance(20) ?? p102.state).toBe("idle");
  });
});
