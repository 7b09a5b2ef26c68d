import { expect, test } from "vitest";
import type { Board } from "../../firmware/domain/board.ts";
import { maskOf, widthOf, wiringOf } from "../../firmware/domain/wiring.ts";

const board: Board = {
  name: "bench",
  title: "Bench",
  columns: 2,
  rows: 1,
  banks: [],
  keys: [
    {
      id: "1",
      column: 0,
      row: 0,
      leds: [
        { bank: "header", bit: 17, activeLow: true, colour: "red" },
        { bank: "other", bit: 3, activeLow: false, colour: "green" },
      ],
      button: { bank: "header", bit: 4, activeLow: true, pull: "up", debounce: 20 },
    },
    {
      id: "2",
      column: 1,
      row: 0,
      leds: [{ bank: "header", bit: 9, activeLow: false, openDrain: true, colour: "red" }],
      button: { bank: "header", bit: 2, activeLow: false, pull: "none", debounce: 0, kernelDebounce: 5 },
    },
  ],
  lamps: [{ id: "alive", leds: [{ bank: "header", bit: 31, activeLow: false, colour: "white" }] }],
  buzzer: { bank: "other", bit: 0, activeLow: true },
};

test("a bank's driver learns of every LED, lamp, buzzer and button on it, in the order of the bits", () => {
  expect(wiringOf(board, "header")).toEqual({
    outputs: [
      { bit: 9, activeLow: false, openDrain: true },
      { bit: 17, activeLow: true, openDrain: false },
      { bit: 31, activeLow: false, openDrain: false },
    ],
    inputs: [
      { bit: 2, activeLow: false, pull: "none", kernelDebounce: 5 },
      { bit: 4, activeLow: true, pull: "up", kernelDebounce: 0 },
    ],
  });
  expect(wiringOf(board, "other")).toEqual({
    outputs: [
      { bit: 0, activeLow: true, openDrain: false },
      { bit: 3, activeLow: false, openDrain: false },
    ],
    inputs: [],
  });
});

test("a bank is as wide as its highest bit asks for", () => {
  expect(widthOf(wiringOf(board, "header"))).toBe(32);
  expect(widthOf(wiringOf(board, "other"))).toBe(4);
  expect(widthOf(wiringOf(board, "none"))).toBe(1);
});

test("a mask is an unsigned number", () => {
  expect(maskOf(wiringOf(board, "header").outputs)).toBe(2 ** 31 + 2 ** 17 + 2 ** 9);
  expect(maskOf([])).toBe(0);
});
