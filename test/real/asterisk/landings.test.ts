import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { LandingName, Settings } from "../../../firmware/domain/settings.ts";
import { TestPanel } from "../../flows/panel.ts";
import type { Phone, PhoneHabit } from "../../flows/phone.ts";
import type { Baresip } from "../baresip.ts";
import { Bell } from "../bell.ts";
import { became, pickupCell } from "../pickup-table.ts";
import { Asterisk } from "./asterisk.ts";
import { Leftovers } from "./leftovers.ts";

const SOON = 10_000;
const PBX = "Asterisk 22";
const PRESSES = 15;
const LANDINGS = ["desk-phone", "transfer"] as const satisfies readonly LandingName[];

const pbx = new Asterisk();
const left = new Leftovers(pbx);
let caller: Baresip;
let target: Baresip;
const panels: TestPanel[] = [];
const phones: Phone[] = [];

beforeAll(async () => {
  await pbx.start();
  caller = pbx.phone("100", "manual");
  target = pbx.phone("101", "manual");
  await Promise.all([caller, target].map((phone) => phone.start()));
}, 120_000);
afterAll(async () => {
  await left.none(2 * SOON);
  await pbx.stop();
}, 90_000);
beforeEach(async ({ onTestFailed }) => {
  await left.forget();
  onTestFailed(async () => {
    process.stderr.write(`what Asterisk saw: ${await pbx.saveLog()}\n`);
  });
});
afterEach(async () => {
  await Promise.all([caller, target, ...phones].map((phone) => phone.hangUp()));
  await Promise.all(panels.splice(0).map((panel) => panel.stop()));
  await Promise.all(phones.splice(0).map((phone) => phone.stop()));
  await left.noCalls(SOON);
}, 90_000);

async function phone(number: string, habit: PhoneHabit): Promise<Phone> {
  const made = pbx.phone(number, habit);
  phones.push(made);
  await made.start();
  return made;
}

/** A panel beside phone 102, every lamp true. */
async function panelFor(landing: LandingName): Promise<TestPanel> {
  const { host, port } = pbx;
  const change = (settings: Settings): Settings => ({
    ...settings,
    pickup: {
      ...settings.pickup,
      landings: [landing],
      phone: { line: "102", dial: "*80102", whenBusy: "refuse" },
    },
  });
  const panel = new TestPanel({ host, port, transport: "udp", change });
  panels.push(panel);
  await panel.start();
  await panel.untilLamp("1", "idle", SOON);
  await panel.untilLamp("2", "idle", SOON);
  return panel;
}

async function ring(panel: TestPanel): Promise<void> {
  await caller.call("101");
  await target.until("ringing", SOON);
  await panel.untilLamp("1", "ringing", SOON);
}

/** A first pickup, after which a panel knows whether it may transfer. */
async function proven(panel: TestPanel): Promise<void> {
  const willing = await phone("102", "answers-on-header");
  await ring(panel);
  expect(await panel.pressed("1")).toMatchObject({ outcome: "picked-up", landing: "desk-phone" });
  await caller.hangUp();
  await willing.until("idle", SOON);
  await panel.untilLamp("1", "idle", SOON);
  await panel.untilLamp("2", "idle", SOON);
  await panel.untilReleased("1");
  await willing.stop();
  phones.splice(phones.indexOf(willing), 1);
}

describe.each(LANDINGS)("landing %s on a phone that", (landing) => {
  const METHOD = "directed code, on other desk phones";

  async function pressedWith(habit: PhoneHabit | "off"): Promise<Awaited<ReturnType<TestPanel["pressed"]>>> {
    const panel = await panelFor(landing);
    if (landing === "transfer") await proven(panel);
    if (habit !== "off") await phone("102", habit);
    await panel.untilLamp("2", "idle", SOON);
    await ring(panel);
    return panel.pressed("1");
  }

  /** Nobody was left alone: whoever called hears 101 ring, as before. */
  async function ringsOn(): Promise<void> {
    await target.until("ringing", SOON);
    await panels[0]?.untilLamp("1", "ringing", SOON);
    // The other end of a call that was taken and given back counts as answered there.
    await caller.until(landing === "transfer" ? "talking" : "calling", SOON);
  }

  test("answers late", pickupCell(PBX, METHOD, "answers after 0.6 s", landing), async ({ task }) => {
    const event = await pressedWith({ answersAfter: 600 });
    expect(event).toMatchObject({ outcome: "picked-up", landing });
    became(task, "picked-up");
  });

  test.each([486, 603] as const)("rejects with %i", async (rejects) => {
    const event = await pressedWith({ rejects });
    expect(event).toMatchObject({ outcome: "refused", landing });
    await ringsOn();
  });

  test("nobody answers", pickupCell(PBX, METHOD, "nobody answers", landing), async ({ task }) => {
    const event = await pressedWith("manual");
    expect(event).toMatchObject({ outcome: "no-answer", landing });
    await ringsOn();
    became(task, "no-answer", event.reason);
  });

  test("is off", pickupCell(PBX, METHOD, "is off, which the PBX did not tell", landing), async ({ task }) => {
    const event = await pressedWith("off");
    expect(event.outcome).toMatch(/failed|no-answer|refused/);
    await ringsOn();
    became(task, String(event.outcome), event.reason);
  });

  test("itself rings", pickupCell(PBX, METHOD, "itself rings", landing), async ({ task }) => {
    const panel = await panelFor(landing);
    const desk = await phone("102", "manual");
    const other = await phone("103", "manual");
    await other.call("102");
    await desk.until("ringing", SOON);
    await panel.untilLamp("2", "ringing", SOON);
    await ring(panel);
    const event = await panel.pressed("1");
    expect(event.outcome).toBe("refused");
    expect([desk.state, target.state]).toEqual(["ringing", "ringing"]);
    became(task, "refused", event.reason);
  });
});

describe("how soon the phone that rang is silent", () => {
  const clock = new SystemClock();

  test.each(LANDINGS)(
    "landing %s",
    async (landing) => {
      await target.stop();
      const { host, port } = pbx;
      const bell = new Bell("101", { host, port }, clock);
      await bell.start();
      const desk = await phone("102", "answers-on-header");
      const panel = await panelFor(landing);
      const took: number[] = [];
      for (let i = 0; i <= PRESSES; i++) {
        await panel.untilReleased("1");
        await caller.call("101");
        await bell.phone.until("ringing", SOON);
        await panel.untilLamp("1", "ringing", SOON);
        const pressedAt = clock.now();
        const outcome = panel.pressed("1");
        // The first one shows whether the panel may transfer, so it is always by third party call control.
        const silentAfter = (await bell.silent(SOON)) - pressedAt;
        if (i > 0) took.push(silentAfter);
        expect((await outcome).outcome).toBe("picked-up");
        await caller.hangUp();
        await desk.until("idle", SOON);
        for (const key of ["1", "2"]) await panel.untilLamp(key, "idle", SOON);
      }
      await bell.stop();
      await target.start();
      took.sort((a, b) => a - b);
      const [median = Number.NaN, most = Number.NaN] = [took[Math.floor(PRESSES / 2)], took.at(-1)];
      process.stdout.write(
        `press → ringing phone silent, landing ${landing}: p50 ${median.toFixed(1)} ms, most ${most.toFixed(1)} ms\n`,
      );
      // With a phone that is not made to wait for audio, half a second would mean that the panel's first packet was in vain.
      expect(median).toBeLessThan(400);
    },
    180_000,
  );
});
