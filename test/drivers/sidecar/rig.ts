import { Bus } from "../../../drivers/sidecar/bus.ts";
import { Sidecar } from "../../../drivers/sidecar/sidecar.ts";
import type { KeyId } from "../../../firmware/domain/key.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { Cable, type CableOptions } from "../../../sim/sidecar/cable.ts";
import { Random } from "../../fuzz/random.ts";
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

/** What a driver tells, written down. */
export class Notes {
  readonly story: string[] = [];
  readonly contacts: string[] = [];
  gone: ReadonlySet<KeyId> = new Set();

  constructor(sidecar: Sidecar) {
    sidecar.onState((state, why, gone) => {
      this.gone = gone;
      this.story.push(why === undefined ? state : why.message);
    });
    sidecar.onContact((key, closed) => this.contacts.push(`${key} ${closed ? "closed" : "open"}`));
  }
}

export type RigOptions = Partial<Omit<CableOptions, "clock" | "toHost">> & {
  /** As the board file counts them. */
  readonly boardKeys?: number;
};

/** One module of four keys on one line, its power on, and the driver, not started. */
export function rig({ boardKeys = 3, ...options }: RigOptions = {}) {
  const clock = new ManualClock(1000);
  const line = new MemoryLine(clock);
  const chance = new Random(1);
  const cable = new Cable({
    keys: 4,
    random: () => chance.next(),
    ...options,
    clock,
    toHost: (bytes) => line.send(bytes),
  });
  const sim = cable.module;
  line.attach((bytes) => cable.fromHost(bytes));
  sim.powerOn();
  const bus = new Bus({ path: "/dev/test", baud: 115200, open: line.open, clock });
  const sidecar = new Sidecar({ name: "desk", id: options.id ?? 0, keys: numbered(boardKeys), bus, clock });
  return {
    clock,
    line,
    cable,
    sim,
    bus,
    sidecar,
    notes: new Notes(sidecar),
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

export type Rig = ReturnType<typeof rig>;
