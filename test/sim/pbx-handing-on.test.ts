import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SimPhone } from "../../sim/phone/phone.ts";
import { ofOneCall, readCapture, sentTo, shape } from "./capture.ts";
import { Office } from "./office.ts";
import type { Panel, PanelLeg } from "./panel.ts";

const WITHIN = 10_000;
const REFERRED_BY = ["Referred-By", "<sip:panel1@127.0.0.1>"] as const;

describe("a call that the panel picked up and hands on", () => {
  let office: Office;
  let panel: Panel;
  let p100: SimPhone;
  let leg: PanelLeg;

  /** 100 called 101; the panel has picked that up, and 100 talks to it. */
  beforeEach(async () => {
    office = await new Office({ mediaWait: 500 }).open();
    panel = await office.panel();
    p100 = await office.phone("100");
    const p101 = await office.phone("101");
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    leg = await panel.call("**101");
    await leg.speak();
    await p100.until("talking", WITHIN);
    await expect.poll(() => panel.received.length).toBe(5);
  });
  afterEach(() => office.close());

  it("rings the desk phone, and is told of success before that answers", async () => {
    const p102 = await office.phone("102");
    expect((await leg.refer("sip:102@127.0.0.1", [REFERRED_BY])).status).toBe(202);
    expect(await leg.referred()).toBe(200);
    const asterisk = readCapture("pickup-e6-panel-pickup-rtp-then-refer-102");
    expect(panel.received.map(shape)).toEqual(ofOneCall(sentTo("panel1", asterisk)).map(shape));
    expect([p100.state, p102.state]).toEqual(["talking", "ringing"]);
    await p102.answer();
    await expect.poll(() => p102.heard > 3).toBe(true);
    expect([...p102.heardFrom.keys()]).toEqual([p100.mediaAddress]);
    await expect.poll(() => p100.heardFrom.has(p102.mediaAddress)).toBe(true);
    await expect.poll(() => office.received("102").map(shape)).toEqual(sentTo("102", asterisk).map(shape));
    expect([leg.endedFor, office.pbx.channels, office.pbx.dialogs]).toEqual([undefined, 2, 3]);
    await leg.bye();
    expect(office.pbx.dialogs).toBe(2);
  });

  it("is lost to a phone that rejects it: the caller is hung up on", async () => {
    const p102 = await office.phone("102");
    await leg.refer("sip:102@127.0.0.1");
    await p102.until("ringing", WITHIN);
    expect(await leg.referred()).toBe(200);
    office.received("100");
    await p102.hangUp();
    await p100.until("idle", WITHIN);
    expect(reasonsOf("100")).toEqual(["Q.850;cause=17"]);
    looksAs("transfer-to-phone-that-rejects");
  });

  it("is lost to a phone that is busy", async () => {
    const [p102] = [await office.phone("102"), await office.phone("103")];
    await p102.call("103");
    await leg.refer("sip:102@127.0.0.1");
    expect(await leg.referred()).toBe(503);
    await p100.until("idle", WITHIN);
    expect(reasonsOf("100")).toEqual(["Q.850;cause=17"]);
    looksAs("transfer-to-busy-phone");
  });

  it("is lost to a phone that is not registered", async () => {
    await leg.refer("sip:104@127.0.0.1");
    expect(await leg.referred()).toBe(503);
    await p100.until("idle", WITHIN);
    expect(reasonsOf("100")).toEqual(["Q.850;cause=3"]);
    looksAs("transfer-to-unregistered-phone");
  });

  it("stays where it is when the number is none", async () => {
    await leg.refer("sip:999@127.0.0.1");
    expect(await leg.referred()).toBe(404);
    expect(p100.state).toBe("talking");
    await leg.bye();
    await p100.until("idle", WITHIN);
  });

  it("goes to a phone that the panel talks to by another leg", async () => {
    const p102 = await office.phone("102", { habit: "answers", answerDelay: 30 });
    const other = await panel.call("102");
    expect(other.response.status).toBe(200);
    await leg.refer(`sip:102@127.0.0.1?Replaces=${encodeURIComponent(other.replaces)}`);
    expect(await leg.referred()).toBe(200);
    await expect.poll(() => other.endedFor).toEqual(["Q.850;cause=16"]);
    await expect.poll(() => p100.heardFrom.has(p102.mediaAddress) && p102.heardFrom.has(p100.mediaAddress)).toBe(true);
    const asterisk = readCapture("pickup-e7-3pcc-attended-Refer-with-Replaces");
    expect(panel.received.map(shape)).toEqual(sentTo("panel1", asterisk).map(shape));
    expect(office.received("102").map(shape)).toEqual(sentTo("102", asterisk).map(shape));
    // The leg that asked for it is left to the panel.
    expect([leg.endedFor, office.pbx.channels, office.pbx.dialogs]).toEqual([undefined, 2, 3]);
    await leg.bye();
    await p102.hangUp();
    await p100.until("idle", WITHIN);
    expect(office.pbx.dialogs).toBe(0);
  });

  it("goes to a phone that rings for the panel's other leg", async () => {
    const p102 = await office.phone("102");
    const calling = panel.call("102");
    await p102.until("ringing", WITHIN);
    const ringing = () => panel.received.find((message) => message.kind === "response" && message.status === 180);
    await expect.poll(ringing).toBeDefined();
    const tag = (name: string): string => /tag=([^;]+)/.exec(ringing()?.headers.get(name) ?? "")?.[1] ?? "";
    const named = `${ringing()?.headers.get("Call-ID")};to-tag=${tag("To")};from-tag=${tag("From")}`;
    await leg.refer(`sip:102@127.0.0.1?Replaces=${encodeURIComponent(named)}`);
    expect(await leg.referred()).toBe(200);
    const { response } = await calling;
    expect([response.status, response.headers.get("Reason")]).toEqual([603, "Q.850;cause=16"]);
    expect(p102.state).toBe("ringing");
    looksAs("transfer-to-phone-that-rings-for-other-leg");
    await p102.answer();
    await expect.poll(() => p100.heardFrom.has(p102.mediaAddress) && p102.heardFrom.has(p100.mediaAddress)).toBe(true);
    const asterisk = sentTo("102", readCapture("transfer-to-phone-that-rings-for-other-leg")).map(shape);
    expect(office.received("102").map(shape)).toEqual(asterisk.slice(0, 4));
    await p100.hangUp();
    await p102.until("idle", WITHIN);
  });

  it("stays where it is when the other leg is none", async () => {
    await leg.refer("sip:102@127.0.0.1?Replaces=nosuch%3Bto-tag%3Dx%3Bfrom-tag%3Dy");
    expect(await leg.referred()).toBe(404);
    expect(p100.state).toBe("talking");
  });

  /** To the panel, up to its BYE, whichever of its legs is told first. */
  function looksAs(name: string): void {
    const before = sentTo("panel1", readCapture(name)).filter(({ headers }) => !headers.get("CSeq")?.endsWith("BYE"));
    expect(panel.received.map(shape).sort()).toEqual(before.map(shape).sort());
    expect(ofOneCall(panel.received).map(shape)).toEqual(ofOneCall(before).map(shape));
  }

  /** On the BYE that ended that phone's call. */
  function reasonsOf(number: string): readonly string[] {
    const bye = office.received(number).find((message) => message.kind === "request" && message.method === "BYE");
    return bye?.headers.all("Reason") ?? [];
  }
});
