import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { Board } from "../../firmware/domain/board.ts";
import { wiringOf } from "../../firmware/domain/wiring.ts";
import { loadBoard } from "./data-files.ts";

const boardConfigs = resolve(import.meta.dirname, "../../board-configs");
const options = { boardConfigs };

function board(name: string): Board {
  const loaded = loadBoard(name, options);
  if (!loaded.ok) throw new Error(`${name} is not good`);
  return loaded.value;
}

describe("sim-16", () => {
  const { keys, banks, columns, rows } = board("sim-16");

  test("has sixteen keys in a square, each red and green, each with a button", () => {
    expect([columns, rows]).toEqual([4, 4]);
    expect(keys.map((key) => key.id)).toEqual(Array.from({ length: 16 }, (_, i) => String(i + 1)));
    expect(keys.map((key) => key.row * 4 + key.column)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    for (const key of keys) {
      expect(key.leds.map((led) => led.colour)).toEqual(["red", "green"]);
      expect(key.button).toBeDefined();
    }
  });

  test("has no hardware", () => expect(banks.map((bank) => bank.driver)).toEqual(["sim", "sim"]));
});

describe("pi-12", () => {
  const { keys, banks, columns, rows } = board("pi-12");
  const leds = keys.flatMap((key) => key.leds.map((led) => led.bit));
  const buttons = keys.flatMap((key) => key.button?.bit ?? []);

  test("has twelve keys of one LED and one button on the header", () => {
    expect([columns, rows, leds.length, buttons.length]).toEqual([4, 3, 12, 12]);
    expect(banks).toEqual([
      {
        name: "header",
        driver: "gpio",
        chip: ["pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"],
        interface: "auto",
      },
    ]);
  });

  test("leaves the serial port and the HAT's EEPROM alone, and lights nothing at power-on", () => {
    const used = [...leds, ...buttons].sort((a, b) => a - b);
    expect(used).toEqual(Array.from({ length: 26 }, (_, i) => i + 2).filter((bit) => bit !== 14 && bit !== 15));
    expect(Math.min(...leds)).toBeGreaterThanOrEqual(9);
  });
});

describe("sidecar-24", () => {
  const { keys, banks } = board("sidecar-24");

  test("has the twenty-four keys of one sidecar, in their order", () => {
    expect(keys.map(({ id, sidecar }) => [id, sidecar])).toEqual(
      Array.from({ length: 24 }, (_, i) => [String(i + 1), { bank: "desk", number: i + 1 }]),
    );
    expect(keys.map((key) => key.row * 4 + key.column)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(banks).toEqual([
      { name: "desk", driver: "sidecar", port: "/dev/serial/by-id/usb-sidecar", baud: 115200, module: 0 },
    ]);
  });
});

describe("pi-nurse-8", () => {
  const nurse = board("pi-nurse-8");
  const { outputs, inputs } = wiringOf(nurse, "header");

  test("has eight keys, a zone lamp, an alive lamp and a buzzer on the header", () => {
    expect(nurse.keys.map(({ leds, button }) => [leds.length, button?.pull])).toEqual(Array(8).fill([1, "up"]));
    expect(nurse.lamps?.map(({ id, leds }) => [id, leds.length])).toEqual([
      ["zone", 1],
      ["alive", 1],
    ]);
    expect(outputs).toHaveLength(8 + 2 + 1);
    expect(inputs).toHaveLength(8);
  });

  test("leaves the serial port and the I2C bus alone, and lights nothing at power-on", () => {
    const free = [2, 3, 14, 15];
    expect([...outputs, ...inputs].filter(({ bit }) => free.includes(bit))).toEqual([]);
    expect(Math.min(...outputs.map(({ bit }) => bit))).toBeGreaterThanOrEqual(9);
  });
});

describe("mcp23017-32", () => {
  const expanders = board("mcp23017-32");

  test("uses all bits of two expanders, each by the name of its device", () => {
    expect(expanders.banks.map((bank) => bank.driver === "gpio" && bank.chip)).toEqual([["1-0020"], ["1-0021"]]);
    for (const bank of ["first", "second"]) {
      const { outputs, inputs } = wiringOf(expanders, bank);
      const bits = [...outputs, ...inputs].map(({ bit }) => bit).sort((a, b) => a - b);
      expect(bits).toEqual(Array.from({ length: 16 }, (_, bit) => bit));
      expect(outputs.map(({ bit }) => bit)).toEqual(expect.arrayContaining([7, 15]));
    }
  });
});

describe("pca9555-8", () => {
  test("uses all bits of one expander: LEDs below, which it can only sink, and buttons above, where it pulls by itself", () => {
    const { outputs, inputs } = wiringOf(board("pca9555-8"), "expander");
    expect(outputs.map(({ bit }) => bit)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(outputs.every(({ activeLow }) => activeLow)).toBe(true);
    expect(inputs.map(({ bit }) => bit)).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
    expect(inputs.every(({ pull }) => pull === "none")).toBe(true);
  });
});

describe("74hc595-8", () => {
  const shift = board("74hc595-8");

  test("has no input on a register, and leaves its wires on the header alone", () => {
    expect(wiringOf(shift, "lamps").inputs).toEqual([]);
    expect(wiringOf(shift, "lamps").outputs).toHaveLength(16);
    const header = wiringOf(shift, "header");
    expect(header.outputs).toEqual([]);
    expect(header.inputs.filter(({ bit }) => [8, 10, 11].includes(bit))).toEqual([]);
    expect(header.inputs).toHaveLength(8);
  });
});
