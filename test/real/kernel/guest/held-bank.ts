import { gpioBank } from "../../../../drivers/gpio-interface.ts";
import { SystemClock } from "../../../../drivers/system-clock.ts";
import type { GpioInterfaceName } from "../../../../firmware/domain/board.ts";
import type { Millis } from "../../../../firmware/domain/millis.ts";
import type { InputBit, OutputBit, Wiring } from "../../../../firmware/domain/wiring.ts";
import { RecordingLog } from "../../../recording-log.ts";
import { ChipBack } from "./chip-back.ts";
import { PI_4, type SimChipSpec } from "./sim-chip.ts";

export const output = (bit: number, more: Partial<OutputBit> = {}): OutputBit => ({
  bit,
  activeLow: false,
  openDrain: false,
  ...more,
});

export const input = (bit: number, more: Partial<InputBit> = {}): InputBit => ({
  bit,
  activeLow: false,
  pull: "none",
  kernelDebounce: 0,
  ...more,
});

/** A bank, what it told, and what it is wired to. */
export class HeldBank {
  readonly clock = new SystemClock();
  readonly log = new RecordingLog();
  readonly edges: { readonly levels: number; readonly changed: number; readonly at: Millis }[] = [];
  readonly states: string[] = [];
  readonly bank;
  readonly back;

  /** @param on a chip of its own to be made, or one that is there already */
  constructor(
    on: SimChipSpec | ChipBack,
    wiring: Wiring,
    by: GpioInterfaceName,
    chips: readonly string[] = [PI_4.label],
  ) {
    this.back = on instanceof ChipBack ? on : new ChipBack("held", on, wiring);
    this.bank = gpioBank({ name: "bank", chips, wiring, clock: this.clock, log: this.log }, by);
    this.bank.onEdges((levels, changed, at) => this.edges.push({ levels, changed, at }));
    this.bank.onState((state, why) => this.states.push(why === undefined ? state : `${state}: ${why.message}`));
  }

  async end(): Promise<void> {
    await this.bank.halt();
    this.back.chip.remove();
  }
}
