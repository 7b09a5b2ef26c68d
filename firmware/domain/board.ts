import type { KeyId } from "./key.ts";
import type { Colour } from "./lamp.ts";
import type { Millis } from "./millis.ts";

/** Where a Bank's bits are. A GPIO chip is named by its label (alternatives in order), never by number. */
export type BankSpec =
  | { readonly name: string; readonly driver: "gpio"; readonly chip: readonly string[] }
  | {
      readonly name: string;
      readonly driver: "sidecar";
      readonly port: string;
      readonly baud: number;
      /** 0: the module has the port for itself. 1…99: its id on a bus. */
      readonly module: number;
    }
  | {
      readonly name: string;
      readonly driver: "sim";
      readonly width: number;
      /** Bits as files, for another process to see and press; without it the bank is inside this process alone. */
      readonly directory?: string;
    };

/** One bit of a Bank, 0…31. For a GPIO bank the bit is the chip's line offset. */
export interface BitRef {
  readonly bank: string;
  readonly bit: number;
  /** Low voltage means lit or closed. Drivers invert, so that above them 1 is always lit or closed. */
  readonly activeLow: boolean;
}

export interface Led extends BitRef {
  readonly colour: Colour;
}

export interface Button extends BitRef {
  readonly pull: "up" | "down" | "none";
  /** Quiet time after an accepted edge; the edge itself acts at once. 0 where the kernel debounces. */
  readonly debounce: Millis;
}

/** A key that is a sidecar's: lamp and button are both there, and its LEDs are what the sidecar says. */
export interface SidecarKey {
  readonly bank: string;
  /** 1…64 */
  readonly number: number;
}

export interface BoardKey {
  readonly id: KeyId;
  /** None where it is a sidecar's. */
  readonly leds: readonly Led[];
  readonly button?: Button;
  readonly sidecar?: SidecarKey;
  /** Place in the grid, counted from 0 at the top left. */
  readonly column: number;
  readonly row: number;
}

/** What is soldered where. Data: the files in board-configs/boards. */
export interface Board {
  readonly name: string;
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly banks: readonly BankSpec[];
  readonly keys: readonly BoardKey[];
}
