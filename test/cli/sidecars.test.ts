import { expect, test } from "vitest";
import { sidecarsOf } from "../../firmware/cli/sidecars.ts";
import type { Board } from "../../firmware/domain/board.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { SimSidecar } from "../../sim/sidecar/sidecar.ts";
import { MemoryLine } from "../drivers/sidecar/memory-line.ts";
import { elapse } from "../drivers/sidecar/rig.ts";
import { RecordingLog } from "../recording-log.ts";

/** The daemon's sidecar of a board that wants it at 40 percent, and the module. */
async function begin(dims: boolean) {
  const board: Board = {
    name: "desk",
    title: "One key",
    columns: 1,
    rows: 1,
    banks: [{ name: "desk", driver: "sidecar", port: "/dev/test", baud: 115200, module: 0, brightness: 40 }],
    keys: [{ id: "1", leds: [], sidecar: { bank: "desk", number: 1 }, column: 0, row: 0 }],
  };
  const clock = new ManualClock(1000);
  const line = new MemoryLine(clock);
  const sim = new SimSidecar({ dims, clock, send: (bytes) => line.send(bytes) });
  line.attach((bytes) => sim.receive(bytes));
  sim.powerOn();
  const log = new RecordingLog();
  const [module] = sidecarsOf(board, line.open, clock, log);
  module?.show("1", { colour: "red", cadence: "steady" });
  await module?.start();
  await elapse(clock, 100);
  const restart = async (): Promise<void> => {
    sim.powerOn();
    await elapse(clock, 3000);
  };
  return { sim, log, restart };
}

test("a sidecar that can be dimmed is, again after each of its starts", async () => {
  const { sim, log, restart } = await begin(true);
  expect([sim.brightness, sim.lit(1)]).toEqual([40, ["red"]]);
  await restart();
  expect([sim.brightness, sim.lit(1)]).toEqual([40, ["red"]]);
  expect(log.lines).toEqual([]);
});

test("one that cannot be is shown as it is, and said to be so once", async () => {
  const { sim, log, restart } = await begin(false);
  await restart();
  expect([sim.brightness, sim.lit(1)]).toEqual([100, ["red"]]);
  expect(log.lines).toEqual([{ level: "warn", fields: { bank: "desk" }, message: expect.stringContaining("dimmed") }]);
});
