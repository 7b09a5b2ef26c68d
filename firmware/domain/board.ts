import type { KeyId } from "./key.ts";
import type { Colour } from "./lamp.ts";
import type { Millis } from "./millis.ts";

/** How to reach the kernel's GPIO: its character device, the older files under /sys/class/gpio, or the first that is there. */
export type GpioInterfaceName = "auto" | "chardev" | "sysfs";

/** Where a Bank's bits are. */
export type BankSpec =
  | {
      readonly name: string;
      readonly driver: "gpio";
      /** Labels, names of devices, or paths; alternatives in order. Never a number: numbers move between kernels. */
      readonly chip: readonly string[];
      readonly interface: GpioInterfaceName;
    }
  | {
      readonly name: string;
      readonly driver: "sidecar";
      readonly port: string;
      readonly baud: number;
      /** 0: the module has the port for itself. 1…99: its id on a bus. */
      readonly module: number;
      /** Of its lit lamps, 1…100 percent, where the module can be dimmed. */
      readonly brightness?: number;
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

/** A bit that is written. */
export interface OutputRef extends BitRef {
  /** Pulled low or left open, never driven high. */
  readonly openDrain?: boolean;
}

export interface Led extends OutputRef {
  readonly colour: Colour;
}

/** The chip's own resistor at an input. */
export type Pull = "up" | "down" | "none";

export interface Button extends BitRef {
  readonly pull: Pull;
  /** Quiet time after an accepted edge; the edge itself acts at once. 0 where the kernel debounces. */
  readonly debounce: Millis;
  /** How long a level must last before the kernel tells of it; absent where it tells every edge. */
  readonly kernelDebounce?: Millis;
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

/** Lamps that sit on no key: over the door or the corridor, and the one that shows that the daemon lives. */
export const EXTRA_LAMPS = ["zone", "alive"] as const;

export interface ExtraLamp {
  readonly id: (typeof EXTRA_LAMPS)[number];
  readonly leds: readonly Led[];
}

/** What is soldered where. Data: the files in board-configs/boards. */
export interface Board {
  readonly name: string;
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly banks: readonly BankSpec[];
  readonly keys: readonly BoardKey[];
  readonly lamps?: readonly ExtraLamp[];
  readonly buzzer?: OutputRef;
}
