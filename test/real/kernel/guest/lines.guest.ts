import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { GpioInterfaceName } from "../../../../firmware/domain/board.ts";
import type { Millis } from "../../../../firmware/domain/millis.ts";
import type { Wiring } from "../../../../firmware/domain/wiring.ts";
import type { Clock } from "../../../../firmware/hal/clock.ts";
import type { ChipBack } from "./chip-back.ts";
import { HeldBank, input, output } from "./held-bank.ts";
import { PI_4, SimChip } from "./sim-chip.ts";

let held: HeldBank | undefined;
afterEach(async () => {
  await held?.end();
  held = undefined;
});

async function hold(wiring: Wiring, by: GpioInterfaceName = "chardev"): Promise<HeldBank> {
  held = new HeldBank(PI_4, wiring, by);
  await held.bank.start();
  expect(held.states).toEqual(["up"]);
  return held;
}

const SOON = { timeout: 30_000, interval: 5 };

/** A contact closes and bounces. When it moved last; undefined where that took so long that it was no bounce. */
function bounce(back: ChipBack, clock: Clock): Millis | undefined {
  const began = clock.now();
  for (let edge = 1; edge <= 8; edge++) edge % 2 === 1 ? back.close(27) : back.open(27);
  const last = clock.now();
  back.close(27);
  return clock.now() - began < 20 ? last : undefined;
}

describe("chardev", () => {
  test("a hundred edges back to back are a hundred edges, in order, with times of their own", async () => {
    const { edges, back, clock } = await hold({ outputs: [], inputs: [input(27)] });
    const before = clock.now();
    for (let edge = 1; edge <= 100; edge++) edge % 2 === 1 ? back.close(27) : back.open(27);
    const after = clock.now();
    await expect.poll(() => edges.length, SOON).toBe(100);
    const times = edges.map(({ at }) => at);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(before - 0.1);
    expect(times[99]).toBeLessThan(after + 0.1);
  });

  test("edges that nobody fetched in time are missed, said, and made up for by reading", async () => {
    const { edges, back, log } = await hold({ outputs: [], inputs: [input(22), input(27)] });
    // The kernel keeps 1024: of bit 22 it forgets that it ever closed.
    back.close(22);
    for (let edge = 1; edge <= 1500; edge++) edge % 2 === 1 ? back.close(27) : back.open(27);
    await expect.poll(() => edges.at(-1)?.levels, SOON).toBe(1 << 22);
    expect(log.lines.find(({ level }) => level === "warn")).toMatchObject({ fields: { bank: "bank", count: 477 } });
    back.open(22);
    await expect.poll(() => edges.at(-1)?.levels, SOON).toBe(0);
  });

  test("the chip's own resistors are switched", async () => {
    const inputs = [input(4, { pull: "up", activeLow: true }), input(5, { pull: "down" })];
    const { back, edges } = await hold({ outputs: [], inputs });
    expect([back.chip.pulledUp(4), back.chip.pulledUp(5)]).toEqual([true, false]);
    back.close(4);
    await expect.poll(() => edges.at(-1)?.levels, SOON).toBe(1 << 4);
  });

  test("an open drain is pulled low or left alone", async () => {
    const { back, bank } = await hold({ outputs: [output(17, { activeLow: true, openDrain: true })], inputs: [] });
    const { chip } = back;
    bank.write(1 << 17, 1 << 17);
    chip.pull(17, true);
    expect(chip.high(17)).toBe(false);
    bank.write(1 << 17, 0);
    // Nobody drives it any more: it follows whatever pulls it.
    for (const up of [false, true, false, true]) {
      chip.pull(17, up);
      expect(chip.high(17)).toBe(up);
    }
  });

  test("where the kernel debounces, a bouncing contact is one edge, once it is quiet", async () => {
    const { edges, back, clock } = await hold({ outputs: [], inputs: [input(27, { kernelDebounce: 30 })] });
    let last = bounce(back, clock);
    // Drawn out by whatever else this machine does, it may have been more than one.
    while (last === undefined) {
      back.open(27);
      await sleep(200);
      edges.length = 0;
      last = bounce(back, clock);
    }
    await expect.poll(() => edges.length, SOON).toBe(1);
    expect(edges[0]).toMatchObject({ levels: 1 << 27 });
    expect(clock.now() - last).toBeGreaterThan(29);
    back.open(27);
    await expect.poll(() => edges.length, SOON).toBe(2);
    expect(edges[1]?.levels).toBe(0);
  });

  test("outputs are taken at what was asked for, and each bit is its own", async () => {
    const outputs = [output(2), output(3, { activeLow: true }), output(27)];
    held = new HeldBank(PI_4, { outputs, inputs: [] }, "chardev");
    const { bank, back } = held;
    bank.write(0xffffffff, (1 << 3) | (1 << 27));
    await bank.start();
    expect([2, 3, 27].map((bit) => back.chip.high(bit))).toEqual([false, false, true]);
    bank.write(1 << 2, 0xffffffff);
    expect([2, 3, 27].map((bit) => back.chip.high(bit))).toEqual([true, false, true]);
  });

  test("halted, it is dark also on a chip that keeps the levels of lines that are released", async () => {
    SimChip.persist(true);
    const { bank, back } = await hold({ outputs: [output(2), output(3, { activeLow: true })], inputs: [] });
    bank.write(0b1100, 0b1100);
    expect([back.chip.high(2), back.chip.high(3)]).toEqual([true, false]);
    await bank.halt();
    SimChip.persist(false);
    expect([back.chip.high(2), back.chip.high(3)]).toEqual([false, true]);
  });

  test("nothing is told after the bank was halted, and no file is left open", async () => {
    const { bank, back, edges } = await hold({ outputs: [output(2)], inputs: [input(27)] });
    back.close(27);
    await bank.halt();
    const told = edges.length;
    back.open(27);
    await sleep(50);
    expect(edges).toHaveLength(told);
    held?.back.chip.remove();
    // The chip's device would stay while anybody holds a file of it.
    held = new HeldBank(PI_4, { outputs: [output(2)], inputs: [input(27)] }, "chardev");
    await held.bank.start();
    expect(held.states).toEqual(["up"]);
  });
});

