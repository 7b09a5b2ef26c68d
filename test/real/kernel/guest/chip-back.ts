import type { Wiring } from "../../../../firmware/domain/wiring.ts";
import type { BankBack } from "../../../contract/bank.ts";
import { SimChip, type SimChipSpec } from "./sim-chip.ts";

/** What is wired to a chip: contacts that are moved, and LEDs that are looked at, whichever level means closed or lit. */
export class ChipBack implements BankBack {
  readonly chip: SimChip;
  readonly #lowIsActive: ReadonlySet<number>;
  readonly #wired: readonly number[];
  readonly #closed = new Set<number>();

  constructor(name: string, spec: SimChipSpec, { outputs, inputs }: Wiring) {
    this.#wired = [...outputs, ...inputs].map(({ bit }) => bit);
    this.#lowIsActive = new Set([...outputs, ...inputs].filter(({ activeLow }) => activeLow).map(({ bit }) => bit));
    this.chip = new SimChip(name, spec);
    this.#rest();
  }

  close(bit: number): void {
    this.#closed.add(bit);
    this.#move(bit);
  }

  open(bit: number): void {
    this.#closed.delete(bit);
    this.#move(bit);
  }

  lit(bit: number): boolean {
    return this.chip.plugged && this.chip.high(bit) !== this.#lowIsActive.has(bit);
  }

  unplug(): void {
    this.chip.unplug();
  }

  plug(): void {
    if (this.chip.plugged) return;
    this.chip.plug();
    this.#rest();
  }

  /** Contacts as they are, and LEDs at the level that leaves them dark while nobody drives them. */
  #rest(): void {
    for (const bit of this.#wired) this.#move(bit);
  }

  #move(bit: number): void {
    if (this.chip.plugged) this.chip.pull(bit, this.#closed.has(bit) !== this.#lowIsActive.has(bit));
  }
}
