import { afterEach, describe, expect, test } from "vitest";
import { gpioBank } from "../../../../drivers/gpio-interface.ts";
import { SystemClock } from "../../../../drivers/system-clock.ts";
import type { Board } from "../../../../firmware/domain/board.ts";
import type { Millis } from "../../../../firmware/domain/millis.ts";
import { wiringOf } from "../../../../firmware/domain/wiring.ts";
import { Panel } from "../../../../firmware/panel/panel.ts";
import { silentLog } from "../../../recording-log.ts";
import { ChipBack } from "./chip-back.ts";
import { PI_4 } from "./sim-chip.ts";

const DEBOUNCE: Millis = 60;
const KEYS = 30;
/** How often a contact falls back before it rests. */
const BOUNCES = 2;
const SOON = { timeout: 30_000, interval: 1 };

const board: Board = {
  name: "bench",
  title: "Thirty buttons",
  columns: KEYS,
  rows: 1,
  banks: [{ name: "header", driver: "gpio", chip: [PI_4.label], interface: "auto" }],
  keys: Array.from({ length: KEYS }, (_, column) => ({
    id: String(column),
    leds: [{ bank: "header", bit: 31, activeLow: false, colour: "red" }],
    button: { bank: "header", bit: column, activeLow: column % 2 === 0, pull: "none", debounce: DEBOUNCE },
    column,
    row: 0,
  })),
};

let end: (() => Promise<void>) | undefined;
afterEach(async () => {
  await end?.();
});

describe.each([
  ["chardev", 1000],
  ["sysfs", 100],
] as const)("by %s", (by, wanted) => {
  test(`${wanted} bouncing presses are ${wanted} presses`, async () => {
    const clock = new SystemClock();
    const wiring = { ...wiringOf(board, "header"), outputs: [] };
    const back = new ChipBack("presses", PI_4, wiring);
    const bank = gpioBank({ name: "header", chips: [PI_4.label], wiring, clock, log: silentLog }, by);
    const panel = new Panel({ name: "bench", board, banks: new Map([["header", bank]]), clock });
    end = async () => {
      await panel.halt();
      back.chip.remove();
    };
    const closed = new Set<number>();
    const presses = new Map<number, number>();
    panel.onContact((key, isClosed) => {
      const bit = Number(key);
      if (!isClosed) closed.delete(bit);
      else {
        closed.add(bit);
        presses.set(bit, (presses.get(bit) ?? 0) + 1);
      }
    });
    await panel.start();

    /** Moves all contacts, and tells which of them were held up by this machine: those did more than bounce. */
    const moveAll = async (to: boolean): Promise<readonly number[]> => {
      const slow: number[] = [];
      for (let bit = 0; bit < KEYS; bit++) {
        const began = clock.now();
        for (let edge = 0; edge <= BOUNCES * 2; edge++) move(back, bit, (edge % 2 === 0) === to);
        if (clock.now() - began > DEBOUNCE) slow.push(bit);
      }
      await expect.poll(() => closed.size, SOON).toBe(to ? KEYS : 0);
      // Then no contact is locked any more.
      const free = clock.now() + DEBOUNCE;
      await new Promise<void>((resolve) => clock.at(free, resolve));
      return slow;
    };

    for (let made = 0; made < wanted; ) {
      presses.clear();
      const slow = new Set([...(await moveAll(true)), ...(await moveAll(false))]);
      const judged = [...presses].filter(([bit]) => !slow.has(bit));
      expect(judged).toEqual(judged.map(([bit]) => [bit, 1]));
      expect(presses.size).toBe(KEYS);
      made += judged.length;
    }
  });
});

function move(back: ChipBack, bit: number, closed: boolean): void {
  if (closed) back.close(bit);
  else back.open(bit);
}
