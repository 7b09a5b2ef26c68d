import type { Bank } from "../hal/bank.ts";

/** The outputs of one bank: gathers what changes at one moment into one write of the bits that differ. */
export class Output {
  readonly #bank: Bank;
  #shown = 0;
  #wanted = 0;

  constructor(bank: Bank) {
    this.#bank = bank;
  }

  set(mask: number, lit: boolean): void {
    this.#wanted = (lit ? this.#wanted | mask : this.#wanted & ~mask) >>> 0;
  }

  darken(): void {
    this.#wanted = 0;
  }

  flush(): void {
    const changed = (this.#wanted ^ this.#shown) >>> 0;
    if (changed === 0) return;
    this.#shown = this.#wanted;
    this.#bank.write(changed, this.#wanted);
  }
}
