import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SystemClock } from "../drivers/system-clock.ts";
import type { Settings } from "../firmware/domain/settings.ts";
import { Reporter } from "../firmware/mqtt/reporter.ts";
import { Broker } from "../sim/broker.ts";
import { Cable } from "./mqtt/cable.ts";
import { Ear, retainedAt } from "./mqtt/ear.ts";
import { RecordingLog } from "./recording-log.ts";
import { full } from "./sip/watching.ts";
import { Station } from "./station.ts";

const SOON = { timeout: 10_000, interval: 5 };
const ANNA = '<identity display="Anna Meier">sip:+4930123467@pbx.example.org</identity>';
const RINGS = dialog("early");
const TALKS = dialog("confirmed");

let broker: Broker;
let port: number;
/** Between the panel and the broker. */
let cable: Cable;
let panelPort: number;
let ear: Ear;
let station: Station;
let version = 100;

function dialog(state: string): string {
  return `<dialog id="a" call-id="a" direction="recipient"><remote>${ANNA}</remote><state>${state}</state></dialog>`;
}

beforeEach(async () => {
  broker = new Broker();
  port = await broker.start();
  cable = new Cable();
  panelPort = await cable.start();
  cable.plug(port);
  ear = new Ear();
  await ear.start(port);
});
afterEach(async () => {
  await station.stop();
  await ear.stop();
  await cable.stop();
  await broker.stop();
});

async function begin(settings: Partial<Settings>): Promise<void> {
  const mqtt = { url: `mqtt://127.0.0.1:${panelPort}`, topic: "blfd" };
  const retries = { first: 20, max: 100 };
  const log = new RecordingLog();
  const reporter = new Reporter({ settings: mqtt, panel: "bench", clock: new SystemClock(), log, retries });
  station = new Station({ reporter, settings });
  await station.begin();
  await expect.poll(() => ear.on("blfd/bench/status"), SOON).toEqual(["online"]);
}

/** The PBX tells all of line 101. */
function says(...dialogs: readonly string[]): void {
  const asked = station.agent.asked.filter(({ spec }) => spec.to === station.agent.uri("101")).at(-1);
  if (!asked) throw new Error("nobody asks for 101");
  station.agent.notify(asked.callId, { body: full(version++, ...dialogs) });
}

const lamp = (): unknown => JSON.parse(ear.on("blfd/bench/lamp/1").at(-1) ?? "{}");
const everything = (): string => ear.heard.map(({ topic, text }) => `${topic} ${text}`).join("\n");
const keptLamp = async (): Promise<string | undefined> => (await retainedAt(port, 5)).get("blfd/bench/lamp/1");

describe("who calls, over MQTT", () => {
  test.each([
    ["full", { name: "Anna Meier", number: "+4930123467" }],
    ["masked", { number: "•••• 67" }],
  ] as const)("%s: with the lamp as long as the call lasts; nowhere else, and in no log", async (privacy, caller) => {
    await begin({ privacy });
    says(RINGS);
    await expect.poll(lamp, SOON).toMatchObject({ state: "ringing", caller });
    says(TALKS);
    await expect.poll(lamp, SOON).toMatchObject({ state: "busy", caller });
    // Refused, since it has no phone: an event that is about this call.
    says(RINGS);
    station.press(1);
    await expect.poll(() => ear.on("blfd/bench/event").join(), SOON).toContain('"outcome"');
    says();
    await expect.poll(lamp, SOON).toMatchObject({ state: "idle" });
    expect(lamp()).not.toHaveProperty("caller");
    expect(await keptLamp()).not.toMatch(/caller|Anna|67/);
    const elsewhere = ear.heard.filter(({ topic }) => topic !== "blfd/bench/lamp/1").map(({ text }) => text);
    expect(`${elsewhere.join("\n")}\n${station.log.text}`).not.toMatch(/Anna|0123467|••••/);
    if (privacy === "masked") expect(everything()).not.toMatch(/Anna|0123467/);
  });

  test("off: not a word of it", async () => {
    await begin({ privacy: "off" });
    says(RINGS);
    await expect.poll(lamp, SOON).toMatchObject({ state: "ringing" });
    says(TALKS);
    await expect.poll(lamp, SOON).toMatchObject({ state: "busy" });
    expect(`${everything()}\n${station.log.text}`).not.toMatch(/caller|Anna|0123467/);
  });

  test("by group: what one closes stays closed", async () => {
    const scope = { groups: { desk: ["101"], ward: ["101", "102"] }, pickup: ["desk"], hours: {} };
    await begin({ privacy: "full", groupPrivacy: { desk: "full", ward: "masked" }, scope });
    says(RINGS);
    await expect.poll(lamp, SOON).toMatchObject({ state: "ringing", caller: { number: "•••• 67" } });
  });

  test("a panel that stops leaves nobody's name behind with the broker", async () => {
    await begin({ privacy: "full" });
    says(RINGS);
    await expect.poll(lamp, SOON).toMatchObject({ state: "ringing", caller: { name: "Anna Meier" } });
    await station.stop();
    await expect.poll(() => ear.on("blfd/bench/status"), SOON).toEqual(["online", "offline"]);
    const kept = await retainedAt(port, 6);
    expect(JSON.parse(kept.get("blfd/bench/lamp/1") ?? "{}")).toMatchObject({ line: "101", state: "ringing" });
    expect([...kept.values()].join("\n")).not.toMatch(/caller|Anna/);
  });

  test("what a broker kept over an outage is overwritten by what is true when it is back", async () => {
    await begin({ privacy: "full" });
    says(RINGS);
    await expect.poll(keptLamp, SOON).toContain("Anna Meier");
    cable.unplug();
    says();
    expect(await keptLamp()).toContain("Anna Meier");
    cable.plug(port);
    await expect.poll(lamp, SOON).toMatchObject({ state: "idle" });
    expect(await keptLamp()).not.toMatch(/caller|Anna/);
  });
});
