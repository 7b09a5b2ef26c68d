import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { TestPanel } from "./panel.ts";
import type { Phone, PhoneHabit, TestPbx } from "./phone.ts";

/** Generous bounds of waits, not speeds: 2 cores may be busy. */
const SOON = 10_000;
/** How long lines wait for a list that is not there, and their own subscriptions after that. */
const FALLBACK = 20_000;
const IDLE = ["idle", "idle", "idle", "idle", "idle"] as const;
const UNKNOWN = ["unknown", "unknown", "unknown", "unknown", "unknown"] as const;

/**
 * The whole daemon on event lists (RFC 4662): `blflist` holds 101 to 105, and others may be in it. A list of many lines
 * needs TCP.
 */
export function listFlows(transport: "udp" | "tcp", make: () => TestPbx): void {
  describe(`one list for all lines over ${transport}`, () => {
    let pbx: TestPbx;
    let panel: TestPanel;
    let phones: Phone[] = [];

    beforeAll(async () => {
      pbx = make();
      await pbx.start();
    }, 90_000);
    afterAll(() => pbx.stop(), 60_000);
    afterEach(async () => {
      await Promise.all(phones.map((phone) => phone.stop()));
      await panel.stop();
      phones = [];
    }, 90_000);

    async function phone(number: string, habit: PhoneHabit = "manual"): Promise<Phone> {
      const made = pbx.phone(number, habit);
      phones.push(made);
      await made.start();
      return made;
    }

    async function panelOn(list: string, odd = "105"): Promise<void> {
      panel = new TestPanel({ host: pbx.host, port: pbx.port, transport, list, odd });
      await panel.start();
    }

    const faults = () => panel.events.filter((event) => event.type === "fault");

    test("a line of the list flashes, and its key lands the call on the desk phone", async () => {
      const [caller, target, desk] = await Promise.all([phone("100"), phone("101"), phone("102", "answers")]);
      await panelOn("blflist");
      await panel.untilLamps(IDLE, SOON);
      await caller.call("101");
      await target.until("ringing", SOON);
      await panel.untilFlashing("1", SOON);
      expect(await panel.pressed("1")).toMatchObject({ outcome: "picked-up", line: "101" });
      await Promise.all([caller, desk].map((each) => each.until("talking", SOON)));
      await panel.untilLamps(["idle", "busy", "idle", "idle", "idle"], SOON);
      await caller.hangUp();
      await panel.untilLamps(IDLE, SOON);
      expect(faults()).toEqual([]);
    }, 90_000);

    test("a PBX killed with -9: every lamp unknown within 6 s, true again within 10 s of its return", async () => {
      await panelOn("blflist");
      const [caller, target] = await Promise.all([phone("100"), phone("101")]);
      await panel.untilLamps(IDLE, SOON);
      await caller.call("101");
      await target.until("ringing", SOON);
      await panel.untilLamp("1", "ringing", SOON);
      await pbx.kill();
      await panel.untilLamps(UNKNOWN, 6000);
      const unknownAt = panel.lampMessages.length;
      await Promise.all(phones.map((each) => each.stop()));
      phones = [];
      await pbx.start();
      await panel.untilLamps(IDLE, 10_000);
      const states = new Set(panel.lampMessages.slice(unknownAt).map((message) => message.state));
      expect([...states].filter((state) => state !== "unknown" && state !== "idle")).toEqual([]);
    }, 90_000);

    test("a line that is not in the list is watched by itself, and the fault names both", async () => {
      const target = await phone("100");
      await panelOn("blflist", "100");
      await panel.untilLamps(IDLE, SOON);
      const fault = await panel.untilEvent(0, SOON, (event) => event.what === "list blflist");
      expect(fault.why).toMatch(/^list blflist does not name 100: /);
      const caller = await phone("103");
      await caller.call("100");
      await target.until("ringing", SOON);
      await panel.untilLamps(["idle", "idle", "busy", "idle", "ringing"], SOON);
      await caller.hangUp();
      await panel.untilLamps(IDLE, SOON);
    }, 90_000);

    test("a list that the PBX does not have: every line by itself, and the fault says what would mend it", async () => {
      const [caller, target] = await Promise.all([phone("100"), phone("101")]);
      await panelOn("nolist");
      const fault = await panel.untilEvent(0, SOON, (event) => event.what === "list nolist");
      expect(fault.why).toMatch(/has no list nolist .* add it there, or take pbx\.list out/);
      await panel.untilLamps(IDLE, FALLBACK);
      await caller.call("101");
      await target.until("ringing", SOON);
      await panel.untilLamp("1", "ringing", SOON);
      await caller.hangUp();
      await panel.untilLamp("1", "idle", SOON);
    }, 90_000);
  });
}
