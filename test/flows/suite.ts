import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { TestPanel } from "./panel.ts";
import type { Phone, PhoneHabit, TestPbx } from "./phone.ts";

/** Generous bounds of waits, not speeds: 2 cores may be busy. */
const SOON = 10_000;

/**
 * The whole loop on one PBX, simulated or real: who rings is seen on a lamp, a press lands the call on the desk phone, and
 * nothing is left over. The same code for every PBX.
 */
export function flows(transport: "udp" | "tcp", make: () => TestPbx): void {
  describe(`the whole loop over ${transport}`, () => {
    let pbx: TestPbx;
    let panel: TestPanel;
    let phones: Phone[] = [];

    beforeAll(async () => {
      pbx = make();
      await pbx.start();
    }, 90_000);
    afterAll(() => pbx.stop(), 60_000);

    beforeEach(async () => {
      panel = new TestPanel({ host: pbx.host, port: pbx.port, transport });
      phones = [];
    });
    afterEach(async () => {
      await Promise.all(phones.map((phone) => phone.stop()));
      await panel.stop();
    }, 90_000);

    async function phone(number: string, habit: PhoneHabit = "manual"): Promise<Phone> {
      const made = pbx.phone(number, habit);
      phones.push(made);
      await made.start();
      return made;
    }

    /** 100 calls, 101 rings, 102 stands beside the panel. */
    async function standing(desk: PhoneHabit): Promise<{ caller: Phone; target: Phone; desk: Phone }> {
      const [caller, target, beside] = await Promise.all([phone("100"), phone("101"), phone("102", desk)]);
      await panel.start();
      await panel.untilLamps(["idle", "idle", "idle", "idle", "idle"], SOON);
      return { caller, target, desk: beside };
    }

    async function ring(caller: Phone, target: Phone): Promise<void> {
      await caller.call(target.number);
      await target.until("ringing", SOON);
      await panel.untilLamp("1", "ringing", SOON);
    }

    /** Lamps equal what the PBX itself says, and no channel is left. */
    async function nothingLeft(): Promise<void> {
      for (const [key, number] of [
        ["1", "101"],
        ["2", "102"],
      ] as const) {
        await panel.untilLamp(key, "idle", SOON);
        await expect.poll(() => pbx.lineState(number), { timeout: SOON }).toMatch(/^(idle|offline)$/);
      }
      await expect.poll(() => pbx.channels(), { timeout: SOON }).toBe(0);
    }

    test("a ringing line flashes, and its key lands the call on the desk phone", async () => {
      const { caller, target, desk } = await standing("answers");
      await ring(caller, target);
      await panel.untilFlashing("1", SOON);

      const pickup = await panel.pressed("1");
      expect(pickup).toMatchObject({ outcome: "picked-up", line: "101" });
      await target.until("idle", SOON);
      await Promise.all([caller, desk].map((each) => each.until("talking", SOON)));
      expect(target.lastCancel?.join("; ")).toContain("Call completed elsewhere");
      await panel.untilLamps(["idle", "busy"], SOON);
      expect(await pbx.lineState("102")).toBe("busy");

      const [before, beforeAtDesk] = [caller.heard, desk.heard];
      // A real phone tells every five seconds what it has heard.
      await expect.poll(() => caller.heard - before, { timeout: 2 * SOON }).toBeGreaterThan(10);
      await expect.poll(() => desk.heard - beforeAtDesk, { timeout: 2 * SOON }).toBeGreaterThan(10);

      await caller.hangUp();
      await desk.until("idle", SOON);
      await nothingLeft();
      expect(panel.events.filter((event) => event.type === "pickup")).toHaveLength(1);
      // Privacy is off: who called is told to nobody.
      expect(panel.payloads.length).toBeGreaterThan(10);
      expect(`${panel.payloads.join("\n")}\n${panel.log.text}`).not.toMatch(/Caller|sip:100@|"100"|pwpanel1/);
    }, 90_000);

    test("a phone that answers only on the intercom's header takes it as well", async () => {
      const { caller, target, desk } = await standing("answers-on-header");
      await ring(caller, target);
      expect(await panel.pressed("1")).toMatchObject({ outcome: "picked-up" });
      await Promise.all([caller, desk].map((each) => each.until("talking", SOON)));
      await caller.hangUp();
      await desk.until("idle", SOON);
      await nothingLeft();
    }, 90_000);

    test("a press where nothing rings is refused, and says so on the lamp", async () => {
      await standing("answers");
      expect(await panel.pressed("1")).toMatchObject({ outcome: "refused", reason: expect.stringContaining("idle") });
      expect(await pbx.channels()).toBe(0);
    }, 90_000);

    test("a press on a busy line is refused and the call goes on: no barge", async () => {
      const { caller, target } = await standing("answers");
      await ring(caller, target);
      await target.answer();
      await panel.untilLamp("1", "busy", SOON);
      // Past the time in which the press would have been meant for the ring.
      await expect
        .poll(async () => (await panel.pressed("1")).outcome, { timeout: SOON, interval: 400 })
        .toBe("refused");
      await Promise.all([caller, target].map((each) => each.until("talking", SOON)));
      await caller.hangUp();
      await nothingLeft();
    }, 90_000);

    test("a press just after 101 answered is too late, and touches nothing", async () => {
      const { caller, target, desk } = await standing("answers");
      await ring(caller, target);
      await target.answer();
      await panel.untilLamp("1", "busy", SOON);
      expect(await panel.pressed("1")).toMatchObject({ outcome: "too-late" });
      await Promise.all([caller, target].map((each) => each.until("talking", SOON)));
      await desk.until("idle", SOON);
      await caller.hangUp();
      await nothingLeft();
    }, 90_000);

    test("a line out of scope rings on, and the refusal names the rule", async () => {
      const { caller } = await standing("answers");
      const target = await phone("105");
      await caller.call("105");
      await target.until("ringing", SOON);
      await panel.untilLamp("5", "ringing", SOON);
      expect(await panel.pressed("5")).toMatchObject({ outcome: "refused", reason: expect.stringContaining("105") });
      expect(target.state).toBe("ringing");
      await caller.hangUp();
      await panel.untilLamp("5", "idle", SOON);
      await nothingLeft();
    }, 90_000);

    test("a caller who hangs up between press and REFER leaves no leg and no false success", async () => {
      const { caller, target, desk } = await standing("manual");
      await ring(caller, target);
      const pickup = panel.pressed("1");
      await desk.until("ringing", SOON);
      await caller.hangUp();
      expect(await pickup).toMatchObject({ outcome: "too-late" });
      await desk.until("idle", SOON);
      await target.until("idle", SOON);
      await nothingLeft();
    }, 90_000);

    test("a caller who hangs up as the key goes down: the outcome says what the phones say", async () => {
      const { caller, target, desk } = await standing("answers");
      await ring(caller, target);
      const ends: string[] = [];
      const pickup = panel.pressed("1").finally(() => ends.push("told"));
      const hangUp = caller.hangUp().finally(() => ends.push("hung up"));
      const [{ outcome = "none" }] = await Promise.all([pickup, hangUp]);
      // A machine that lets the caller wait for his turn may let him be picked up before.
      const early = ends[0] === "told" ? ["picked-up"] : [];
      expect(["too-late", "refused", ...early]).toContain(outcome);
      await desk.until("idle", SOON);
      await nothingLeft();
    }, 90_000);

    test("a desk phone in a call is left alone", async () => {
      const { caller, target, desk } = await standing("answers");
      const other = await phone("103");
      await other.call("102");
      await desk.until("talking", SOON);
      await panel.untilLamp("2", "busy", SOON);
      await ring(caller, target);
      const channels = await pbx.channels();
      expect(await panel.pressed("1")).toMatchObject({ outcome: "refused", reason: "the desk phone is busy" });
      await Promise.all([desk, other].map((each) => each.until("talking", SOON)));
      expect(target.state).toBe("ringing");
      expect(await pbx.channels()).toBe(channels);
      await Promise.all([caller.hangUp(), other.hangUp()]);
      await nothingLeft();
    }, 90_000);

    test("a desk phone that nobody answers: no-answer at the deadline, and the line rings on", async () => {
      const { caller, target, desk } = await standing("manual");
      await ring(caller, target);
      const pickup = panel.pressed("1");
      await desk.until("ringing", SOON);
      expect(await pickup).toMatchObject({ outcome: "no-answer" });
      await desk.until("idle", SOON);
      expect(target.state).toBe("ringing");
      expect(panel.lamp("1")).toBe("ringing");
      await caller.hangUp();
      await nothingLeft();
    }, 90_000);

    test("a PBX killed with -9: every lamp unknown within 6 s, true again within 10 s of its return", async () => {
      const { caller, target } = await standing("answers");
      await ring(caller, target);
      await pbx.kill();
      await panel.untilLamps(["unknown", "unknown", "unknown", "unknown", "unknown"], 6000);
      const unknownAt = panel.lampMessages.length;
      await Promise.all(phones.map((each) => each.stop()));
      phones = [];
      await pbx.start();
      await panel.untilLamps(["idle", "idle", "idle", "idle", "idle"], 10_000);
      // From unknown to what the PBX says, with nothing invented between.
      const states = new Set(panel.lampMessages.slice(unknownAt).map((message) => message.state));
      expect([...states].filter((state) => state !== "unknown" && state !== "idle")).toEqual([]);
    }, 90_000);
  });

  describe(`what is wrong with the account or a line, over ${transport}`, () => {
    let pbx: TestPbx;
    let panel: TestPanel;
    beforeAll(async () => {
      pbx = make();
      await pbx.start();
    }, 90_000);
    afterAll(() => pbx.stop(), 60_000);
    afterEach(() => panel.stop(), 60_000);

    test("a wrong password leaves every lamp unknown and is told once, with its mend", async () => {
      panel = new TestPanel({ host: pbx.host, port: pbx.port, transport, password: "wrong" });
      await panel.start();
      const fault = await panel.untilEvent(0, SOON, (event) => event.type === "fault");
      expect(fault.why).toMatch(/password/);
      await panel.untilLamps(["unknown", "unknown", "unknown", "unknown", "unknown"], SOON);
    }, 90_000);

    test("a line without a hint is a fault of that line alone", async () => {
      panel = new TestPanel({ host: pbx.host, port: pbx.port, transport, odd: "999" });
      await panel.start();
      await panel.untilLamps(["idle", "idle", "idle", "idle", "unknown"], SOON);
      const fault = await panel.untilEvent(0, SOON, (event) => event.what === "line 999");
      expect(fault.why).toMatch(/hint/);
    }, 90_000);
  });
}
