import { expect, test } from "vitest";
import { Daemon } from "../firmware/daemon.ts";
import { UserAgent } from "../firmware/sip/user-agent.ts";
import { ManualClock } from "../sim/manual-clock.ts";
import { simModule } from "../sim/module.ts";
import { GOOD, load } from "./config/panel-files.ts";
import { RecordingLog } from "./recording-log.ts";

/** A daemon whose PBX never answers, so that nothing but its keys happens. */
function lonely() {
  const loaded = load({ settings: GOOD.settings.replace("sip:pbx.example.org", "sip:127.0.0.1:9;transport=udp") });
  if (!loaded.ok) throw new Error("the settings are not good");
  const { settings } = loaded;
  const clock = new ManualClock(1000);
  const log = new RecordingLog();
  const { module, back } = simModule({ name: "sim", lamps: ["1", "2"], keys: ["1", "2"], clock });
  const agent = new UserAgent({ pbx: settings.pbx, clock, log });
  return { clock, log, back, daemon: new Daemon({ settings, module, agent, clock, log, run: "test" }) };
}

test("a key that is stuck, from the start or later, is told and presses nothing until it is released", async () => {
  const { clock, log, back, daemon } = lonely();
  const told = () =>
    log.lines.flatMap(({ message, fields }) =>
      message === "press" || fields.what === "key 1" || fields.what === "key 2"
        ? [`${message} ${fields.what ?? fields.key}`]
        : [],
    );
  back.close("1");
  await daemon.start();
  clock.advance(31_000);
  expect(told()).toEqual(["fault key 1"]);
  back.close("2");
  clock.advance(31_000);
  expect(told()).toEqual(["fault key 1", "press 2", "fault key 2"]);
  for (const key of ["1", "2"]) {
    back.open(key);
    clock.advance(100);
    back.close(key);
    clock.advance(100);
    back.open(key);
  }
  clock.advance(2000);
  expect(told().slice(3).sort()).toEqual(["mended key 1", "mended key 2"]);
  back.close("1");
  expect(told().at(-1)).toBe("press 1");

  let stopped = false;
  const stopping = daemon.stop().then(() => {
    stopped = true;
  });
  while (!stopped) {
    clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await stopping;
});
