import { afterEach, beforeEach, expect, test } from "vitest";
import { SystemClock } from "../drivers/system-clock.ts";
import { Reporter } from "../firmware/mqtt/reporter.ts";
import { Assembly } from "../firmware/panel/assembly.ts";
import { Broker } from "../sim/broker.ts";
import { ManualClock } from "../sim/manual-clock.ts";
import { simModule } from "../sim/module.ts";
import { Ear } from "./mqtt/ear.ts";
import { RecordingLog } from "./recording-log.ts";
import { Station } from "./station.ts";

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
