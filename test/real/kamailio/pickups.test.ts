import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { Settings } from "../../../firmware/domain/settings.ts";
import type { SimPhone } from "../../../sim/phone/phone.ts";
import { type EventMessage, TestPanel } from "../../flows/panel.ts";
import { became, pickupCell } from "../pickup-table.ts";
import { EarlyCaller, type ReplacesHabit } from "./early-caller.ts";
import { Kamailio, PBX } from "./kamailio.ts";

const SOON = 10_000;
const METHOD = "Replaces";
const LANDING = "desk-phone";

/** As the shipped profile: the ids of its dialog-info name the caller's call, and transfers are the phones' own. */
const onKamailio = (settings: Settings): Settings => ({
  ...settings,
  profile: { ...settings.profile, name: "kamailio", pickup: { replaces: true }, transfers: "peer" },
  // A proxy has no intercom code, and hands the panel's own auto-answer headers on.
  pickup: { ...settings.pickup, phone: { line: "102", dial: "102", whenBusy: "refuse" } },
});

/**
 * The whole daemon on a PBX that is a proxy: what its dialog-info tells of a ringing call is handed to the desk phone, which
 * takes the call's place at the caller. The phones are of the tests, since no ready softphone replaces a call that rings.
 */
describe("pickup by Replaces on a real Kamailio", () => {
  const pbx = new Kamailio();
  const clock = new SystemClock();
  let desk: SimPhone;
  let target: SimPhone;
  let colleague: SimPhone;
  let panel: TestPanel;
  let caller: EarlyCaller | undefined;

  beforeAll(async () => {
    await pbx.start();
    desk = pbx.phone("102", { habit: "answers-on-header", refer: "obeys", replaces: true });
    target = pbx.phone("101");
    colleague = pbx.phone("103");
    for (const phone of [desk, target, colleague]) await phone.start();
    const { host } = pbx;
    panel = new TestPanel({ host, port: pbx.portOf("udp"), transport: "udp", change: onKamailio });
    await panel.start();
  }, 120_000);
  afterAll(async () => {
    await panel.stop();
    await pbx.stop();
  }, 90_000);
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      process.stderr.write(`what Kamailio said: ${pbx.log.slice(-4000)}\n`);
    });
  });
  afterEach(async () => {
    for (const phone of [desk, target, colleague]) await phone.hangUp();
    await panel.untilReleased("1");
    await caller?.stop();
    // Calls that are over (5) are known for some seconds more.
    const live = async () => (await pbx.calls()).filter(({ state }) => state < 5);
    await expect.poll(live, { timeout: SOON }).toEqual([]);
    for (const key of ["1", "2", "3"]) await panel.untilLamp(key, "idle", SOON);
  }, 90_000);

  /** 100 calls, 101 rings, and so does its lamp. */
  async function ring(habit: ReplacesHabit): Promise<EarlyCaller> {
    const made = new EarlyCaller({ number: "100", server: { host: pbx.host, port: pbx.portOf("udp") }, clock, habit });
    caller = made;
    await made.start();
    made.call("101");
    await target.until("ringing", SOON);
    await panel.untilLamp("1", "ringing", SOON);
    return made;
  }

  const noted = (task: Parameters<typeof became>[0], event: EventMessage, rest: string) =>
    became(task, `${event.outcome}${rest}`, event.outcome === "picked-up" ? "" : event.reason);

  test("rings", pickupCell(PBX, METHOD, "rings; the caller honours it", LANDING), async ({ task }) => {
    const made = await ring("honours");
    const event = await panel.pressed("1");
    expect(event).toMatchObject({ outcome: "picked-up", method: "replaces", landing: "desk-phone" });
    expect([made.state, made.answers, desk.state]).toEqual(["replaced", [200], "talking"]);
    await target.until("idle", SOON);
    expect(target.lastCancel).toEqual([]);
    noted(task, event, ", no reason");
  });

  test("lacks it", pickupCell(PBX, METHOD, "the caller's phone lacks it", LANDING), async ({ task }) => {
    const made = await ring("lacks");
    const event = await panel.pressed("1");
    expect(event.outcome).toBe("refused");
    expect([made.state, made.answers, target.state]).toEqual(["calling", [420], "ringing"]);
    await desk.until("idle", SOON);
    noted(task, event, "");
  });

  test("rings all the same", pickupCell(PBX, METHOD, "the caller's phone rings instead", LANDING), async ({ task }) => {
    const made = await ring("rings");
    const event = await panel.pressed("1");
    expect(event).toMatchObject({ outcome: "failed", reason: expect.stringContaining("hang up the desk phone") });
    expect(target.state).toBe("ringing");
    await desk.hangUp();
    await made.until("calling", SOON);
    expect([made.answers, target.state]).toEqual([[180, 487], "ringing"]);
    noted(task, event, "");
  });

  test("answered before", pickupCell(PBX, METHOD, "answered a moment before", LANDING), async ({ task }) => {
    const made = await ring("honours");
    // The press comes before the panel is told: what it knows of the call is of a moment ago.
    await target.answer();
    const event = await panel.pressed("1");
    expect(event.outcome).toMatch(/too-late|refused/);
    await made.until("talking", SOON);
    expect([target.state, made.answers.filter((status) => status === 200)]).toEqual(["talking", []]);
    await desk.until("idle", SOON);
    noted(task, event, ", the call untouched");
  });

  test("hung up", pickupCell(PBX, METHOD, "just hung up", LANDING), async ({ task }) => {
    const made = await ring("honours");
    await made.hangUp();
    const event = await panel.pressed("1");
    expect(event.outcome).toBe("too-late");
    await desk.until("idle", SOON);
    noted(task, event, "");
  });

  test("forked", pickupCell(PBX, METHOD, "rings at two phones of the line", LANDING), async ({ task }) => {
    const second = pbx.phone("101");
    await second.start();
    try {
      const made = await ring("honours");
      await second.until("ringing", SOON);
      const event = await panel.pressed("1");
      // Whichever fork was told last is replaced, and the other one ends with the caller's call.
      expect(event.outcome).toMatch(/picked-up|refused/);
      if (event.outcome === "picked-up") {
        expect(made.state).toBe("replaced");
        for (const phone of [target, second]) await phone.until("idle", SOON);
      } else expect([made.state, target.state, second.state]).toEqual(["calling", "ringing", "ringing"]);
      noted(task, event, "");
    } finally {
      await second.stop();
    }
  });

  test("desk phone busy", pickupCell(PBX, METHOD, "the desk phone talks", LANDING), async ({ task }) => {
    await colleague.call("102");
    await desk.until("ringing", SOON);
    await desk.answer();
    await panel.untilLamp("2", "busy", SOON);
    const made = await ring("honours");
    const event = await panel.pressed("1");
    expect(event.outcome).toBe("refused");
    expect([made.state, desk.state, colleague.state]).toEqual(["calling", "talking", "talking"]);
    noted(task, event, "");
  });
});
