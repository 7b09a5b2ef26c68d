import { openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { Gpio } from "onoff";
import { GpioBank } from "../../drivers/gpio-bank.ts";
import { Chardev } from "../../drivers/gpio-chardev.ts";
import { loadKernel } from "../../drivers/gpio-kernel.ts";
import type { GpioInterface } from "../../drivers/gpio-lines.ts";
import { Sysfs } from "../../drivers/gpio-sysfs.ts";
import {
  EVENT_SIZE,
  encodeLineRequest,
  IOCTL,
  inputConfig,
  LineValues,
  lineFile,
  outputConfig,
} from "../../drivers/gpio-uapi.ts";
import { SystemClock } from "../../drivers/system-clock.ts";
import type { Board } from "../../firmware/domain/board.ts";
import { wiringOf } from "../../firmware/domain/wiring.ts";
import { Panel } from "../../firmware/panel/panel.ts";
import { PI_4, PI_5, SimChip } from "../real/kernel/guest/sim-chip.ts";
import { silentLog } from "../recording-log.ts";
import { digits, median, now, percentile } from "./figures.ts";
import { within } from "./wait.ts";

/*
 * Run in a guest with simulated GPIO: what a write of twelve lamps costs, and how soon an edge is a press; of blfd, and of a
 * floor on other lines of the same chip: the least that Node does with koffi and epoll, or with onoff.
 */

const ROUNDS = 5;
const WRITES = 200;
const EDGES = 50;
const LEDS = Array.from({ length: 12 }, (_, bit) => bit);
const KEY = 20;
/** The floor's lines. */
const ABOVE = 30;
const ALL = 2 ** LEDS.length - 1;

interface Side {
  write(values: number): void;
  /** Told when its line moves. */
  onEdge: (listener: () => void) => void;
  readonly line: number;
}

const board: Board = {
  name: "bench",
  title: "Twelve lamps and a button",
  columns: 1,
  rows: 1,
  banks: [],
  keys: [
    {
      id: "1",
      column: 0,
      row: 0,
      leds: LEDS.map((bit) => ({ bank: "chip", bit, activeLow: false, colour: "red" })),
      button: { bank: "chip", bit: KEY, activeLow: false, pull: "none", debounce: 0 },
    },
  ],
};

async function blfd(label: string, through: GpioInterface): Promise<Side> {
  const clock = new SystemClock();
  const wiring = wiringOf(board, "chip");
  const bank = new GpioBank({ name: "chip", chips: [label], wiring, through, clock, log: silentLog });
  const panel = new Panel({ name: "bench", board, banks: new Map([["chip", bank]]), clock });
  let edge = (): void => {};
  panel.onContact(() => edge());
  await panel.start();
  const onEdge = (listener: () => void): void => {
    edge = listener;
  };
  return { write: (values) => bank.write(ALL, values), onEdge, line: KEY };
}

async function chardevFloor(chip: SimChip): Promise<Side> {
  const kernel = await loadKernel();
  const device = openSync(chip.device, "r+");
  const outputs = LEDS.map((bit) => ({ bit: bit + ABOVE, activeLow: false, openDrain: false }));
  const inputs = [{ bit: KEY + ABOVE, activeLow: false, pull: "none", kernelDebounce: 0 }] as const;
  const take = (config: Parameters<typeof encodeLineRequest>[0]): number => {
    const request = encodeLineRequest(config, "floor");
    kernel.ioctl(device, IOCTL.line, request);
    return lineFile(request);
  };
  const output = take(outputConfig(outputs, 0));
  const input = take(inputConfig(inputs));
  const values = new LineValues();
  const event = Buffer.alloc(EVENT_SIZE);
  let edge = (): void => {};
  kernel.watch(input, () => {
    readSync(input, event);
    edge();
  });
  const onEdge = (listener: () => void): void => {
    edge = listener;
  };
  return {
    write: (bits) => kernel.ioctl(output, IOCTL.setValues, values.set(bits, ALL).bytes),
    onEdge,
    line: KEY + ABOVE,
  };
}

function sysfsFloor(label: string): Side {
  const folder = "/sys/class/gpio";
  const chips = readdirSync(folder).filter((name) => /^gpiochip\d+$/.test(name));
  const chip = chips.find((name) => readFileSync(`${folder}/${name}/label`, "latin1").trim() === label) ?? "";
  const base = Number(chip.slice("gpiochip".length)) + ABOVE;
  const lamps = LEDS.map((bit) => new Gpio(base + bit, "out"));
  const key = new Gpio(base + KEY, "in", "both");
  let edge = (): void => {};
  key.watch(() => edge());
  const onEdge = (listener: () => void): void => {
    edge = listener;
  };
  const write = (values: number): void => {
    for (const [bit, lamp] of lamps.entries()) lamp.writeSync(((values >>> bit) & 1) === 1 ? 1 : 0);
  };
  return { write, onEdge, line: KEY + ABOVE };
}

function writes({ write }: Side, samples: number[]): void {
  for (let i = 0; i < WRITES; i++) {
    const began = now();
    write(i % 2 === 0 ? ALL : 0);
    samples.push(now() - began);
  }
}

async function edges({ onEdge, line }: Side, chip: SimChip, samples: number[]): Promise<void> {
  for (let i = 0; i < EDGES; i++) {
    const seen = within<number>("an edge", (done) => onEdge(() => done(now())), 10_000);
    const began = now();
    chip.pull(line, i % 2 === 0);
    samples.push((await seen) - began);
  }
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function compare(name: string, ours: Side, floor: Side, chip: SimChip): Promise<void> {
  const figures = {
    blfd: { write: [] as number[], edge: [] as number[] },
    floor: { write: [] as number[], edge: [] as number[] },
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [side, samples] of [
      [ours, figures.blfd],
      [floor, figures.floor],
    ] as const) {
      writes(side, samples.write);
      await edges(side, chip, samples.edge);
    }
  }
  for (const [what, which] of [
    ["twelve lamps written", "write"],
    ["edge → press", "edge"],
  ] as const) {
    const [mine, least] = [figures.blfd[which], figures.floor[which]];
    const both = (samples: readonly number[]): string =>
      `${digits(median(samples)).padStart(6)} ${digits(percentile(samples, 0.9)).padStart(6)}`;
    say(
      `${`${name}: ${what}, µs`.padEnd(40)} ${both(mine)}  ${both(least)}  ${digits(median(mine) / median(least)).padStart(5)}`,
    );
  }
}

say(
  `the real kernel's GPIO, in a guest: p50 and p90${" ".repeat(2)}blfd${" ".repeat(12)}floor${" ".repeat(7)}blfd / floor`,
);
const four = new SimChip("four", PI_4);
await compare("chardev", await blfd(PI_4.label, new Chardev()), await chardevFloor(four), four);
const five = new SimChip("five", PI_5);
await compare("sysfs", await blfd(PI_5.label, new Sysfs(new SystemClock())), sysfsFloor(PI_5.label), five);
process.exit();
