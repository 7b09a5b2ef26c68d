import { expect, test } from "vitest";
import { refusal, shortcomings } from "../../drivers/gpio-sysfs-limits.ts";
import type { Pull } from "../../firmware/domain/board.ts";
import { WIRING } from "../contract/bank.ts";

const input = (bit: number, pull: Pull, kernelDebounce = 0) => ({ bit, activeLow: true, pull, kernelDebounce });

test("a resistor that sysfs cannot switch on is told with what to do instead", () => {
  const inputs = [input(4, "up"), input(9, "up"), input(10, "down"), input(11, "none")];
  expect(shortcomings({ outputs: [], inputs })).toEqual([
    "sysfs cannot pull bits 4, 9 up: put 10 kOhm to 3.3 V at each, or write gpio=4,9=ip,pu to config.txt of a Raspberry Pi, or bias-pull-up to the device tree",
    "sysfs cannot pull bits 10 down: put 10 kOhm to ground at each, or write gpio=10=ip,pd to config.txt of a Raspberry Pi, or bias-pull-down to the device tree",
  ]);
  expect(shortcomings(WIRING)).toEqual([]);
});

test("what would drive an open line, or let contacts bounce, is refused", () => {
  expect(refusal(WIRING)).toBeUndefined();
  expect(refusal({ outputs: [{ bit: 3, activeLow: true, openDrain: true }], inputs: [] })).toBe(
    "sysfs cannot leave an output open: use chardev for bits 3, or a transistor and drive: push-pull",
  );
  expect(refusal({ outputs: [], inputs: [input(4, "up", 5), input(5, "up")] })).toBe(
    "sysfs has no debounce in the kernel: use chardev for bits 4, or take out debounceIn: kernel",
  );
});
