import type { Millis } from "../firmware/domain/millis.ts";
import type { Clock } from "../firmware/hal/clock.ts";

export interface SimBankOptions {
  readonly name: string;
  /** 1…32 */
  readonly width: number;
  readonly clock: Clock;
}

export interface BankWrite {
  readonly at: Millis;
  readonly mask: number;
  readonly value: number;
}

export interface Bounce {
  /** Where the contact ends, and where its first edge goes. */
  readonly closed: boolean;
  /** How often it falls back before it stays. */
  readonly times: number;
  /** From edge to edge. */
  readonly every: Millis;
}

/** Enough to ask what was just written; a simulator that runs for days must not keep more. */
const MOST_WRITES_KEPT = 10_000;

/** What the bank is wired to. Lamps here lose their light with the plug; the bank has to bring it back. */
export class SimBankBack {
  readonly width: number;
  readonly #clock: Clock;
  readonly #writes: BankWrite[] = [];
  #outputs = 0;
  #inputs = 0;
  #absent: Error | undefined;
  #refusal: Error | undefined;
  #driver: Driver | undefined;
  #eye: ((outputs: number, changed: number, at: Millis) => void) | undefined;

  constructor(options: SimBankOptions) {
    this.width = options.width;
    this.#clock = options.clock;
  }

  close(bit: number): void {
    this.#input(this.#inputs | this.#bit(bit));
  }

  open(bit: number): void {
    this.#input(this.#inputs & ~this.#bit(bit));
  }

  closed(bit: number): boolean {
    return (this.#inputs & this.#bit(bit)) !== 0;
  }

  /** The first edge comes at once, the rest by the clock. */
  bounce(bit: number, { closed, times, every }: Bounce): void {
    const move = (to: boolean) => (to ? this.close(bit) : this.open(bit));
    move(closed);
    for (let edge = 1; edge <= times * 2; edge++) {
      this.#clock.at(this.#clock.now() + edge * every, () => move(edge % 2 === 0 ? closed : !closed));
    }
  }

  lit(bit: number): boolean {
    return (this.#outputs & this.#bit(bit)) !== 0;
  }

  /** All outputs, uint32. */
  get outputs(): number {
    return this.#outputs;
  }

  /** The newest writes that reached the outputs, oldest first. */
  get writes(): readonly BankWrite[] {
    return this.#writes;
  }

  /** Called when light changes. One listener. */
  onLight(listener: (outputs: number, changed: number, at: Millis) => void): void {
    this.#eye = listener;
  }

  unplug(why: Error = new Error("unplugged")): void {
    if (this.#absent) return;
    this.#absent = why;
    this.#light(0);
    this.#driver?.lost(why);
  }

  plug(): void {
    if (!this.#absent) return;
    this.#absent = undefined;
    this.#driver?.found(this.#inputs);
  }

  /** From now on start() rejects with this. */
  refuse(why: Error): void {
    this.#refusal = why;
  }

  /** For the bank only. */
  attach(driver: Driver): void {
    if (this.#refusal) throw this.#refusal;
    this.#driver = driver;
    if (this.#absent) driver.lost(this.#absent);
    else driver.found(this.#inputs);
  }

  /** For the bank only. */
  detach(): void {
    this.#driver = undefined;
  }

  /** For the bank only. */
  set(mask: number, value: number): void {
    if (this.#absent) return;
    if (this.#writes.length === MOST_WRITES_KEPT) this.#writes.splice(0, MOST_WRITES_KEPT / 2);
    this.#writes.push({ at: this.#clock.now(), mask, value });
    this.#light(((this.#outputs & ~mask) | (value & mask)) >>> 0);
  }

  #light(outputs: number): void {
    const changed = (outputs ^ this.#outputs) >>> 0;
    this.#outputs = outputs;
    if (changed !== 0) this.#eye?.(outputs, changed, this.#clock.now());
  }

  #input(inputs: number): void {
    this.#inputs = inputs >>> 0;
    if (!this.#absent) this.#driver?.levels(this.#inputs, this.#clock.now());
  }

  #bit(bit: number): number {
    if (!Number.isInteger(bit) || bit < 0 || bit >= this.width) throw new RangeError(`no bit ${bit} of ${this.width}`);
    return (1 << bit) >>> 0;
  }
}

/** The bank as its wiring knows it. */
export interface Driver {
  levels(levels: number, at: Millis): void;
  found(levels: number): void;
  lost(why: Error): void;
}
