import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { KeySettings } from "../../firmware/domain/key-settings.ts";
import type { Settings } from "../../firmware/domain/settings.ts";
import { GROUP_KEY, PARK_KEY } from "./bench-settings.ts";
import { TestPanel } from "./panel.ts";
import type { Phone, PhoneHabit, TestPbx } from "./phone.ts";

/** Generous bounds of waits, not speeds: 2 cores may be busy. */
const SOON = 10_000;
const LONG_PRESS = 1300;

const KEYS: readonly KeySettings[] = [
  { kind: "line", id: "1", line: "101", label: "Line 101", pickup: true, idle: {} },
  { kind: "line", id: "2", line: "102", label: "Line 102", pickup: false, idle: {} },
  { kind: "line", id: "3", line: "103", label: "Line 103", pickup: true, idle: { short: "103", long: "*80103" } },
  { kind: "panel", id: "4", label: "Silence", action: "acknowledge" },
  { kind: "panel", id: "5", label: "Lamps", action: "lamp-test" },
  GROUP_KEY,
  PARK_KEY,
];

/** Every kind of key on one PBX, simulated or real: what its lamp shows and what a press does. */
export function keyFlows(make: () => TestPbx): void {
  describe("keys of every kind", () => {
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

    async function standing(change: (settings: Settings) => Settings = (same) => same): Promise<Phone> {
      const desk = await phone("102", "answers-on-header");
      panel = new TestPanel({
        host: pbx.host,
        port: pbx.port,
        transport: "udp",
        change: (settings) =>
          change({
            ...settings,
            keys: KEYS,
            profile: { ...settings.profile, pickup: { ...settings.profile.pickup, park: "{slot}" } },
          }),
      });
      await panel.start();
      for (const key of ["1", "2", "3", "6", "7"]) await panel.untilLamp(key, "idle", SOON);
      return desk;
    }

    async function ring(caller: Phone, target: Phone, key: string): Promise<void> {
      await caller.call(target.number);
      await target.until("ringing", SOON);
      await panel.untilLamp(key, "ringing", SOON);
    }

    test("a group key flashes while any member rings, and takes the call that rings longest", async () => {
      const desk = await standing();
      const [first, second] = [await phone("100"), await phone("105")];
      const [one, another] = [await phone("101"), await phone("103")];
      await ring(first, another, "3");
      await panel.untilLamp("6", "ringing", SOON);
      await ring(second, one, "1");
      expect(await panel.pressed("6")).toMatchObject({ outcome: "picked-up", line: "103" });
      await Promise.all([first, desk].map((each) => each.until("talking", SOON)));
      expect(one.state).toBe("ringing");
      expect(panel.lamp("6")).toBe("ringing");
      await second.hangUp();
      await panel.untilLamp("6", "idle", SOON);
      expect(await panel.pressed("6")).toMatchObject({ outcome: "too-late", group: "desk" });
    }, 90_000);

    test("a short press on an idle key dials through the desk phone", async () => {
      const desk = await standing();
      const other = await phone("103", "answers-on-header");
      expect(await panel.pressed("3")).toMatchObject({ type: "dial", outcome: "done", line: "103" });
      await other.until("ringing", SOON);
      await desk.until("talking", SOON);
      await desk.hangUp();
      await other.until("idle", SOON);
    }, 90_000);

    test("a long one something else: here the intercom, which the other phone answers by itself", async () => {
      const desk = await standing();
      const other = await phone("103", "answers-on-header");
      expect(await panel.pressed("3", 2 * SOON, LONG_PRESS)).toMatchObject({ type: "dial", outcome: "done" });
      await Promise.all([desk, other].map((each) => each.until("talking", SOON)));
      await desk.hangUp();
      await other.until("idle", SOON);
    }, 90_000);

    test("a press on an idle key that dials nothing is refused", async () => {
      await standing();
      expect(await panel.pressed("1")).toMatchObject({ type: "pickup", outcome: "refused" });
    }, 90_000);

    test("a parked call is shown, and fetched; an empty slot has nothing to give", async () => {
      const desk = await standing();
      const caller = await phone("100");
      await caller.call("700");
      await panel.untilLamp("7", "held", SOON);
      expect(await panel.pressed("7")).toMatchObject({ type: "retrieve", outcome: "picked-up", slot: "701" });
      await Promise.all([caller, desk].map((each) => each.until("talking", SOON)));
      await panel.untilLamp("7", "idle", SOON);
      await caller.hangUp();
      await desk.until("idle", SOON);
      await panel.untilLamp("2", "idle", SOON);
      await panel.untilReleased("7");
      expect(["refused", "too-late"]).toContain((await panel.pressed("7")).outcome);
    }, 90_000);

    test("an acknowledged ring alerts no more, the next one does", async () => {
      await standing();
      const [caller, target] = [await phone("100"), await phone("101")];
      await ring(caller, target, "1");
      await panel.untilLamp("4", "ringing", SOON);
      panel.press("4");
      await panel.untilLamp("4", "busy", SOON);
      expect([panel.lamp("1"), target.state]).toEqual(["ringing", "ringing"]);
      await caller.hangUp();
      await panel.untilLamp("4", "idle", SOON);
      await ring(caller, target, "1");
      await panel.untilLamp("4", "ringing", SOON);
    }, 90_000);

    test("a lamp test lights every lamp, and none that rings", async () => {
      await standing();
      const [caller, target] = [await phone("100"), await phone("101")];
      panel.press("5");
      await expect.poll(() => KEYS.every(({ id }) => panel.lit(id)), { timeout: SOON }).toBe(true);
      await ring(caller, target, "1");
      // Dark in the middle of the test: it rings through. That is sooner seen than a whole flash.
      const seen = () => [panel.lit("1"), panel.lit("3")];
      await expect.poll(seen, { timeout: SOON, interval: 10 }).toEqual([false, true]);
      await panel.untilFlashing("1", SOON);
      await expect.poll(() => panel.lit("3"), { timeout: 2 * SOON }).toBe(false);
    }, 90_000);

    test("outside of its hours a group is only watched, and the press says so", async () => {
      // A span that is over, whatever day and time it is.
      const over = { weekdays: [(new Date().getDay() + 3) % 7], from: 0, to: 1, text: "never today 00:00-00:01" };
      await standing((settings) => ({ ...settings, scope: { ...settings.scope, hours: { desk: [over] } } }));
      const [caller, target] = [await phone("100"), await phone("101")];
      await ring(caller, target, "1");
      const event = await panel.pressed("1");
      expect(event).toMatchObject({ outcome: "refused", reason: expect.stringContaining("never today") });
      expect(target.state).toBe("ringing");
    }, 90_000);
  });
}
