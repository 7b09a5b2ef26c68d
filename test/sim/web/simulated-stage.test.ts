import { join, resolve } from "node:path";
import { connectAsync } from "mqtt";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import { loadSettings } from "../../../firmware/config/load.ts";
import type { Settings } from "../../../firmware/domain/settings.ts";
import { Listener } from "../../../firmware/mqtt/listener.ts";
import { topicsOf } from "../../../firmware/mqtt/topics.ts";
import { Loopback } from "../../../sim/loopback.ts";
import { FAULT_NAMES } from "../../../sim/pbx/faults/faults.ts";
import { Simulation } from "../../../sim/simulation.ts";
import { Feed } from "../../../sim/web/feed.ts";
import type { PhoneView } from "../../../sim/web/message.ts";
import { planOf } from "../../../sim/web/plan.ts";
import { WebServer } from "../../../sim/web/server.ts";
import { SimulatedStage } from "../../../sim/web/simulated-stage.ts";
import type { Stage } from "../../../sim/web/stage.ts";
import { WatchedStage } from "../../../sim/web/watched-stage.ts";
import { silentLog } from "../../recording-log.ts";
import { Visitor } from "./visitor.ts";

const boardConfigs = resolve(import.meta.dirname, "../../../board-configs");
const clock = new SystemClock();

function settings(): Settings {
  const file = join(boardConfigs, "panels/town/blfd.yaml");
  const loaded = loadSettings(file, { boardConfigs, env: {}, simulated: true });
  if (!loaded.ok) throw new Error(`not good: ${loaded.problems[0]?.text}`);
  return loaded.settings;
}

