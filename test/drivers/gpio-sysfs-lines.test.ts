import type { BinaryValue, Gpio } from "onoff";
import { expect, test } from "vitest";
import { SysfsLines } from "../../drivers/gpio-sysfs-lines.ts";
import { ManualClock } from "../../sim/manual-clock.ts";

/** A line as onoff shows it. */
class Line {
  level: BinaryValue = 0;
  gone = false;
  unexported = false;
  changed: ((error: null, value: BinaryValue) => void) | undefined;

  readSync(): BinaryValue {
    if (this.gone) throw new Error("ENODEV");
    return this.level;
  }

  writeSync(level: BinaryValue): void {
    if (this.gone) throw new Error("ENODEV");
    this.level = level;
  }

  watch(listener: (error: null, value: BinaryValue) => void): void {
    this.changed = listener;
  }

  unexport(): void {
    this.unexported = true;
  }
}

function scene() {
  const clock = new ManualClock();
  const [led, key, otherKey] = [new Line(), new Line(), new Line()];
  const story: string[] = [];
  const input = (bit: number, activeLow: boolean) => ({ bit, activeLow, pull: "none", kernelDebounce: 0 }) as const;
  const lines = new SysfsLines({
    where: "a chip by sysfs",
    shortcomings: [],
    wiring: {
      outputs: [{ bit: 17, activeLow: true, openDrain: false }],
      inputs: [input(4, false), input(5, true)],
    },
    lines: new Map([
      [17, led],
      [4, key],
      [5, otherKey],
    ]) as unknown as ReadonlyMap<number, Gpio>,
    listener: {
      edges: (levels) => story.push(levels.toString(2)),
      missed: (count) => story.push(`missed ${count}`),
      lost: (why) => story.push(why.message),
    },
    clock,
  });
  return { clock, led, key, otherKey, lines, story };
}

test("what is active low is inverted, both ways", () => {
  const { lines, led, otherKey, story } = scene();
  lines.write(1 << 17, 0);
  expect(led.level).toBe(1);
  lines.write(1 << 17, 0xffffffff);
  expect(led.level).toBe(0);
  expect(lines.levels()).toBe(1 << 5);
  otherKey.changed?.(null, 1);
  expect(story).toEqual(["0"]);
});

test("a change that the look at a chip reads is told: its wake-up is taken away by that", () => {
  const { clock, lines, key, story } = scene();
  lines.levels();
  clock.advance(1000);
  expect(story).toEqual([]);
  key.level = 1;
  clock.advance(1000);
  expect(story).toEqual(["110000"]);
});

test("a chip that went away is noticed by looking, and by whatever onoff reads", () => {
  const looked = scene();
  looked.led.gone = true;
  looked.clock.advance(1000);
  expect(looked.story).toEqual(["a chip by sysfs: the chip went away"]);

  const read = scene();
  read.key.gone = true;
  // As onoff does before it tells its listeners.
  expect(() => read.key.readSync()).not.toThrow();
  expect(read.story).toEqual(["a chip by sysfs: the chip went away"]);
});

test("released, it gives its lines back and looks no more", () => {
  const { clock, lines, led, key, story } = scene();
  lines.release();
  lines.release();
  key.gone = true;
  clock.advance(5000);
  expect([led.unexported, key.unexported, clock.pending]).toEqual([true, true, 0]);
  expect(story).toEqual([]);
});
