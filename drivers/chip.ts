import { realpathSync } from "node:fs";
import type { Wiring } from "../firmware/domain/wiring.ts";
import { GpioTrouble } from "./gpio-trouble.ts";

/** A GPIO chip as the kernel shows it. */
export interface Chip {
  /** Where its interface has it: /dev/gpiochip0, /sys/class/gpio/gpiochip512. */
  readonly path: string;
  readonly label: string;
  /** The device behind it, such as 1-0020 on an I2C bus: two chips of one make share a label, never this. */
  readonly device: string | undefined;
  readonly lines: number;
}

/**
 * The chip that a board means: the first of `names` that fits a chip's label, device or path.
 * @throws GpioTrouble when there is none, or when a name fits several
 */
export function chosenChip<C extends Chip>(names: readonly string[], chips: readonly C[]): C {
  for (const name of names) {
    const path = name.startsWith("/") ? realPath(name) : undefined;
    const fitting = chips.filter((chip) => chip.label === name || chip.device === name || chip.path === path);
    const [chip] = fitting;
    if (chip !== undefined && fitting.length === 1) return chip;
    if (chip !== undefined) {
      const mend = "write the device of the one that is meant";
      throw new GpioTrouble("chip", `${fitting.length} chips are called ${name}: ${listed(fitting)}; ${mend}`);
    }
  }
  const here = chips.length === 0 ? "there is none at all" : `there is ${listed(chips)}`;
  throw new GpioTrouble("chip", `no chip is called ${names.join(" or ")}; ${here}`);
}

/** @throws GpioTrouble for a bit that the chip has no line for */
export function checkLines({ outputs, inputs }: Wiring, { label, path, lines }: Chip): void {
  const beyond = [...outputs, ...inputs].map(({ bit }) => bit).filter((bit) => bit >= lines);
  if (beyond.length === 0) return;
  const which = beyond.sort((a, b) => a - b).join(", ");
  throw new GpioTrouble("board", `${label} (${path}) has no bit ${which}; it has bits 0 to ${lines - 1}`);
}

export function titleOf({ label, path }: Chip): string {
  return `${label} (${path})`;
}

function listed(chips: readonly Chip[]): string {
  return chips
    .map(({ label, path, device, lines }) => {
      const behind = device === undefined || device === label ? "" : `, device ${device}`;
      return `${label} (${path}${behind}, ${lines} lines)`;
    })
    .join(", ");
}

/** Where a link leads: udev may give a chip a name of its own. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
