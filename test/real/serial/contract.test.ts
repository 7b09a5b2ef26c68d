import { Bus } from "../../../drivers/sidecar/bus.ts";
import { Sidecar } from "../../../drivers/sidecar/sidecar.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { simModule } from "../../../sim/module.ts";
import { SimSidecar } from "../../../sim/sidecar/sidecar.ts";
import { moduleContract } from "../../contract/module.ts";
import { numbered } from "../../drivers/sidecar/rig.ts";
import { panelUnderTest } from "../../panel/board.ts";
import { PtyLine } from "./pty-line.ts";

/*
 * One suite on every Module. The bytes of the sidecar go through serialport, the kernel and socat in their own time; the clock of the
 * driver and of the module stands still meanwhile, and moves only when nothing is under way.
 */

moduleContract("SimModule", () => {
  const clock = new ManualClock(1000);
  const keys = ["1", "2", "3"];
  return { clock, ...simModule({ name: "sim", lamps: keys, keys, clock }), elapse: async (by) => clock.advance(by) };
});

moduleContract("Panel over SimBanks", panelUnderTest);

moduleContract("Sidecar on a pty", async () => {
  const clock = new ManualClock(1000);
  const line = new PtyLine();
  const sim = new SimSidecar({ keys: 4, clock, send: (bytes) => line.send(bytes) });
  line.onBytes((bytes) => sim.receive(bytes));
  line.plug();
  await line.settled();
  sim.powerOn();
  const bus = new Bus({ path: line.path, baud: 115200, open: line.open, clock });
  const elapse = async (by: Millis): Promise<void> => {
    const end = clock.now() + by;
    await line.settled();
    for (let next = clock.next; next !== undefined && next <= end; next = clock.next) {
      clock.advance(next - clock.now());
      await line.settled();
    }
    clock.advance(end - clock.now());
  };
  return {
    module: new Sidecar({ name: "desk", id: 0, keys: numbered(3), bus, clock }),
    clock,
    elapse,
    back: {
      lit: (lamp) => sim.hosted && sim.lit(Number(lamp)).length > 0,
      close: (key) => sim.close(Number(key)),
      open: (key) => sim.open(Number(key)),
      unplug: () => {
        sim.powerOff();
        line.unplug();
      },
      plug: () => {
        line.plug();
        sim.powerOn();
      },
    },
    release: () => line.end(),
  };
});
