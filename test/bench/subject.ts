import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../real/free-port.ts";
import { baresipDialler, startBaresip } from "./baresip.ts";
import { Bits } from "./bits.ts";
import { startBlfd } from "./blfd.ts";
import { type Name, pause } from "./figures.ts";
import { buttonBit, KEYS, lampBit, lineOf, PHONE } from "./layout.ts";
import { BenchPbx } from "./pbx.ts";
import { Measured } from "./process.ts";

const LAMPS_WITHIN = 10_000;

export interface Bench {
  readonly bundle: string;
  /** Where the floors are, and settings may go. */
  readonly work: string;
  /** Where the files of the bits are. */
  readonly bits: string;
  /** Where baresip is unpacked, if it is. */
  readonly baresip: string;
}

/** One process under test, with a PBX and lamps of its own; times in ms from its spawn. */
export interface Subject {
  readonly name: Name;
  readonly pbx: BenchPbx;
  readonly bits: Bits;
  readonly lamps: boolean;
  readonly process: Measured;
  /** A finger on a key, and off it. */
  press(key: number): void;
  release(key: number): void;
  readonly subscribedAfter: number;
  readonly trueAfter: number;
  stop(): Promise<void>;
}

/** Starts one and waits until all of its lamps are true: every line busy, and so every lamp steady. */
export async function start(name: Name, bench: Bench, brokerPort?: number): Promise<Subject> {
  const lamps = name !== "baresip";
  const pbx = new BenchPbx(lamps ? "dialog" : "presence", (line) => (line === PHONE ? "terminated" : "confirmed"));
  const pbxPort = await pbx.start();
  const bits = new Bits(bench.bits);
  const folder = mkdtempSync(join(bench.work, "settings-"));
  const controlPort = lamps ? 0 : await freePort();
  const watches = name === "blfd" ? KEYS.length + 1 : KEYS.length;
  const starts: Readonly<Record<Name, () => Measured>> = {
    blfd: () => startBlfd({ bundle: bench.bundle, folder, bits: bits.folder, pbxPort, brokerPort }),
    floor: () => new Measured([join(bench.work, "floor.mjs"), String(pbxPort), bits.folder]),
    cFloor: () => new Measured([String(pbxPort), bits.folder], join(bench.work, "floor")),
    baresip: () => startBaresip({ root: bench.baresip, folder, pbxPort, controlPort }),
  };
  const measured = starts[name]();
  let stopped: Promise<void> | undefined;
  let dialler: Awaited<ReturnType<typeof baresipDialler>> | undefined;
  const end = async (): Promise<void> => {
    dialler?.close();
    await measured.stop();
    pbx.stop();
    bits.remove();
    rmSync(folder, { recursive: true });
  };
  const stop = (): Promise<void> => {
    stopped ??= end();
    return stopped;
  };
  try {
    const trueAt = await pbx.allTold(watches, LAMPS_WITHIN);
    // A lamp is written before its NOTIFY is answered.
    const dark = KEYS.filter((key) => lamps && !bits.lit(lampBit(key)));
    if (dark.length > 0) throw new Error(`lamps ${dark} are not lit though their lines are busy`);
    if (!lamps) dialler = await baresipDialler(controlPort);
    bits.look();
    await pause(50);
    const { spawnedAt } = measured;
    const since = (at: number): number => (at - spawnedAt) / 1000;
    const subscribedAfter = since(pbx.subscribedAt ?? Number.NaN);
    const trueAfter = since(trueAt);
    const fingers = {
      press: (key: number) => (dialler ? dialler.dial(lineOf(key)) : bits.close(buttonBit(key))),
      release: (key: number) => bits.open(buttonBit(key)),
    };
    return { name, pbx, bits, lamps, process: measured, ...fingers, subscribedAfter, trueAfter, stop };
  } catch (cause) {
    const { said } = measured;
    await stop();
    throw new Error(`${name} does not start: ${said}`, { cause });
  }
}
