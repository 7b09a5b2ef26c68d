import { afterEach, beforeEach, expect, test } from "vitest";
import { SystemClock } from "../drivers/system-clock.ts";
import { LAMP_TEST } from "../firmware/domain/attendant.ts";
import { IDENTIFY } from "../firmware/domain/identify.ts";
import { Reporter } from "../firmware/mqtt/reporter.ts";
import { Assembly } from "../firmware/panel/assembly.ts";
import { Broker } from "../sim/broker.ts";
import { ManualClock } from "../sim/manual-clock.ts";
import { simModule } from "../sim/module.ts";
import { Ear } from "./mqtt/ear.ts";
import { RecordingLog } from "./recording-log.ts";
import { SPARE, Station, ZONE } from "./station.ts";

const SOON = { timeout: 10_000, interval: 5 };

let broker: Broker;
let ear: Ear;
let reporter: Reporter;
let station: Station | undefined;
beforeEach(async () => {
  broker = new Broker();
  const port = await broker.start();
  ear = new Ear();
  await ear.start(port);
  const settings = { url: `mqtt://127.0.0.1:${port}`, topic: "blfd" };
  reporter = new Reporter({ settings, panel: "bench", clock: new SystemClock(), log: new RecordingLog() });
});
afterEach(async () => {
  await station?.stop();
  station = undefined;
  await ear.stop();
  await broker.stop();
});

/** The lamp of a key, as it was told last. */
const lamp = (key: string): { readonly state?: string; readonly since?: string; readonly cadence?: string } =>
  JSON.parse(ear.on(`blfd/bench/lamp/${key}`).at(-1) ?? "{}");
const events = (type: string): Record<string, unknown>[] =>
  ear
    .on("blfd/bench/event")
    .map((text): Record<string, unknown> => JSON.parse(text))
    .filter((event) => event.type === type);

test("keys of an absent module are unknown until it is back, by what they show then; the others stay what they are", async () => {
  const clock = new ManualClock(1000, new Date(2026, 0, 1, 12, 0));
  const left = simModule({ name: "left", lamps: ["1"], keys: ["1"], clock });
  const right = simModule({ name: "right", lamps: ["2", "3", "4"], keys: ["2", "3", "4"], clock });
  const module = new Assembly("both", [left.module, right.module]);
  station = new Station({ clock, module, reporter });
  await station.begin();
  await expect.poll(() => [lamp("1").state, lamp("2").state], SOON).toEqual(["idle", "idle"]);

  clock.advance(10_000);
  left.back.unplug(new Error("pulled"));
  await expect.poll(() => lamp("1").state, SOON).toBe("unknown");
  expect(lamp("1")).toMatchObject({ line: "101", cadence: "wink", since: clock.wall().toISOString() });
  await expect.poll(() => events("fault"), SOON).toMatchObject([{ what: "module both", why: "left: pulled" }]);

  // What happens meanwhile is told of the other key alone.
  clock.advance(5000);
  station.line("101", "early");
  station.line("102", "early");
  await expect.poll(() => lamp("2").state, SOON).toBe("ringing");
  expect(lamp("1").state).toBe("unknown");
  expect(left.back.lit("1")).toBe(false);

  const rang = clock.wall().toISOString();
  clock.advance(5000);
  left.back.plug();
  clock.advance(60);
  await expect.poll(() => lamp("1"), SOON).toMatchObject({ state: "ringing", cadence: "flash", since: rang });
  await expect.poll(() => events("mended"), SOON).toMatchObject([{ what: "module both" }]);
  const lit = left.back.lit("1");
  clock.advance(250);
  expect(left.back.lit("1")).toBe(!lit);
});

test("a lamp test and an identification that come over MQTT are done and answered; what cannot be is refused", async () => {
  station = new Station({ reporter });
  await station.begin();
  const result = (verb: string): Record<string, unknown> =>
    JSON.parse(ear.on(`blfd/bench/command/${verb}/result`).at(-1) ?? "{}");
  const say = (verb: string, text: string) => ear.say(`blfd/bench/command/${verb}`, text);
  await expect.poll(() => ear.on("blfd/bench/status"), SOON).toEqual(["online"]);
  const { wall, clock } = station;

  await say("lamp-test", "{}");
  await expect.poll(() => result("lamp-test"), SOON).toMatchObject({ result: "done" });
  expect([1, SPARE, ZONE].map((bit) => wall.lit(bit))).toEqual([true, true, true]);
  clock.advance(LAMP_TEST);
  expect([1, SPARE, ZONE].map((bit) => wall.lit(bit))).toEqual([false, false, false]);

  await say("identify", '{"key":"5","id":"a"}');
  await expect.poll(() => result("identify"), SOON).toMatchObject({ id: "a", result: "done" });
  expect(station.watch(1, 3000)).toEqual([0, 3000]);
  clock.advance(2000 - (clock.now() % 2000));
  expect(station.watch(SPARE, 3000)).toEqual([500, 500, 500, 500, 500, 500]);
  clock.advance(IDENTIFY);
  expect(station.watch(SPARE, 3000)).toEqual([0, 3000]);

  await say("identify", '{"key":"9"}');
  await expect
    .poll(() => result("identify"), SOON)
    .toMatchObject({ result: "refused", why: "board wall has no key 9; it has 1, 2, 3, 4, 5, zone, alive" });
  await say("reload", "{}");
  await expect.poll(() => result("reload"), SOON).toMatchObject({ result: "refused" });
  expect(events("press")).toEqual([]);
});

test("a panel that may be told nothing does not even listen", async () => {
  station = new Station({
    reporter,
    settings: { mqtt: { url: "mqtt://127.0.0.1", topic: "blfd", commands: [] } },
  });
  await station.begin();
  await expect.poll(() => ear.on("blfd/bench/status"), SOON).toEqual(["online"]);
  await ear.say("blfd/bench/command/lamp-test", "{}");
  // What is told after it is heard after it.
  station.press(1);
  await expect.poll(() => events("press"), SOON).toHaveLength(1);
  expect(ear.heard.filter(({ topic }) => topic.includes("result"))).toEqual([]);
  expect(station.wall.lit(SPARE)).toBe(false);
});
