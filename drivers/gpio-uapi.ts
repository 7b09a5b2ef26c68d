import type { Millis } from "../firmware/domain/millis.ts";
import type { InputBit, OutputBit } from "../firmware/domain/wiring.ts";

/*
 * The GPIO character device, uAPI v2 (Linux 5.10 and later), as in the kernel's include/uapi/linux/gpio.h: its requests and
 * its structures, byte by byte. Little-endian, like every machine that Node for Linux runs on but s390x.
 */

const GPIO_MAGIC = 0xb4;
/** Of x86, ARM and RISC-V. */
const READ = 2;
const READ_WRITE = 3;
const code = (direction: number, number: number, size: number): number =>
  ((direction << 30) | (size << 16) | (GPIO_MAGIC << 8) | number) >>> 0;

const CHIP_INFO_SIZE = 68;
const LINE_INFO_SIZE = 256;
const LINE_REQUEST_SIZE = 592;
const LINE_VALUES_SIZE = 16;
export const EVENT_SIZE = 48;

/** Numbers of the ioctls. */
export const IOCTL = {
  chipInfo: code(READ, 0x01, CHIP_INFO_SIZE),
  lineInfo: code(READ_WRITE, 0x05, LINE_INFO_SIZE),
  line: code(READ_WRITE, 0x07, LINE_REQUEST_SIZE),
  getValues: code(READ_WRITE, 0x0e, LINE_VALUES_SIZE),
  setValues: code(READ_WRITE, 0x0f, LINE_VALUES_SIZE),
} as const;

const FLAG = {
  used: 1 << 0,
  activeLow: 1 << 1,
  input: 1 << 2,
  output: 1 << 3,
  rising: 1 << 4,
  falling: 1 << 5,
  openDrain: 1 << 6,
  pullUp: 1 << 8,
  pullDown: 1 << 9,
  noPull: 1 << 10,
} as const;

/** For some lines of a request, by their places in it, what differs from the rest. */
interface Attribute {
  readonly id: 1 | 2 | 3;
  /** Flags, output values or microseconds. */
  readonly value: number;
  readonly lines: number;
}

export interface LineConfig {
  readonly offsets: readonly number[];
  readonly flags: number;
  readonly attributes: readonly Attribute[];
}

/** The most attributes that a request can have. */
export const MOST_ATTRIBUTES = 10;
/** The most events that the kernel keeps for a request. */
export const MOST_EVENTS = 1024;

/** @param values by place in the request, 1 for lit */
export function outputConfig(outputs: readonly OutputBit[], values: number): LineConfig {
  const flags = outputs.map(
    ({ activeLow, openDrain }) => FLAG.output | (activeLow ? FLAG.activeLow : 0) | (openDrain ? FLAG.openDrain : 0),
  );
  const initial: Attribute = { id: 2, value: values, lines: everyPlace(outputs) };
  return config(outputs, flags, [initial]);
}

/** Both edges of every line are told. */
export function inputConfig(inputs: readonly InputBit[]): LineConfig {
  const pulls = { up: FLAG.pullUp, down: FLAG.pullDown, none: FLAG.noPull } as const;
  const flags = inputs.map(
    ({ activeLow, pull }) => FLAG.input | FLAG.rising | FLAG.falling | pulls[pull] | (activeLow ? FLAG.activeLow : 0),
  );
  const times = inputs.map(({ kernelDebounce }) => Math.round(kernelDebounce * 1000));
  const debounced = grouped(times)
    .filter(([time]) => time > 0)
    .map(([value, lines]): Attribute => ({ id: 3, value, lines }));
  return config(inputs, flags, debounced);
}

function config(
  bits: readonly { readonly bit: number }[],
  flags: readonly number[],
  attributes: readonly Attribute[],
): LineConfig {
  const [[common] = [0], ...others] = grouped(flags);
  return {
    offsets: bits.map(({ bit }) => bit),
    flags: common,
    attributes: [...others.map(([value, lines]): Attribute => ({ id: 1, value, lines })), ...attributes],
  };
}

/** Equal values, each with the places where it stands, as a mask. */
function grouped(values: readonly number[]): (readonly [value: number, places: number])[] {
  const places = new Map<number, number>();
  for (const [place, value] of values.entries()) places.set(value, ((places.get(value) ?? 0) | (1 << place)) >>> 0);
  return [...places];
}

function everyPlace(bits: readonly unknown[]): number {
  return 2 ** bits.length - 1;
}

/** struct gpio_v2_line_request */
export function encodeLineRequest({ offsets, flags, attributes }: LineConfig, consumer: string): Buffer {
  const request = Buffer.alloc(LINE_REQUEST_SIZE);
  for (const [place, offset] of offsets.entries()) request.writeUInt32LE(offset, place * 4);
  request.write(consumer, 256, 31, "latin1");
  request.writeUInt32LE(flags, 288);
  request.writeUInt32LE(attributes.length, 296);
  for (const [index, { id, value, lines }] of attributes.entries()) {
    const at = 320 + index * 24;
    request.writeUInt32LE(id, at);
    request.writeUInt32LE(value, at + 8);
    request.writeUInt32LE(lines, at + 16);
  }
  request.writeUInt32LE(offsets.length, 560);
  request.writeUInt32LE(MOST_EVENTS, 564);
  return request;
}

/** The file that the kernel opened for a request. */
export function lineFile(request: Buffer): number {
  return request.readInt32LE(588);
}

/** struct gpiochip_info, to be filled. */
export const chipInfo = (): Buffer => Buffer.alloc(CHIP_INFO_SIZE);

export function decodeChipInfo(info: Buffer): { readonly label: string; readonly lines: number } {
  return { label: text(info.subarray(32, 64)), lines: info.readUInt32LE(64) };
}

/** struct gpio_v2_line_info, to be filled. */
export function lineInfo(offset: number): Buffer {
  const info = Buffer.alloc(LINE_INFO_SIZE);
  info.writeUInt32LE(offset, 64);
  return info;
}

/** The consumer is empty where the kernel itself uses a line, as for a serial port. */
export function decodeLineInfo(info: Buffer): { readonly used: boolean; readonly consumer: string } {
  return { used: (info.readUInt32LE(72) & FLAG.used) !== 0, consumer: text(info.subarray(32, 64)) };
}

/** struct gpio_v2_line_values, kept and used again: there is one for every change of a lamp. */
export class LineValues {
  readonly bytes = Buffer.alloc(LINE_VALUES_SIZE);
  readonly #words = new Uint32Array(this.bytes.buffer, this.bytes.byteOffset, LINE_VALUES_SIZE / 4);

  /** By place in the request. */
  set(bits: number, mask: number): this {
    this.#words[0] = bits;
    this.#words[2] = mask;
    return this;
  }

  get bits(): number {
    return this.#words[0] ?? 0;
  }
}

export interface LineEvent {
  readonly at: Millis;
  readonly offset: number;
  /** Active. */
  readonly high: boolean;
  /** Counts the events of the request, from 1, as a uint32. */
  readonly number: number;
}

/** struct gpio_v2_line_event, the one that begins at `from`. */
export function decodeEvent(events: Buffer, from: number): LineEvent {
  const nanoseconds = events.readUInt32LE(from + 4) * 2 ** 32 + events.readUInt32LE(from);
  return {
    at: nanoseconds / 1e6,
    offset: events.readUInt32LE(from + 12),
    high: events.readUInt32LE(from + 8) === 1,
    number: events.readUInt32LE(from + 16),
  };
}

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
}
