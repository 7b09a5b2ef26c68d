import { Bus } from "../../../drivers/sidecar/bus.ts";
import { Sidecar } from "../../../drivers/sidecar/sidecar.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { SimSidecar, type SimSidecarOptions } from "../../../sim/sidecar/sidecar.ts";
import { MemoryLine } from "./memory-line.ts";

/** Keys 1, 2, 3 … of a board, on the same numbers of a module. */
export function numbered(count: number): Map<string, number> {
  return new Map(Array.from({ length: count }, (_, i) => [String(i + 1), i + 1]));
}

/** Lets time pass step by step, so that what waits for a promise gets its turn in between. */
export async function elapse(clock: ManualClock, by: Millis): Promise<void> {
  const end = clock.now() + by;
  await settled();
  for (let next = clock.next; next !== undefined && next <= end; next = clock.next) {
    clock.advance(next - clock.now());
    await settled();
  }
  clock.advance(end - clock.now());
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await Promise.resolve();
}

export type RigOptions = Partial<Omit<SimSidecarOptions, "clock" | "send">> & { readonly baud?: number };

/** One module on one line, its power on, and the driver, not started. */
export function rig({ baud = 115200, ...options }: RigOptions = {}) {
  const clock = new ManualClock(1000);
  const line = new MemoryLine(clock);
  const sim = new SimSidecar({ keys: 4, ...options, clock, send: (bytes) => line.send(bytes) });
  line.attach((bytes) => sim.receive(bytes));
  sim.powerOn();
  const bus = new Bus({ path: "/dev/test", baud, open: line.open, clock });
  const sidecar = new Sidecar({ name: "desk", id: options.id ?? 0, keys: numbered(3), bus, clock });
  const story: string[] = [];
  sidecar.onState((state, why) => story.push(why === undefined ? state : `${state}: ${why.message}`));
  return {
    clock,
    line,
    sim,
    bus,
    sidecar,
    story,
    elapse: (by: Millis) => elapse(clock, by),
    unplug: (told = true) => {
      sim.powerOff();
      line.unplug(told);
    },
    plug: () => {
      line.plug();
      sim.powerOn();
    },
  };
}
