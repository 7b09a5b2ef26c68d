import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ManualClock } from "../../sim/manual-clock.ts";
import type { SimPbxOptions } from "../../sim/pbx/pbx.ts";
import type { SimPhone } from "../../sim/phone/phone.ts";
import type { Message } from "../../sim/sip/message.ts";
import { bodyFor, readCapture, sentTo, shape } from "./capture.ts";
import { Office, standingClock } from "./office.ts";
import type { Panel, PanelLeg } from "./panel.ts";

const WITHIN = 10_000;

describe("parking at the simulated PBX", () => {
  let clock: ManualClock;
  let office: Office;
  let p100: SimPhone;
  let panel: Panel;
  /** 103, which has called 100. */
  let carol: Panel;
  let leg: PanelLeg;

  async function open(options: Partial<SimPbxOptions> = {}): Promise<void> {
    clock = standingClock();
    office = await new Office({ clock, mediaWait: 500, ...options }).open();
    [p100, panel, carol] = await Promise.all([
      office.phone("100", { habit: "answers" }),
      office.panel(),
      office.panel("udp", "103", "pw103"),
    ]);
    leg = await carol.call("100");
    await p100.until("talking", WITHIN);
  }

  async function park(): Promise<void> {
    await leg.refer("sip:700@127.0.0.1");
    expect(await leg.referred()).toBe(200);
    await leg.bye();
  }

  /** What Asterisk told of slot 701 in that capture. */
  const told = (name: string): readonly string[] =>
    readCapture(name)
      .filter(({ message }) => message.kind === "request" && message.body.includes('<dialog id="701">'))
      .map(({ message }) => bodyFor(message.body, office.server));

  /** Of its calls, up to its BYE; what it subscribed to left out. */
  function looksAs(mine: Panel, name: string): void {
    const without = (messages: readonly Message[]) =>
      messages.filter(({ headers }) => !/BYE|SUBSCRIBE/.test(headers.get("CSeq") ?? "")).map(shape);
    expect(without(mine.received)).toEqual(without(sentTo("panel1", readCapture(name))));
  }

  describe("as Asterisk does it", () => {
    beforeEach(() => open());
    afterEach(() => office.close());

    it("puts a transferred call in the first free slot, whose line shows it", async () => {
      const [first, second] = await Promise.all([panel.subscribe("701"), panel.subscribe("702")]);
      await Promise.all([first.count(1), second.count(1)]);
      const before = carol.received.length;
      await leg.refer("sip:700@127.0.0.1");
      expect(await leg.referred()).toBe(200);
      const asterisk = readCapture("sub-park-parked");
      expect(carol.received.slice(before).map(shape)).toEqual(
        sentTo("101", asterisk).map((message) => shape(message).replace("sip:101", "sip:103")),
      );
      await first.count(2);
      expect(first.notified.slice(1).map(({ body }) => body)).toEqual(told("sub-park-parked"));
      expect([p100.state, office.pbx.lineState("701"), office.pbx.lineState("702")]).toEqual([
        "talking",
        "busy",
        "idle",
      ]);
      expect([second.states, leg.endedFor]).toEqual([["terminated"], undefined]);
    });

    it("gives the call to who dials the slot, after the wait for audio", async () => {
      const watch = await panel.subscribe("701");
      await watch.count(1);
      await park();
      await watch.count(2);
      const mine = await office.panel();
      office.received("100");
      const fetched = await mine.call("701");
      expect(fetched.response.status).toBe(200);
      expect(office.pbx.lineState("701")).toBe("busy");
      await fetched.refer("sip:102@127.0.0.1");
      expect(await fetched.referred()).toBe(400);
      clock.advance(500);
      await watch.count(3);
      expect(watch.last.body).toBe(told("sub-park-retrieved").at(-1));
      const asterisk = readCapture("sub-park-retrieved");
      const ofCall = () =>
        mine.received.filter((one) => !/REFER|NOTIFY/.test(one.headers.get("CSeq") ?? "")).map(shape);
      await expect.poll(ofCall).toEqual(sentTo("panel1", asterisk).map(shape));
      const told100: string[] = [];
      await expect.poll(() => told100.push(...office.received("100").map(shape))).toBe(2);
      expect(told100).toEqual(sentTo("100", asterisk).map(shape));
      await fetched.bye();
      await p100.until("idle", WITHIN);
      expect(office.pbx.dialogs).toBe(0);
    });

    it("gives the call to a phone that is transferred to the slot", async () => {
      await park();
      const p102 = await office.phone("102", { habit: "answers-on-header" });
      const mine = await office.panel();
      const desk = await mine.call("*80102", "inactive");
      await desk.refer("sip:701@127.0.0.1");
      expect(await desk.referred()).toBe(200);
      looksAs(mine, "park-fetched-by-transfer");
      await expect
        .poll(() => p100.heardFrom.has(p102.mediaAddress) && p102.heardFrom.has(p100.mediaAddress))
        .toBe(true);
      expect(office.pbx.lineState("701")).toBe("idle");
      await desk.bye();
      await p102.hangUp();
      await p100.until("idle", WITHIN);
      expect(office.pbx.dialogs).toBe(0);
    });

    it("ends the call of a phone that is transferred to a free slot", async () => {
      const p102 = await office.phone("102", { habit: "answers-on-header" });
      const mine = await office.panel();
      const desk = await mine.call("*80102", "inactive");
      await desk.refer("sip:702@127.0.0.1");
      expect(await desk.referred()).toBe(503);
      await p102.until("idle", WITHIN);
      looksAs(mine, "park-free-slot-by-transfer");
      const asterisk = sentTo("102", readCapture("park-free-slot-by-transfer"));
      expect(office.received("102").map(shape)).toEqual(asterisk.map(shape));
      expect(office.pbx.lineState("702")).toBe("idle");
    });

    it("answers who dials a free slot, and then hangs up", async () => {
      const mine = await panel.call("702");
      const asterisk = sentTo("panel1", readCapture("sub-park-empty")).map(shape);
      expect(asterisk).toContain(shape(mine.response));
      clock.advance(499);
      expect(office.pbx.channels).toBe(3);
      clock.advance(1);
      await expect.poll(() => mine.endedFor).toEqual(["Q.850;cause=0"]);
      expect(office.pbx.channels).toBe(2);
    });

    it("parks who dials the parking code", async () => {
      const mine = await panel.call("700");
      await mine.speak();
      await expect.poll(() => office.pbx.lineState("701")).toBe("busy");
      await mine.bye();
      expect(office.pbx.lineState("701")).toBe("idle");
    });

    it("frees the slot of a caller who hangs up", async () => {
      await park();
      const watch = await panel.subscribe("701");
      await watch.count(1);
      await p100.hangUp();
      await watch.count(2);
      expect(watch.states).toEqual(["confirmed", "terminated"]);
      expect(office.pbx.dialogs).toBe(0);
    });
  });

  it("leaves a call where it is when every slot is taken, though it says that it is done", async () => {
    await open({ slots: ["701"] });
    await park();
    const p102 = await office.phone("102", { habit: "answers" });
    const second = await carol.call("102");
    await second.refer("sip:700@127.0.0.1");
    expect(await second.referred()).toBe(200);
    expect([p102.state, office.pbx.channels]).toEqual(["talking", 3]);
    await second.bye();
    await p102.until("idle", WITHIN);
    await office.close();
  });

  it("parks a call that is transferred to a free slot where the PBX does that", async () => {
    await open({ freeSlot: "parks" });
    await leg.refer("sip:703@127.0.0.1");
    expect(await leg.referred()).toBe(200);
    expect([p100.state, office.pbx.lineState("703")]).toEqual(["talking", "busy"]);
    await office.close();
  });
});
