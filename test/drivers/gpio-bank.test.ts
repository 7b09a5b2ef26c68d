import { expect, test } from "vitest";
import { GpioBank } from "../../drivers/gpio-bank.ts";
import { FirstOf } from "../../drivers/gpio-first-of.ts";
import { type GpioInterface, type LinesListener, type LinesWanted, monotonic } from "../../drivers/gpio-lines.ts";
import { GpioTrouble } from "../../drivers/gpio-trouble.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { WIRING } from "../contract/bank.ts";
import { RecordingLog } from "../recording-log.ts";

const OUTPUTS = 0b1111;

/** Lines that a test holds the other end of. */
class Scripted implements GpioInterface {
  readonly name: string;
  readonly written: [mask: number, value: number][] = [];
  trouble: Error | undefined;
  shortcomings: readonly string[] = [];
  levels = 0;
  listener: LinesListener | undefined;
  held = false;

  constructor(name = "scripted") {
    this.name = name;
  }

  async take({ outputs, listener }: LinesWanted) {
    if (this.trouble) throw this.trouble;
    this.held = true;
    this.listener = listener;
    this.written.push([OUTPUTS, outputs]);
    return {
      where: `a chip by ${this.name}`,
      shortcomings: this.shortcomings,
      levels: () => this.levels,
      write: (mask: number, value: number) => {
        if (this.trouble) throw this.trouble;
        this.written.push([mask, value]);
      },
      release: () => {
        this.held = false;
      },
    };
  }
}

function scene(through: GpioInterface) {
  const clock = new ManualClock(5000);
  const log = new RecordingLog();
  const bank = new GpioBank({ name: "bench", chips: ["chip"], wiring: WIRING, through, clock, log });
  const story: string[] = [];
  bank.onEdges((levels, changed, at) => story.push(`${levels} ${changed} ${Math.round(at)}`));
  bank.onState((state, why) => story.push(why ? `${state}: ${why.message}` : state));
  return { clock, log, bank, story };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("edges come with the time of the bank's clock, whenever they are heard", async () => {
  const lines = new Scripted();
  const { bank, clock, story } = scene(lines);
  await bank.start();
  const { listener } = lines;
  const stamped = monotonic();
  clock.advance(40);
  listener?.edges(0b10000, stamped);
  listener?.edges(0b10000, stamped + 1);
  listener?.edges(0, stamped + 20);
  expect(story).toEqual(["up", "16 16 5000", "0 16 5020"]);
});

test("a chip that goes away is asked for until it is back, and each reason is told once", async () => {
  const lines = new Scripted();
  const { bank, clock, story } = scene(lines);
  await bank.start();
  bank.write(0b11, 0b01);
  lines.trouble = new GpioTrouble("chip", "no such chip");
  lines.listener?.lost(new Error("gone"));
  expect(lines.held).toBe(false);
  for (let tries = 0; tries < 3; tries++) {
    clock.advance(500);
    await settled();
  }
  lines.trouble = new GpioTrouble("chip", "taken");
  clock.advance(500);
  await settled();
  bank.write(0b10, 0b10);
  lines.trouble = undefined;
  lines.levels = 0b100000;
  clock.advance(500);
  await settled();
  expect(story).toEqual(["up", "absent: gone", "absent: no such chip", "absent: taken", "32 32 7500", "up"]);
  expect(lines.written.at(-1)).toEqual([OUTPUTS, 0b11]);
});

test("a write that fails is a chip that went away, told afterwards", async () => {
  const lines = new Scripted();
  const { bank, story } = scene(lines);
  await bank.start();
  lines.trouble = new Error("ENODEV");
  bank.write(1, 1);
  bank.write(1, 0);
  expect(story).toEqual(["up"]);
  await settled();
  expect(story).toEqual(["up", "absent: cannot write to a chip by scripted"]);
});

test("what is written while the lines are being taken reaches them", async () => {
  const lines = new Scripted();
  const { bank } = scene(lines);
  const starting = bank.start();
  bank.write(0b100, 0b100);
  await starting;
  expect(lines.written).toEqual([
    [OUTPUTS, 0],
    [OUTPUTS, 0b100],
  ]);
});

test("halt while the lines are being taken leaves them dark and free", async () => {
  const lines = new Scripted();
  const { bank, story } = scene(lines);
  bank.write(0b1, 0b1);
  const starting = bank.start();
  const halting = bank.halt();
  await Promise.all([starting, halting]);
  expect(lines.written.at(-1)).toEqual([OUTPUTS, 0]);
  expect(lines.held).toBe(false);
  expect(story).toEqual([]);
});

test("only what another board file mends keeps it from starting", async () => {
  const lines = new Scripted();
  lines.trouble = new GpioTrouble("board", "no bit 31");
  await expect(scene(lines).bank.start()).rejects.toThrow("no bit 31");
  lines.trouble = new GpioTrouble("chip", "not now");
  await expect(scene(lines).bank.start()).resolves.toBeUndefined();
});

test("what an interface cannot do is said once, however often the chip comes back", async () => {
  const lines = new Scripted();
  lines.shortcomings = ["no pull-ups"];
  const { bank, clock, log } = scene(lines);
  await bank.start();
  lines.listener?.lost(new Error("gone"));
  clock.advance(500);
  await settled();
  expect(log.lines.map(({ level, fields }) => [level, fields.where ?? fields.why])).toEqual([
    ["info", "a chip by scripted"],
    ["warn", "no pull-ups"],
  ]);
});

test("edges that were lost are said", async () => {
  const lines = new Scripted();
  const { bank, log } = scene(lines);
  await bank.start();
  lines.listener?.missed(7);
  expect(log.lines.at(-1)).toMatchObject({ level: "warn", fields: { bank: "bench", count: 7 } });
});

test("auto takes the first interface that is there, and says what it went without", async () => {
  const [first, second] = [new Scripted("chardev"), new Scripted("sysfs")];
  first.trouble = new GpioTrouble("interface", "no device");
  second.shortcomings = ["no pull-ups"];
  const { bank, log } = scene(new FirstOf([first, second]));
  await bank.start();
  expect([first.held, second.held]).toEqual([false, true]);
  expect(log.lines.map(({ fields }) => fields.where ?? fields.why)).toEqual([
    "a chip by sysfs",
    "chardev is not to be had: no device",
    "no pull-ups",
  ]);
});

test("auto explains what each interface is missing, and does not pass over one that refuses", async () => {
  const [first, second] = [new Scripted("chardev"), new Scripted("sysfs")];
  first.trouble = new GpioTrouble("interface", "no device");
  second.trouble = new GpioTrouble("interface", "no files");
  const neither = scene(new FirstOf([first, second]));
  await neither.bank.start();
  expect(neither.story).toEqual(["absent: chardev is not to be had: no device; sysfs is not to be had: no files"]);
  first.trouble = new GpioTrouble("chip", "bit 4 is taken by spi");
  second.trouble = undefined;
  const refused = scene(new FirstOf([first, second]));
  await refused.bank.start();
  expect(refused.story).toEqual(["absent: bit 4 is taken by spi"]);
  expect(second.held).toBe(false);
});
