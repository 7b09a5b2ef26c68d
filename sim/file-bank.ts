import { type FSWatcher, watch } from "node:fs";
import { basename, join } from "node:path";
import type { Millis } from "../firmware/domain/millis.ts";
import type { Bank, BankState } from "../firmware/hal/bank.ts";
import type { Cancel, Clock } from "../firmware/hal/clock.ts";
import { putBit, readBit } from "./bit-file.ts";

export interface FileBankOptions {
  readonly name: string;
  /** 1…32 */
  readonly width: number;
  /** The bank is there while this directory is. */
  readonly directory: string;
  readonly clock: Clock;
}

/** How soon a directory that came back is found. */
const RETRY: Millis = 100;

/**
 * A bank whose bits are files of one directory, so that another process can see the lamps and move the contacts: `led_3`
 * is written `1` or `0` once that output is used, `key_5` is watched; without the file the contact is open. An edge counts
 * when it is heard of, a fraction of a millisecond after it was written; two within that time may be heard as one or none.
 */
export class FileBank implements Bank {
  readonly name: string;
  readonly width: number;
  readonly #directory: string;
  readonly #clock: Clock;
  #edges: (levels: number, changed: number, at: Millis) => void = () => {};
  #state: (state: BankState, why?: Error) => void = () => {};
  #watcher: FSWatcher | undefined;
  #retry: Cancel | undefined;
  #toldWhy: string | undefined;
  #halted = false;
  /** Outputs that were ever written: the others may be inputs. */
  #used = 0;
  #outputs = 0;
  /** As read. */
  #found = 0;
  /** As told. */
  #levels = 0;

  constructor({ name, width, directory, clock }: FileBankOptions) {
    this.name = name;
    this.width = width;
    this.#directory = directory;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    if (!this.#halted && !this.#watcher && !this.#retry) this.#connect();
  }

  write(mask: number, value: number): void {
    if (this.#halted) return;
    const outputs = ((this.#outputs & ~mask) | (value & mask)) >>> 0;
    const changed = mask & ((outputs ^ this.#outputs) | ~this.#used);
    this.#outputs = outputs;
    this.#used = (this.#used | mask) >>> 0;
    if (this.#watcher === undefined) return;
    try {
      this.#put(changed);
    } catch (cause) {
      const watcher = this.#watcher;
      queueMicrotask(() => this.#lose(watcher, new Error(`cannot write to ${this.#directory}`, { cause })));
    }
  }

  onEdges(listener: (levels: number, changed: number, at: Millis) => void): void {
    this.#edges = listener;
  }

  onState(listener: (state: BankState, why?: Error) => void): void {
    this.#state = listener;
  }

  async halt(): Promise<void> {
    this.#halted = true;
    this.#retry?.();
    this.#retry = undefined;
    if (this.#watcher === undefined) return;
    this.#outputs = 0;
    try {
      this.#put(this.#used);
    } catch {
      // Gone: then nothing is lit either.
    }
    this.#disconnect();
  }

  #connect(): void {
    this.#retry = undefined;
    try {
      const watcher = watch(this.#directory);
      this.#watcher = watcher;
      watcher.on("error", (why) => this.#lose(watcher, why));
      watcher.on("change", (_event, file) => this.#changed(watcher, String(file)));
      this.#put(this.#used);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#lose(this.#watcher, new Error(`cannot use the directory: ${why}`, { cause }));
      return;
    }
    for (let bit = 0; bit < this.width; bit++) this.#read(bit);
    this.#tell();
    this.#toldWhy = undefined;
    this.#state("up");
  }

  #changed(watcher: FSWatcher, file: string): void {
    if (watcher !== this.#watcher || file.startsWith("led_")) return;
    const bit = /^key_(\d+)$/.exec(file)?.[1];
    if (bit !== undefined && Number(bit) < this.width) {
      this.#read(Number(bit));
      this.#tell();
    } else if (file === basename(this.#directory)) {
      // The directory itself was removed or moved.
      this.#lose(watcher, new Error(`directory ${this.#directory} went away`));
    }
  }

  /** The recovery of this bank: look again until the directory is there. */
  #lose(watcher: FSWatcher | undefined, why: Error): void {
    if (watcher !== this.#watcher || this.#halted) return;
    this.#disconnect();
    this.#retry = this.#clock.at(this.#clock.now() + RETRY, () => this.#connect());
    if (this.#toldWhy !== undefined) return;
    this.#toldWhy = why.message;
    this.#state("absent", why);
  }

  #disconnect(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #put(mask: number): void {
    for (let bit = 0; bit < this.width; bit++) {
      if (((mask >>> bit) & 1) === 1) putBit(join(this.#directory, `led_${bit}`), ((this.#outputs >>> bit) & 1) === 1);
    }
  }

  #read(bit: number): void {
    const closed = readBit(join(this.#directory, `key_${bit}`));
    const mask = 1 << bit;
    // Neither 1 nor 0: caught between the two steps of a writer, who will be heard again.
    if (closed !== undefined) this.#found = (closed ? this.#found | mask : this.#found & ~mask) >>> 0;
  }

  #tell(): void {
    const changed = (this.#found ^ this.#levels) >>> 0;
    if (changed === 0) return;
    this.#levels = this.#found;
    this.#edges(this.#levels, changed, this.#clock.now());
  }
}
