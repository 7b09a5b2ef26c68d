import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SimPhone } from "../../sim/phone/phone.ts";
import { tagOf } from "../../sim/sip/address.ts";
import { parse } from "../../sim/sip/message.ts";
import { parseReplaces, replacesIn } from "../../sim/sip/replaces.ts";
import { readCapture, sentTo, shape } from "./capture.ts";
import { Office } from "./office.ts";

const WITHIN = 10_000;

describe("INVITE with Replaces at the simulated PBX", () => {
  let office: Office;
  let p100: SimPhone;
  let p101: SimPhone;
  /** Of their 180: to the caller the PBX is To, to the called it is From. */
  let caller: { callId: string; from: string; to: string };
  let called: { callId: string; from: string; to: string };

  beforeEach(async () => {
    office = await new Office({ mediaWait: 500 }).open();
    const tags = (text: string) => {
      const message = text.startsWith("SIP/2.0 180") ? parse(Buffer.from(text)) : undefined;
      const [callId = "", from, to] = ["Call-ID", "From", "To"].map((name) => message?.headers.get(name));
      return message && { callId, from: tagOf(from) ?? "", to: tagOf(to) ?? "" };
    };
    p100 = await office.phone("100", {
      trace: (_, text) => {
        caller = tags(text) ?? caller;
      },
    });
    p101 = await office.phone("101", {
      trace: (_, text) => {
        called = tags(text) ?? called;
      },
    });
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await expect.poll(() => office.pbx.lineState("101")).toBe("ringing");
  });
  afterEach(() => office.close());

  const early = (): string => `${called.callId};to-tag=${called.from};from-tag=${called.to}`;

  it.each([
    ["panel1", "", "pickup-c1-replaces-callee-leg"],
    ["panel1", ";early-only", "pickup-c1b-replaces-callee-leg-early-only"],
    ["panel2", "", "pickup-c5-replaces-by-unpermitted-panel2"],
  ])("of the leg that rings gives %s the call%s, and asks for no group", async (user, flag, name) => {
    const panel = await office.panel("udp", user);
    office.received("100");
    const leg = await panel.call("101", "sendrecv", [["Replaces", `${early()}${flag}`]]);
    expect(leg.response.status).toBe(200);
    await Promise.all([p100.until("talking", WITHIN), p101.until("idle", WITHIN)]);
    const asterisk = readCapture(name);
    expect(panel.received.map(shape)).toEqual(sentTo(user, asterisk).map(shape));
    expect(p101.lastCancel).toEqual(["Q.850;cause=0"]);
    expect(office.received("100").map(shape)).toEqual(sentTo("100", asterisk).map(shape));
    await leg.bye();
    await p100.until("idle", WITHIN);
    expect(office.pbx.dialogs).toBe(0);
  });

  it.each([
    [
      "with swapped tags",
      () => `${called.callId};to-tag=${called.to};from-tag=${called.from}`,
      "c1c-replaces-callee-leg-swapped-tags",
    ],
    [
      "of the caller's leg",
      () => `${caller.callId};to-tag=${caller.to};from-tag=${caller.from}`,
      "c2-replaces-caller-leg",
    ],
    ["of nothing", () => "nosuch@x;to-tag=1;from-tag=2", "c3-replaces-bogus"],
  ])("%s is refused", async (_, replaces, name) => {
    const panel = await office.panel();
    await panel.call("101", "sendrecv", [["Replaces", replaces()]]);
    const asterisk = sentTo("panel1", readCapture(`pickup-${name}`));
    expect(panel.received.map(shape)).toEqual(asterisk.map(shape));
    expect([p100.state, p101.state]).toEqual(["calling", "ringing"]);
  });

  it("with early-only leaves an answered call alone", async () => {
    await p101.answer();
    await p100.until("talking", WITHIN);
    const panel = await office.panel();
    await panel.call("101", "sendrecv", [["Replaces", `${early()};early-only`]]);
    const asterisk = sentTo("panel1", readCapture("pickup-c4b-replaces-confirmed-early-only"));
    expect(panel.received.map(shape)).toEqual(asterisk.map(shape));
    expect([p100.state, p101.state]).toEqual(["talking", "talking"]);
  });

  it("without early-only takes an answered call, and ends the phone's", async () => {
    await p101.answer();
    await p100.until("talking", WITHIN);
    const panel = await office.panel();
    office.received("100");
    const leg = await panel.call("101", "sendrecv", [["Replaces", early()]]);
    await p101.until("idle", WITHIN);
    const asterisk = readCapture("pickup-c4-replaces-confirmed-callee");
    await expect.poll(() => panel.received.map(shape)).toEqual(sentTo("panel1", asterisk).map(shape));
    expect(office.received("100").map(shape)).toEqual(sentTo("100", asterisk).map(shape));
    expect([p100.state, office.pbx.lineState("101")]).toEqual(["talking", "idle"]);
    await leg.bye();
    await p100.until("idle", WITHIN);
  });

  it("in a ring group ends the other phones as answered elsewhere", async () => {
    await p100.hangUp();
    await p101.until("idle", WITHIN);
    const p103 = await office.phone("103");
    await p100.call("200");
    await Promise.all([p101.until("ringing", WITHIN), p103.until("ringing", WITHIN)]);
    const panel = await office.panel();
    await panel.call("101", "sendrecv", [["Replaces", early()]]);
    await Promise.all([p101.until("idle", WITHIN), p103.until("idle", WITHIN), p100.until("talking", WITHIN)]);
    expect(p101.lastCancel).toEqual(["Q.850;cause=0"]);
    expect(p103.lastCancel?.[0]).toContain("Call completed elsewhere");
  });
});

it.each([
  ["a@b;to-tag=1;from-tag=2", { callId: "a@b", toTag: "1", fromTag: "2", earlyOnly: false }],
  ["a; early-only ;from-tag=2; to-tag=1", { callId: "a", toTag: "1", fromTag: "2", earlyOnly: true }],
  ["a;to-tag=1", undefined],
  [";to-tag=1;from-tag=2", undefined],
])("Replaces: %s", (value, read) => {
  expect(parseReplaces(value)).toEqual(read);
});

it.each([
  ["sip:102@host?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2", "a@b;to-tag=1;from-tag=2"],
  ["sip:102@host;x=1?Subject=y&replaces=a%3Bto-tag%3D1", "a;to-tag=1"],
  ["sip:102@host?Replaces=%zz", undefined],
  ["sip:102@host", undefined],
])("the Replaces in %s", (uri, found) => {
  expect(replacesIn(uri)).toBe(found);
});
