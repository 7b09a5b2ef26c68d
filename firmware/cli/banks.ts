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

/** The banks of a board, by name; not started. */
export function banksOf(board: Board, parts: BankParts): ReadonlyMap<string, Bank> {
  return new Map(board.banks.map((spec) => [spec.name, bankOf(spec, board, parts)]));
}

function bankOf(spec: BankSpec, board: Board, { clock, log }: BankParts): Bank {
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
    case "sidecar":
      throw new Error(`bank ${name}: this version has no driver "sidecar"`);
  }
}
