import type { Millis } from "../firmware/domain/millis.ts";
import type { Bank, BankState } from "../firmware/hal/bank.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import { SimBankBack, type SimBankOptions } from "./bank-back.ts";

export type { BankWrite, Bounce, SimBankBack, SimBankOptions } from "./bank-back.ts";

/** A bank without hardware, and its back face: what a hand, an eye and a screwdriver do. */
export function simBank(options: SimBankOptions): { readonly bank: Bank; readonly back: SimBankBack } {
  const back = new SimBankBack(options);
  return { bank: new SimBank(options, back), back };
}

class SimBank implements Bank {
  readonly name: string;
  readonly width: number;
  readonly #clock: Clock;
  readonly #back: SimBankBack;
  #edges: (levels: number, changed: number, at: Millis) => void = () => {};
  #state: (state: BankState, why?: Error) => void = () => {};
  /** What was asked for, whether the outputs are there or not. */
  #outputs = 0;
  #levels = 0;
  #running = false;
  #halted = false;

  constructor(options: SimBankOptions, back: SimBankBack) {
    this.name = options.name;
    this.width = options.width;
    this.#clock = options.clock;
    this.#back = back;
  }

  async start(): Promise<void> {
    if (this.#running || this.#halted) return;
    this.#back.attach({
      levels: (levels, at) => this.#tell(levels, at),
      lost: (why) => this.#state("absent", why),
      found: (levels) => {
        this.#back.set(-1 >>> 0, this.#outputs);
        this.#tell(levels, this.#clock.now());
        this.#state("up");
      },
    });
    this.#running = true;
  }

  write(mask: number, value: number): void {
    if (this.#halted) return;
    this.#outputs = ((this.#outputs & ~mask) | (value & mask)) >>> 0;
    if (this.#running) this.#back.set(mask >>> 0, value >>> 0);
  }

  onEdges(listener: (levels: number, changed: number, at: Millis) => void): void {
    this.#edges = listener;
  }

  onState(listener: (state: BankState, why?: Error) => void): void {
    this.#state = listener;
  }

  async halt(): Promise<void> {
    if (this.#halted) return;
    this.#halted = true;
    if (!this.#running) return;
    this.#back.set(-1 >>> 0, 0);
    this.#back.detach();
  }

  #tell(levels: number, at: Millis): void {
    const changed = (levels ^ this.#levels) >>> 0;
    if (changed === 0) return;
    this.#levels = levels;
    this.#edges(levels, changed, at);
  }
}