describe("a simulation on a page", () => {
  let simulation: Simulation;
  let page: Visitor;
  const ends: (() => Promise<void> | void)[] = [];

  async function serve(stage: Stage): Promise<Visitor> {
    const server = new WebServer({ feed: new Feed(stage, ""), files: new Map() });
    const visitor = await Visitor.come(await server.start());
    ends.push(() => server.stop());
    return visitor;
  }

  beforeEach(async () => {
    simulation = new Simulation({ settings: settings(), clock, log: silentLog, medium: new Loopback() });
    page = await serve(new SimulatedStage(simulation, clock));
    ends.push(() => simulation.stop());
    await simulation.start();
    await page.sees("key", ({ key, news }) => key === "3" && news.state === "idle");
  });

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const lamp = (key: string, state: string) =>
    page.sees("key", (told) => told.key === key && told.news.state === state);
  const phone = (number: string, wanted: { [Name in keyof PhoneView]?: PhoneView[Name] | undefined }) =>
    page.sees("phones", ({ phones }) => {
      const one = phones.find((view) => view.number === number);
      return (
        one !== undefined && Object.entries(wanted).every(([name, value]) => one[name as keyof PhoneView] === value)
      );
    });

  test("is drawn from its board file and its settings", async () => {
    const { plan } = await page.sees("hello");
    expect(plan).toMatchObject({ panel: "sim", columns: 4, rows: 4, watched: false, buzzer: false, lamps: [] });
    expect(plan.keys).toHaveLength(16);
    expect(plan.keys[10]).toEqual({
      id: "11",
      column: 2,
      row: 2,
      used: true,
      label: "Lab office",
      about: "111",
      stroke: "b",
    });
  });

  test("rings, flashes, and is picked up by a finger on its key, told with its reason", async () => {
    page.wish({ wish: "call", to: "103" });
    await lamp("3", "ringing");
    await phone("103", { state: "ringing", peer: "201" });
    for (const lit of [["red"], [], ["red"]]) {
      page.heard.length = 0;
      await page.sees("light", (light) => light.lit["3"]?.join() === lit.join());
    }
    page.wish({ wish: "close", key: "3" });
    const { told } = await page.sees("told", (one) => one.told.outcome !== undefined);
    expect(told).toMatchObject({ title: "Key 3, Sales (103): picked up", why: "the call is on the desk phone" });
    page.wish({ wish: "open", key: "3" });
    await phone("100", { state: "talking", peer: "201" });
  });

  test("answers, holds, resumes and hangs up", async () => {
    page.wish({ wish: "call", from: "202", to: "103" });
    await phone("103", { state: "ringing", peer: "202" });
    page.wish({ wish: "answer", phone: "103" });
    await phone("103", { state: "talking", peer: "202" });
    await lamp("3", "busy");
    page.wish({ wish: "hold", phone: "202" });
    await phone("202", { state: "held" });
    await lamp("3", "held");
    page.heard.length = 0;
    page.wish({ wish: "resume", phone: "202" });
    await lamp("3", "busy");
    page.wish({ wish: "hang-up", phone: "103" });
    await lamp("3", "idle");
    await phone("202", { state: "idle" });
  });

  test("transfers a call, and parks it where it is fetched again", async () => {
    page.wish({ wish: "call", from: "202", to: "103" });
    await phone("103", { state: "ringing", peer: "202" });
    page.wish({ wish: "answer", phone: "103" });
    await phone("202", { state: "talking", peer: "103" });
    page.wish({ wish: "transfer", phone: "103", to: "104" });
    await phone("104", { state: "ringing" });
    page.wish({ wish: "answer", phone: "104" });
    await phone("104", { state: "talking", peer: "202" });
    await phone("103", { state: "idle" });
    page.heard.length = 0;
    page.wish({ wish: "park", phone: "104" });
    await phone("104", { state: "idle" });
    await phone("202", { state: "talking", peer: undefined });
    page.wish({ wish: "call", from: "105", to: "701" });
    await phone("105", { state: "talking" });
    expect(simulation.phones.get("202")?.state).toBe("talking");
    page.heard.length = 0;
    page.wish({ wish: "park", phone: "103" });
    expect((await page.sees("told", (one) => one.told.kind === "hand")).told.why).toContain("cannot transfer its call");
  });

  test("says so when something cannot be done", async () => {
    page.wish({ wish: "answer", phone: "999" });
    const { told } = await page.sees("told", (one) => one.told.kind === "hand");
    expect(told).toMatchObject({ title: "That did not work", why: "there is no telephone 999" });
    page.heard.length = 0;
    for (let i = 0; i < 5; i++) page.wish({ wish: "call", to: `10${i + 1}` });
    expect((await page.sees("told", (one) => one.told.kind === "hand")).told.why).toBe(
      "everybody who calls is in a call",
    );
  });

  test("has a switch for every fault, and shows what it does", async () => {
    const { faults } = await page.sees("hello");
    expect(faults.map(({ name }) => name)).toEqual(["unplug lamps", "unplug buttons", ...FAULT_NAMES]);
    page.wish({ wish: "fault", name: "unplug lamps", on: true });
    const told = await page.sees("faults", (now) => now.faults.some(({ name, on }) => on && name === "unplug lamps"));
    expect(told.faults.filter(({ on }) => on)).toHaveLength(1);
    await page.sees("told", (one) => one.told.kind === "fault");
    page.wish({ wish: "fault", name: "unplug lamps", on: false });
    await page.sees("told", (one) => one.told.title.startsWith("Mended"));
    page.wish({ wish: "fault", name: "no such fault", on: true });
    page.wish({ wish: "close", key: "no such key" });
    page.wish({ wish: "fault", name: "silent-death", on: true });
    await lamp("3", "unknown");
  });

  test("is watched by another page over MQTT, with its board or without, which cannot touch it", async () => {
    const { panel, mqtt } = simulation.settings;
    if (mqtt === undefined) throw new Error("a simulation reports over MQTT");
    const topics = topicsOf(mqtt.topic, panel);
    for (const plan of [planOf(simulation.settings, true), undefined]) {
      const listener = new Listener({ settings: mqtt, filter: topics.all, clock, log: silentLog });
      const stage = new WatchedStage({ panel, topics, listener, clock, ...(plan && { plan }) });
      ends.push(() => stage.stop());
      const watcher = await serve(stage);
      await watcher.sees("link", ({ link }) => link.status === "online" && link.broker);
      const { news } = await watcher.sees("key", ({ key }) => key === "11");
      expect(news).toMatchObject({ label: "Lab office", about: "111", cadence: "dark" });
      const mouth = await connectAsync(mqtt.url, { reconnectPeriod: 0 });
      await mouth.publishAsync(`${mqtt.topic}/${panel}/command/identify`, "");
      await mouth.endAsync();
      await watcher.sees("traffic", ({ traffic }) => traffic.topic.endsWith("/command/identify"));
      expect(stage.plan).toMatchObject({ watched: true, columns: 4, rows: 4 });
      expect(stage.plan.keys).toHaveLength(16);
      expect(stage.plan.keys[10]).toMatchObject({ id: "11", column: 2, row: 2 });
      page.wish({ wish: "call", from: plan ? "201" : "202", to: plan ? "103" : "104" });
      const key = plan ? "3" : "4";
      expect(await watcher.sees("key", (told) => told.key === key && told.news.state === "ringing")).toMatchObject({
        news: { colour: "red", cadence: "flash" },
      });
      watcher.wish({ wish: "close", key });
      expect(await watcher.untilClosed()).toBe(1008);
    }
    expect(page.heard.some((message) => message.type === "told" && message.told.kind === "press")).toBe(false);
  });

  test("a watched page knows nothing of a panel once that is gone", async () => {
    const { panel, mqtt } = simulation.settings;
    if (mqtt === undefined) throw new Error("a simulation reports over MQTT");
    const topics = topicsOf(mqtt.topic, panel);
    const listener = new Listener({ settings: mqtt, filter: topics.all, clock, log: silentLog });
    const stage = new WatchedStage({ panel, topics, listener, clock });
    ends.push(() => stage.stop());
    const watcher = await serve(stage);
    await watcher.sees("link", ({ link }) => link.status === "online");
    await simulation.stop();
    await watcher.sees("link", ({ link }) => link.status === "offline");
    expect(
      await watcher.sees("hello", ({ link, news }) => !link.broker && Object.keys(news).length === 0),
    ).toBeDefined();
  });
});
