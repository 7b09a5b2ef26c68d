import { closeSync, readSync } from "node:fs";
import type { InputBit, OutputBit, Wiring } from "../firmware/domain/wiring.ts";
import type { Kernel } from "./gpio-kernel.ts";
import { type GpioLines, type LinesListener, monotonic } from "./gpio-lines.ts";
import { codeOf } from "./gpio-trouble.ts";
import { decodeEvent, EVENT_SIZE, IOCTL, LineValues, MOST_EVENTS } from "./gpio-uapi.ts";

export interface ChardevLinesOptions {
  readonly where: string;
  readonly kernel: Kernel;
  readonly wiring: Wiring;
  readonly listener: LinesListener;
  readonly outputFile: number | undefined;
  readonly inputFile: number | undefined;
}

/** Two line requests: one ioctl writes all outputs, and each edge comes with the time at which the kernel saw it. */
export class ChardevLines implements GpioLines {
  readonly where: string;
  readonly shortcomings: readonly string[] = [];
  readonly #kernel: Kernel;
  readonly #listener: LinesListener;
  readonly #outputs: readonly OutputBit[];
  readonly #inputs: readonly InputBit[];
  readonly #outputFile: number | undefined;
  readonly #inputFile: number | undefined;
  readonly #values = new LineValues();
  readonly #events = Buffer.alloc(EVENT_SIZE * MOST_EVENTS);
  readonly #unwatch: (() => void)[] = [];
  #levels = 0;
  /** Of the last event. */
  #number = 0;
  #released = false;

  constructor({ where, kernel, wiring, listener, outputFile, inputFile }: ChardevLinesOptions) {
    this.where = where;
    this.#kernel = kernel;
    this.#listener = listener;
    this.#outputs = wiring.outputs;
    this.#inputs = wiring.inputs;
    this.#outputFile = outputFile;
    this.#inputFile = inputFile;
    // Both, because either dies with its chip.
    if (outputFile !== undefined) this.#unwatch.push(kernel.watch(outputFile, () => this.#lose()));
    if (inputFile === undefined) return;
    kernel.unblock(inputFile);
    this.#unwatch.push(kernel.watch(inputFile, () => this.#take(inputFile)));
  }

  levels(): number {
    if (this.#inputFile === undefined) return 0;
    this.#kernel.ioctl(this.#inputFile, IOCTL.getValues, this.#values.set(0, 2 ** this.#inputs.length - 1).bytes);
    const { bits } = this.#values;
    let levels = 0;
    for (const [place, { bit }] of this.#inputs.entries()) levels |= ((bits >>> place) & 1) << bit;
    this.#levels = levels >>> 0;
    return this.#levels;
  }

  write(mask: number, value: number): void {
    if (this.#outputFile === undefined) return;
    let [bits, places] = [0, 0];
    for (const [place, { bit }] of this.#outputs.entries()) {
      places |= ((mask >>> bit) & 1) << place;
      bits |= ((value >>> bit) & 1) << place;
    }
    if (places !== 0) this.#kernel.ioctl(this.#outputFile, IOCTL.setValues, this.#values.set(bits, places).bytes);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    for (const unwatch of this.#unwatch) unwatch();
    if (this.#outputFile !== undefined) closeSync(this.#outputFile);
    if (this.#inputFile !== undefined) closeSync(this.#inputFile);
  }

  #take(file: number): void {
    if (this.#released) return;
    let size: number;
    try {
      size = readSync(file, this.#events);
    } catch (error) {
      // Woken for nothing.
      if (codeOf(error) !== "EAGAIN") this.#lose(error);
      return;
    }
    let missed = 0;
    for (let from = 0; from < size && !this.#released; from += EVENT_SIZE) {
      const { at, offset, high, number } = decodeEvent(this.#events, from);
      missed += (number - this.#number - 1) >>> 0;
      this.#number = number;
      const bit = 1 << offset;
      this.#levels = (high ? this.#levels | bit : this.#levels & ~bit) >>> 0;
      this.#listener.edges(this.#levels, at);
    }
    if (missed > 0 && !this.#released) this.#readAgain(missed);
  }

  /** The kernel drops the oldest edges where nobody fetches them: what a bit is at can be left out altogether. */
  #readAgain(missed: number): void {
    this.#listener.missed(missed);
    try {
      this.#listener.edges(this.levels(), monotonic());
    } catch (error) {
      this.#lose(error);
    }
  }

  #lose(cause?: unknown): void {
    if (!this.#released) this.#listener.lost(new Error(`${this.where}: the chip went away`, { cause }));
  }
}
