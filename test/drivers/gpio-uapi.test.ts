import { expect, test } from "vitest";
import {
  decodeChipInfo,
  decodeEvent,
  decodeLineInfo,
  encodeLineRequest,
  IOCTL,
  inputConfig,
  LineValues,
  outputConfig,
} from "../../drivers/gpio-uapi.ts";
import type { InputBit, OutputBit } from "../../firmware/domain/wiring.ts";

const output = (bit: number, more: Partial<OutputBit> = {}): OutputBit => ({
  bit,
  activeLow: false,
  openDrain: false,
  ...more,
});
const input = (bit: number, more: Partial<InputBit> = {}): InputBit => ({
  bit,
  activeLow: false,
  pull: "up",
  kernelDebounce: 0,
  ...more,
});

// What a C program prints that includes linux/gpio.h on x86-64 and arm64.
test("ioctl numbers are those of the kernel's header", () => {
  expect(IOCTL).toEqual({
    chipInfo: 0x8044b401,
    lineInfo: 0xc100b405,
    line: 0xc250b407,
    getValues: 0xc010b40e,
    setValues: 0xc010b40f,
  });
});

test("outputs are taken at their values, and what differs from the first of them is an attribute", () => {
  const config = outputConfig([output(17), output(18, { activeLow: true }), output(27, { openDrain: true })], 0b101);
  expect(config).toEqual({
    offsets: [17, 18, 27],
    flags: 0x8,
    attributes: [
      { id: 1, value: 0xa, lines: 0b010 },
      { id: 1, value: 0x48, lines: 0b100 },
      { id: 2, value: 0b101, lines: 0b111 },
    ],
  });
});

test("inputs have both edges, their pulls, and the kernel's debounce where it is asked for", () => {
  const inputs = [
    input(4, { activeLow: true }),
    input(5, { activeLow: true, kernelDebounce: 5 }),
    input(6, { pull: "down" }),
    input(7, { pull: "none", kernelDebounce: 5 }),
  ];
  expect(inputConfig(inputs)).toEqual({
    offsets: [4, 5, 6, 7],
    flags: 0x136,
    attributes: [
      { id: 1, value: 0x234, lines: 0b0100 },
      { id: 1, value: 0x434, lines: 0b1000 },
      { id: 3, value: 5000, lines: 0b1010 },
    ],
  });
});

test("32 lines fill their words", () => {
  const all = Array.from({ length: 32 }, (_, bit) => output(bit));
  expect(outputConfig(all, 2 ** 32 - 1).attributes).toEqual([{ id: 2, value: 0xffffffff, lines: 0xffffffff }]);
});

test("a request lies in memory as the kernel reads it", () => {
  const request = encodeLineRequest(inputConfig([input(4), input(31, { kernelDebounce: 1 })]), "blfd");
  expect(request).toHaveLength(592);
  const words = (...at: number[]): number[] => at.map((byte) => request.readUInt32LE(byte));
  expect(words(0, 4, 8)).toEqual([4, 31, 0]);
  expect(request.toString("latin1", 256, 261)).toBe("blfd\0");
  expect(words(288, 292, 296)).toEqual([0x134, 0, 1]);
  expect(words(320, 328, 332, 336, 340)).toEqual([3, 1000, 0, 0b10, 0]);
  expect(words(560, 564)).toEqual([2, 1024]);
});

test("values are words that are used again", () => {
  const values = new LineValues().set(0x80000001, 0xffffffff);
  expect(values.bytes.toString("hex")).toBe("0100008000000000ffffffff00000000");
  expect(values.bits).toBe(0x80000001);
  expect(values.set(0, 1).bytes.toString("hex")).toBe("00000000000000000100000000000000");
});

test("an event's time is milliseconds of the monotonic clock", () => {
  const events = Buffer.alloc(96);
  events.writeBigUInt64LE(1_234_567_890_123_456n, 48);
  events.writeUInt32LE(2, 56);
  events.writeUInt32LE(27, 60);
  events.writeUInt32LE(0xffffffff, 64);
  expect(decodeEvent(events, 48)).toEqual({ at: 1_234_567_890.123456, offset: 27, high: false, number: 0xffffffff });
  events.writeUInt32LE(1, 56);
  expect(decodeEvent(events, 48).high).toBe(true);
});

test("names end at the first zero", () => {
  const chip = Buffer.alloc(68);
  chip.write("gpiochip0\0", 0);
  chip.write("pinctrl-rp1\0rest", 32);
  chip.writeUInt32LE(54, 64);
  expect(decodeChipInfo(chip)).toEqual({ label: "pinctrl-rp1", lines: 54 });
  const line = Buffer.alloc(256);
  line.write("spi0 CS0", 32);
  line.writeUInt32LE(1, 72);
  expect(decodeLineInfo(line)).toEqual({ used: true, consumer: "spi0 CS0" });
  line.writeUInt32LE(4, 72);
  expect(decodeLineInfo(line).used).toBe(false);
});
