import { afterEach, describe, expect, it } from "vitest";
import { asksForAnswer } from "../../sim/phone/auto-answer.ts";
import { Headers } from "../../sim/sip/headers.ts";
import { readCapture, sentTo, shape } from "./capture.ts";
import { Office } from "./office.ts";

const WITHIN = 10_000;

describe("registration at the simulated PBX", () => {
  let office: Office | undefined;
  afterEach(() => office?.close());

  it("goes as with Asterisk", async () => {
    office = await new Office().open();
    const panel = await office.panel();
    await panel.register();
    expect(panel.received.map(shape)).toEqual(sentTo("panel1", readCapture("01-register")).map(shape));
  });

  it("fails with the wrong password, and leaves nothing open", async () => {
    office = await new Office().open();
    await expect(office.phone("101", { password: "wrong" })).rejects.toThrow("101 is not registered: 401");
    expect(office.pbx.lineState("101")).toBe("offline");
  });

  it("lapses", async () => {
    office = await new Office().open();
    const panel = await office.panel("udp", "101", "pw101");
    await panel.register(10);
    expect(office.pbx.lineState("101")).toBe("idle");
    await panel.register(0);
    expect(office.pbx.lineState("101")).toBe("offline");
  });

  it("keeps the last contact of each account", async () => {
    office = await new Office().open();
    const [first, second, p100] = [await office.phone("101"), await office.phone("101"), await office.phone("100")];
    await p100.call("101");
    await second.until("ringing", WITHIN);
    expect(first.state).toBe("idle");
  });
});

it.each([
  ["Alert-Info", "<http://localhost>;info=alert-autoanswer", true],
  ["Call-Info", "<sip:localhost>;answer-after=0", true],
  ["Call-Info", "<sip:localhost>;answer-after=5", false],
  ["Alert-Info", "<http://localhost>;info=ring-tone", false],
])("a phone takes %s: %s as being asked to answer: %s", (name, value, asked) => {
  expect(asksForAnswer(new Headers([[name, value]]))).toBe(asked);
});

