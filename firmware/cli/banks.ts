import { gpioBank } from "../../drivers/gpio-interface.ts";
import { simBank } from "../../sim/bank.ts";
import { FileBank } from "../../sim/file-bank.ts";
import type { BankSpec, Board } from "../domain/board.ts";
import { wiringOf } from "../domain/wiring.ts";
import type { Bank } from "../hal/bank.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";

export interface BankParts {
  readonly clock: Clock;
  readonly log: Log;
}

/** What has bits; a sidecar has keys, and is a module by itself. */
type BitSpec = Exclude<BankSpec, { readonly driver: "sidecar" }>;

/** The banks of a board, by name; not started. */
export function banksOf(board: Board, parts: BankParts): ReadonlyMap<string, Bank> {
  const specs = board.banks.filter((spec): spec is BitSpec => spec.driver !== "sidecar");
  return new Map(specs.map((spec) => [spec.name, bankOf(spec, board, parts)]));
}

function bankOf(spec: BitSpec, board: Board, { clock, log }: BankParts): Bank {
  const { name } = spec;
  switch (spec.driver) {
    case "gpio":
      return gpioBank({ name, chips: spec.chip, wiring: wiringOf(board, name), clock, log }, spec.interface);
    case "sim": {
      const { width, directory } = spec;
      return directory === undefined
        ? simBank({ name, width, clock }).bank
        : new FileBank({ name, width, directory, clock });
    }
  }
}
