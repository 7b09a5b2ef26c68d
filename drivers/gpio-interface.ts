import type { GpioInterfaceName } from "../firmware/domain/board.ts";
import type { Bank } from "../firmware/hal/bank.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import { GpioBank, type GpioBankOptions } from "./gpio-bank.ts";
import { Chardev } from "./gpio-chardev.ts";
import { FirstOf } from "./gpio-first-of.ts";
import type { GpioInterface } from "./gpio-lines.ts";
import { Sysfs } from "./gpio-sysfs.ts";

/** A bank on the kernel's GPIO. */
export function gpioBank(options: Omit<GpioBankOptions, "through">, name: GpioInterfaceName): Bank {
  return new GpioBank({ ...options, through: interfaceOf(name, options.clock) });
}

function interfaceOf(name: GpioInterfaceName, clock: Clock): GpioInterface {
  switch (name) {
    case "chardev":
      return new Chardev();
    case "sysfs":
      return new Sysfs(clock);
    case "auto":
      return new FirstOf([new Chardev(), new Sysfs(clock)]);
  }
}
