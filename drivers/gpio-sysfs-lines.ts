import type { Gpio } from "onoff";
import type { Millis } from "../firmware/domain/millis.ts";
import type { Wiring } from "../firmware/domain/wiring.ts";
import type { Cancel, Clock } from "../firmware/hal/clock.ts";
import { type GpioLines, type LinesListener, monotonic } from "./gpio-lines.ts";

export interface SysfsLinesOptions {
  readonly where: string;
  readonly shortcomings: readonly string[];
  readonly wiring: Wiring;
  /** By bit. */
  readonly lines: ReadonlyMap<number, Gpio>;
  readonly listener: LinesListener;
  readonly clock: Clock;
}

/** sysfs wakes nobody when a chip goes away. */
const LOOK_EVERY: Millis = 1000;

/**
 * Lines as files. An edge counts when it is heard of; two within that time may be heard as one or none, and what a line
 * rests at is always heard.
 */
export class SysfsLines implements GpioLines {
  readonly where: string;
  readonly shortcomings: readonly string[];
  readonly #wiring: Wiring;
  readonly #lines: ReadonlyMap<number, Gpio>;
  readonly #listener: LinesListener;
  readonly #clock: Clock;
  readonly #read = new Map<number, () => number>();
  #levels = 0;
  #look: Cancel;
  #released = false;

  constructor({ where, shortcomings, wiring, lines, listener, clock }: SysfsLinesOptions) {
    this.where = where;
    this.shortcomings = shortcomings;
    this.#wiring = wiring;
    this.#lines = lines;
    this.#listener = listener;
    this.#clock = clock;
    for (const [bit, line] of lines) this.#read.set(bit, this.#guard(line));
    for (const { bit, activeLow } of wiring.inputs) {
      lines.get(bit)?.watch((_, value) => this.#take(bit, (value === 1) !== activeLow));
    }
    this.#look = this.#lookLater();
  }

  levels(): number {
    this.#levels = 0;
    for (const { bit, activeLow } of this.#wiring.inputs) this.#set(bit, (this.#read.get(bit)?.() === 1) !== activeLow);
    return this.#levels;
  }

  write(mask: number, value: number): void {
    for (const { bit, activeLow } of this.#wiring.outputs) {
      if (((mask >>> bit) & 1) === 0) continue;
      const lit = ((value >>> bit) & 1) === 1;
      this.#lines.get(bit)?.writeSync(lit === activeLow ? 0 : 1);
    }
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#look();
    for (const line of this.#lines.values()) line.unexport();
  }

  #take(bit: number, closed: boolean): void {
    if (this.#released) return;
    this.#set(bit, closed);
    this.#listener.edges(this.#levels, monotonic());
  }

  #set(bit: number, closed: boolean): void {
    const mask = 1 << bit;
    this.#levels = (closed ? this.#levels | mask : this.#levels & ~mask) >>> 0;
  }

  /** onoff reads a line before it tells that it changed, and what a chip that is gone throws there would end the process. */
  #guard(line: Gpio): () => number {
    const read = line.readSync.bind(line);
    line.readSync = () => {
      try {
        return read();
      } catch (error) {
        this.#lose(error);
        return 0;
      }
    };
    return read;
  }

  #lookLater(): Cancel {
    return this.#clock.at(this.#clock.now() + LOOK_EVERY, () => {
      this.#look = this.#lookLater();
      const before = this.#levels;
      try {
        for (const { bit } of this.#wiring.outputs.slice(0, 1)) this.#read.get(bit)?.();
        this.levels();
      } catch (error) {
        this.#lose(error);
        return;
      }
      // Who reads a line takes its wake-up away: what was read has to be told.
      if (this.#levels !== before) this.#listener.edges(this.#levels, monotonic());
    });
  }

  #lose(cause: unknown): void {
    if (!this.#released) this.#listener.lost(new Error(`${this.where}: the chip went away`, { cause }));
  }
}
