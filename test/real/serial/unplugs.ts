import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Bus } from "../../../drivers/sidecar/bus.ts";
import { serialPorts } from "../../../drivers/sidecar/serial-port.ts";
import { Sidecar } from "../../../drivers/sidecar/sidecar.ts";
import { SystemClock } from "../../../drivers/system-clock.ts";
import { BEAT, CADENCE_NAMES, litAt } from "../../../firmware/domain/cadence.ts";
import type { LampState } from "../../../firmware/domain/lamp.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import { Pty } from "../../../sim/sidecar/pty.ts";
import { SimSidecar } from "../../../sim/sidecar/sidecar.ts";
import { numbered } from "../../drivers/sidecar/rig.ts";
import { Random } from "../../fuzz/random.ts";

const KEYS = 24;
/** A plug is pulled within so many bytes of its being put in, of both directions together: HELLO, all lamps, and what comes after. */
const BYTES = 2500;
/** So long after its return, no lamp may be wrong. */
const TRUE_WITHIN: Millis = 2000;
/** What is wanted does not change so long before lamps are looked at: an opening, and a second of the flash limit. */
const CALM: Millis = 1400;
/** Near a change of its light, an eye cannot say whether a lamp is in phase. */
const BLUR: Millis = 45;
const START_WITHIN: Millis = 10_000;
/** What holds a SYNC up puts lamps out of phase until the next one; a lamp that is wrong is so at each look, in the same place of the beat. */
const LOOKS = 3;

export interface Unplugged {
  /** Each wrong lamp, with the number of the unplugging. */
  readonly wrong: readonly string[];
  /** From the return of the plug to "up". */
  readonly back: readonly Millis[];
}

/** Pulls the plug of one module that many times, at random bytes, while its lamps keep changing. The same for the same seed, but for time. */
export async function unplugs(seed: number, count: number): Promise<Unplugged> {
  const bench = new Bench(seed);
  await bench.start();
  const wrong: string[] = [];
  const back: Millis[] = [];
  try {
    for (let time = 0; time < count; time++) {
      const { took, lies } = await bench.unplug();
      back.push(took);
      wrong.push(...lies.map((lie) => `seed ${seed}, ${time}: ${lie}`));
    }
  } finally {
    await bench.stop();
  }
  return { wrong, back };
}

class Bench {
  readonly #random: Random;
  readonly #clock = new SystemClock();
  readonly #folder = mkdtempSync(join(tmpdir(), "blfd-unplugs-"));
  readonly #path = join(this.#folder, "sidecar");
  readonly #sim: SimSidecar;
  readonly #sidecar: Sidecar;
  readonly #wanted = new Map<string, LampState>();
  #pty: Pty | undefined;
  #pulled: Promise<void> = Promise.resolve();
  /** Bytes until the plug is pulled. */
  #left = Number.POSITIVE_INFINITY;
  #cut: () => void = () => {};
  #up: () => void = () => {};
  #changing = true;

  constructor(seed: number) {
    this.#random = new Random(seed);
    const clock = this.#clock;
    this.#sim = new SimSidecar({ keys: KEYS, clock, send: (bytes) => this.#pty?.write(this.#passed(bytes)) });
    const bus = new Bus({ path: this.#path, baud: 115200, open: serialPorts(), clock });
    this.#sidecar = new Sidecar({ name: "desk", id: 0, keys: numbered(KEYS), bus, clock });
    this.#sidecar.onState((state) => state === "up" && this.#up());
  }

  async start(): Promise<void> {
    const up = this.#isUp();
    await this.#plug();
    await this.#sidecar.start();
    await up;
    void this.#change();
  }

  async stop(): Promise<void> {
    this.#changing = false;
    await this.#sidecar.halt();
    this.#sim.powerOff();
    await this.#pty?.close();
    rmSync(this.#folder, { recursive: true });
  }

  async unplug(): Promise<{ readonly took: Millis; readonly lies: readonly string[] }> {
    const cut = new Promise<void>((resolve) => {
      this.#cut = resolve;
    });
    this.#left = 1 + this.#random.below(BYTES);
    await cut;
    await this.#pulled;
    await delay(this.#random.below(1200));
    const up = this.#isUp();
    await this.#plug();
    const since = this.#clock.now();
    const took = up.then(() => this.#clock.now() - since);
    await delay(TRUE_WITHIN - CALM);
    this.#changing = false;
    // Both are over, however late this comes to its turn.
    const look = Math.max(since + TRUE_WITHIN, this.#clock.now() + CALM);
    await delay(look - this.#clock.now());
    const wrong = this.#wrongLooks();
    let outOfPhase = this.#outOfPhase();
    for (let looks = 1; looks < LOOKS && outOfPhase.length > 0; looks++) {
      await delay(BEAT);
      const still = this.#outOfPhase();
      outOfPhase = outOfPhase.filter((lamp) => still.includes(lamp));
    }
    void this.#change();
    return { took: await took, lies: [...wrong, ...outOfPhase] };
  }

  async #plug(): Promise<void> {
    const pty = await Pty.open(this.#path);
    pty.onBytes((bytes) => this.#sim.receive(this.#passed(bytes)));
    this.#pty = pty;
    this.#sim.powerOn();
  }

  /** What of these bytes gets through before the plug is out. */
  #passed(bytes: Uint8Array): Uint8Array {
    const passed = bytes.subarray(0, this.#left);
    this.#left -= passed.length;
    if (this.#left === 0) {
      this.#left = Number.POSITIVE_INFINITY;
      const pty = this.#pty;
      setImmediate(() => {
        this.#pty = undefined;
        this.#sim.powerOff();
        this.#pulled = pty?.close() ?? Promise.resolve();
        this.#cut();
      });
    }
    return passed;
  }

  #isUp(): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`not up within ${START_WITHIN} ms`)), START_WITHIN);
      this.#up = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }

  /** Somebody rings somewhere, all the time. */
  async #change(): Promise<void> {
    this.#changing = true;
    while (this.#changing) {
      const lamp = String(1 + this.#random.below(KEYS));
      const cadence = CADENCE_NAMES[this.#random.below(CADENCE_NAMES.length)] ?? "dark";
      const state: LampState = { colour: this.#random.pick(["red", "green", "amber"]), cadence };
      this.#wanted.set(lamp, state);
      this.#sidecar.show(lamp, state);
      await delay(5 + this.#random.below(60));
    }
  }

  /** What the module was told, where it is not what is wanted. */
  #wrongLooks(): string[] {
    return [...this.#wanted].flatMap(([lamp, { colour, cadence }]): string[] => {
      const look = this.#sim.look(Number(lamp));
      const wanted = `${colour === "amber" ? "red,green" : colour} ${cadence}`;
      const dark = cadence === "dark" && look.endsWith("dark");
      return look === wanted || dark ? [] : [`lamp ${lamp}: ${look}, not ${wanted}`];
    });
  }

  #outOfPhase(): string[] {
    const now = this.#clock.now();
    return [...this.#wanted].flatMap(([lamp, { cadence }]): string[] => {
      const lit = this.#sim.lit(Number(lamp)).length > 0;
      const seen = [now - BLUR, now, now + BLUR].map((at) => litAt(cadence, at));
      return seen.includes(lit) ? [] : [`lamp ${lamp}: ${cadence}, but ${lit ? "lit" : "dark"}`];
    });
  }
}