describe("calls through the simulated PBX", () => {
  let office: Office | undefined;
  afterEach(() => office?.close());

  it("connect two phones, whose audio flows directly, until one hangs up", async () => {
    office = await new Office().open();
    const [p100, p101] = await Promise.all([office.phone("100"), office.phone("101")]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    expect(p100.state).toBe("calling");
    await expect.poll(() => ["100", "101"].map((number) => office?.pbx.lineState(number))).toEqual(["busy", "ringing"]);
    expect(office.pbx.channels).toBe(2);
    await p101.answer();
    await p100.until("talking", WITHIN);
    await expect.poll(() => p100.heard > 3 && p101.heard > 3).toBe(true);
    expect([...p100.heardFrom.keys()]).toEqual([p101.mediaAddress]);
    expect([...p101.heardFrom.keys()]).toEqual([p100.mediaAddress]);
    await p101.hangUp();
    await p100.until("idle", WITHIN);
    expect(office.pbx.channels).toBe(0);
    expect([office.pbx.lineState("100"), office.pbx.lineState("101")]).toEqual(["idle", "idle"]);
  });

  it("look as Asterisk's do, to caller and called", async () => {
    office = await new Office().open();
    const [p100, p101] = await Promise.all([office.phone("100"), office.phone("101")]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    const ringing = readCapture("03-ringing-early");
    await expect.poll(() => p100.state).toBe("calling");
    expect(office.received("101").map(shape)).toEqual(sentTo("101", ringing).map(shape));
    await p101.answer();
    await p100.until("talking", WITHIN);
    const caller = [...ringing, ...readCapture("04-answered-confirmed")];
    expect(office.received("100").map(shape)).toEqual(sentTo("100", caller).map(shape));
    await p101.hold();
    await p101.resume();
    const called = ["04-answered-confirmed", "05-hold-by-101", "06-unhold"].flatMap(readCapture);
    expect(office.received("101").map(shape)).toEqual(sentTo("101", called).map(shape));
    await p100.hangUp();
    await p101.until("idle", WITHIN);
    expect(office.received("101").map(shape)).toEqual(sentTo("101", readCapture("07-call-terminated")).map(shape));
  });

  it("stop the audio of the one who is held, and bring it back", async () => {
    office = await new Office().open();
    const [p100, p101] = await Promise.all([office.phone("100"), office.phone("101")]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await p101.answer();
    await p101.hold();
    expect(office.pbx.lineState("100")).toBe("held");
    const silent = p100.heard;
    await expect.poll(() => p101.heard).toBeGreaterThan(3);
    expect(p100.heard - silent).toBeLessThan(3);
    await p101.resume();
    expect(office.pbx.lineState("100")).toBe("busy");
    await expect.poll(() => p100.heard).toBeGreaterThan(silent + 3);
  });

  it("are cancelled by the caller", async () => {
    office = await new Office().open();
    const [p100, p101] = await Promise.all([office.phone("100"), office.phone("101")]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await expect.poll(() => office?.pbx.lineState("101")).toBe("ringing");
    office.received("100");
    office.received("101");
    await p100.hangUp();
    await p101.until("idle", WITHIN);
    expect(p101.lastCancel).toEqual(["Q.850;cause=127"]);
    await expect.poll(() => office?.pbx.channels).toBe(0);
    const asterisk = readCapture("pickup-l-caller-cancels-control");
    await expect.poll(() => p100.state).toBe("idle");
    // The ACK of its 487 comes a moment after the phone is idle.
    const told: string[] = [];
    await expect.poll(() => told.push(...(office?.received("101") ?? []).map(shape))).toBe(2);
    expect(told).toEqual(sentTo("101", asterisk).map(shape));
    expect(office.received("100").map(shape)).toEqual(sentTo("100", asterisk).map(shape));
  });

  it.each([
    ["a phone that rejects", "101", 486],
    ["a phone that is not registered", "104", 404],
    ["a number that is none", "999", 404],
    ["a pickup of nothing", "**101", 403],
  ])("end with the code of Asterisk at %s", async (_, number, status) => {
    office = await new Office().open();
    const [p100, p101] = await Promise.all([office.phone("100"), office.phone("101")]);
    p101.onState((state) => {
      if (state === "ringing") void p101.hangUp();
    });
    await p100.call(number);
    await p100.until("idle", WITHIN);
    expect(p100.lastRefusal).toBe(status);
    expect(office.pbx.channels).toBe(0);
  });

  it("end when nobody answers", async () => {
    office = await new Office({ ringTime: 100 }).open();
    const [p100, p101] = await Promise.all([office.phone("100"), office.phone("101")]);
    await p100.call("101");
    await p100.until("idle", WITHIN);
    expect(p100.lastRefusal).toBe(603);
    expect(p101.lastCancel).toEqual(["Q.850;cause=0"]);
  });

  it("find a phone busy that takes one call at a time", async () => {
    office = await new Office().open();
    const [p100, p101, p102] = await Promise.all(["100", "101", "102"].map((number) => office?.phone(number)));
    await p100?.call("101");
    await p101?.until("ringing", WITHIN);
    await p102?.call("101");
    await p102?.until("idle", WITHIN);
    expect(p102?.lastRefusal).toBe(486);
    expect(p101?.state).toBe("ringing");
  });

  it("ring a group until one answers; the other is told that it was answered elsewhere", async () => {
    office = await new Office().open();
    const [p100, p101, p103] = await Promise.all([office.phone("100"), office.phone("101"), office.phone("103")]);
    await p100.call("200");
    await Promise.all([p101.until("ringing", WITHIN), p103.until("ringing", WITHIN)]);
    await p103.answer();
    await Promise.all([p100.until("talking", WITHIN), p101.until("idle", WITHIN)]);
    expect(p101.lastCancel).toEqual(['SIP;cause=200;text="Call completed elsewhere"', "Q.850;cause=26"]);
    await expect.poll(() => p100.heard > 0 && p103.heard > 0).toBe(true);
    await p100.hangUp();
    await p103.until("idle", WITHIN);
    expect(office.pbx.channels).toBe(0);
  });

  it("make a phone answer by header through the intercom code, and only then", async () => {
    office = await new Office().open();
    const [p100, p102] = await Promise.all([office.phone("100"), office.phone("102", { habit: "answers-on-header" })]);
    await p100.call("*80102");
    await p102.until("talking", WITHIN);
    await p100.hangUp();
    await p102.until("idle", WITHIN);
    await p100.call("102");
    await p102.until("ringing", WITHIN);
    await expect.poll(() => office?.pbx.lineState("102")).toBe("ringing");
    expect(p102.state).toBe("ringing");
  });

  it("are answered by a phone that answers everything, after its delay", async () => {
    office = await new Office().open();
    const [p100, p102] = await Promise.all([
      office.phone("100"),
      office.phone("102", { habit: "answers", answerDelay: 50 }),
    ]);
    const start = office.clock.now();
    await p100.call("102");
    await p100.until("talking", WITHIN);
    expect(office.clock.now() - start).toBeGreaterThanOrEqual(50);
    expect(p102.state).toBe("talking");
  });

  it("are told to those who look on", async () => {
    office = await new Office().open();
    const [p100, p101, p103] = await Promise.all([office.phone("100"), office.phone("101"), office.phone("103")]);
    const told: string[] = [];
    office.pbx.onEvent((event) => told.push(event.kind));
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await p103.call("**101");
    await p100.until("talking", WITHIN);
    await p100.hangUp();
    await p103.until("idle", WITHIN);
    expect(told).toEqual(["calling", "picked-up", "hung-up", "hung-up", "hung-up"]);
  });
});