describe("sysfs", () => {
  test("says what it cannot do, and does the rest", async () => {
    const inputs = [input(4, { pull: "up", activeLow: true }), input(5, { activeLow: true })];
    const { log, back, edges } = await hold({ outputs: [], inputs }, "sysfs");
    expect(log.text).toContain("sysfs cannot pull bits 4 up: put 10 kOhm to 3.3 V at each");
    expect(back.chip.pulledUp(4)).toBe(true);
    back.close(5);
    await expect.poll(() => edges.at(-1)?.levels, SOON).toBe(1 << 5);
  });

  test("a hundred edges back to back rest where the contact rests", async () => {
    const { edges, back } = await hold({ outputs: [], inputs: [input(27)] }, "sysfs");
    for (let edge = 1; edge <= 101; edge++) edge % 2 === 1 ? back.close(27) : back.open(27);
    await expect.poll(() => edges.at(-1)?.levels, SOON).toBe(1 << 27);
  });

  test("edges that are on their way while the chip goes away end nothing", async () => {
    const { back, states, bank } = await hold({ outputs: [output(2)], inputs: [input(27)] }, "sysfs");
    for (let times = 0; times < 3; times++) {
      back.close(27);
      back.open(27);
      back.unplug();
      await expect.poll(() => states.at(-1), SOON).toMatch(/^absent/);
      back.plug();
      await expect.poll(() => states.at(-1), SOON).toBe("up");
    }
    bank.write(1 << 2, 1 << 2);
    expect(back.lit(2)).toBe(true);
  });
});
