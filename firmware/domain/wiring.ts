import type { Board, Pull } from "./board.ts";
import type { LampId } from "./key.ts";
import type { Millis } from "./millis.ts";

export interface OutputBit {
  readonly bit: number;
  readonly activeLow: boolean;
  readonly openDrain: boolean;
}

export interface InputBit {
  readonly bit: number;
  readonly activeLow: boolean;
  readonly pull: Pull;
  /** How long a level must last before the kernel tells of it; 0: every edge is told. */
  readonly kernelDebounce: Millis;
}

/** What hangs on the bits of one bank, as its driver has to know it. Ascending, each bit once. */
export interface Wiring {
  readonly outputs: readonly OutputBit[];
  readonly inputs: readonly InputBit[];
}

export function wiringOf(board: Board, bank: string): Wiring {
  const leds = [...board.keys, ...(board.lamps ?? [])].flatMap((lamp) => lamp.leds);
  const written = board.buzzer === undefined ? leds : [...leds, board.buzzer];
  const buttons = board.keys.flatMap(({ button }) => button ?? []);
  return {
    outputs: written
      .filter((output) => output.bank === bank)
      .map(({ bit, activeLow, openDrain = false }) => ({ bit, activeLow, openDrain }))
      .sort(ascending),
    inputs: buttons
      .filter((button) => button.bank === bank)
      .map(({ bit, activeLow, pull, kernelDebounce = 0 }) => ({ bit, activeLow, pull, kernelDebounce }))
      .sort(ascending),
  };
}

/** The lamps that are on a bank, or have a part of themselves there. */
export function lampsOn(board: Board, bank: string): readonly LampId[] {
  const keys = board.keys.filter(
    ({ leds, sidecar }) => sidecar?.bank === bank || leds.some((led) => led.bank === bank),
  );
  const others = (board.lamps ?? []).filter(({ leds }) => leds.some((led) => led.bank === bank));
  return [...keys, ...others].map(({ id }) => id);
}

/** Enough bits for the highest that is used; at least 1. */
export function widthOf({ outputs, inputs }: Wiring): number {
  return Math.max(0, ...[...outputs, ...inputs].map(({ bit }) => bit)) + 1;
}

/** uint32 */
export function maskOf(bits: readonly { readonly bit: number }[]): number {
  return bits.reduce((mask, { bit }) => mask | (1 << bit), 0) >>> 0;
}

const ascending = (a: { readonly bit: number }, b: { readonly bit: number }): number => a.bit - b.bit;
