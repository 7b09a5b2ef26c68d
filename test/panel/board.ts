import type { Board, BoardKey, Led } from "../../firmware/domain/board.ts";
import type { Colour } from "../../firmware/domain/lamp.ts";
import { Panel } from "../../firmware/panel/panel.ts";
import { simBank } from "../../sim/bank.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import type { ModuleUnderTest } from "../contract/module-bench.ts";

export const DEBOUNCE = 20;

function led(bank: string, bit: number, colour: Colour): Led {
  return { bank, bit, activeLow: false, colour };
}

function key(id: string, bit: number, leds: readonly Led[]): BoardKey {
  const button = { bank: "front", bit, activeLow: true, pull: "up", debounce: DEBOUNCE } as const;
  return { id, leds, button, column: Number(id), row: 0 };
}

/**
 * Two banks. Key 1: a red LED on the front bank. Key 2: red and green there. Key 3: red on the front, green on the
 * back bank. Buttons on bits 16, 17, 31 of the front bank.
 */
export const BOARD: Board = {
  name: "bench",
  title: "Bench",
  columns: 4,
  rows: 1,
  banks: [
    { name: "front", driver: "sim", width: 32 },
    { name: "back", driver: "sim", width: 8 },
  ],
  keys: [
    key("1", 16, [led("front", 0, "red")]),
    key("2", 17, [led("front", 1, "red"), led("front", 2, "green")]),
    key("3", 31, [led("front", 3, "red"), led("back", 7, "green")]),
  ],
};

export function panelOnSimBanks(start = 1000) {
  const clock = new ManualClock(start);
  const front = simBank({ name: "front", width: 32, clock });
  const back = simBank({ name: "back", width: 8, clock });
  const banks = new Map([
    ["front", front.bank],
    ["back", back.bank],
  ]);
  return { clock, front: front.back, back: back.back, panel: new Panel({ name: "panel", board: BOARD, banks, clock }) };
}

/** For the contract that every Module keeps. */
export function panelUnderTest(): ModuleUnderTest {
  const { clock, front, back, panel } = panelOnSimBanks();
  const buttons = new Map(BOARD.keys.map(({ id, button }) => [id, button?.bit ?? -1]));
  const leds = new Map(BOARD.keys.map(({ id, leds }) => [id, leds]));
  return {
    clock,
    module: panel,
    elapse: async (by) => clock.advance(by),
    back: {
      lit: (lamp) => (leds.get(lamp) ?? []).some(({ bank, bit }) => (bank === "front" ? front : back).lit(bit)),
      close: (key) => front.close(buttons.get(key) ?? -1),
      open: (key) => front.open(buttons.get(key) ?? -1),
      unplug: () => {
        front.unplug();
        back.unplug();
      },
      plug: () => {
        front.plug();
        back.plug();
      },
    },
  };
}
