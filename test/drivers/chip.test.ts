import { expect, test } from "vitest";
import { type Chip, checkLines, chosenChip } from "../../drivers/chip.ts";
import { WIRING } from "../contract/bank.ts";

function chip(number: number, label: string, device: string, lines = 54): Chip {
  return { path: `/dev/gpiochip${number}`, label, device, lines };
}

const rp1 = chip(0, "pinctrl-rp1", "1f000d0000.gpio");
const brcm = chip(10, "gpio-brcmstb@107d508500", "107d508500.gpio", 32);
const low = chip(11, "mcp23017", "1-0020", 16);
const high = chip(12, "mcp23017", "1-0021", 16);
const all = [brcm, low, high, rp1];

/** The sentence, and who is to mend it. */
function refused(choose: () => unknown): string {
  try {
    return String(choose());
  } catch (error) {
    return error instanceof Error && "kind" in error ? `${error.kind}: ${error.message}` : String(error);
  }
}

test.each([
  [["pinctrl-rp1", "pinctrl-bcm2711"], rp1],
  [["pinctrl-bcm2711", "pinctrl-rp1"], rp1],
  [["1-0021"], high],
  [["/dev/gpiochip10"], brcm],
])("%j is found by label, device or path, in the order of the names", (names, found) => {
  expect(chosenChip(names, all)).toBe(found);
});

test("a label that two chips share is refused, with their devices", () => {
  expect(refused(() => chosenChip(["mcp23017"], all))).toBe(
    "chip: 2 chips are called mcp23017: mcp23017 (/dev/gpiochip11, device 1-0020, 16 lines), mcp23017 (/dev/gpiochip12, device 1-0021, 16 lines); write the device of the one that is meant",
  );
});

test("a chip that is missing is told with those that are there", () => {
  expect(refused(() => chosenChip(["pinctrl-bcm2711", "pinctrl-bcm2835"], [rp1, low]))).toBe(
    "chip: no chip is called pinctrl-bcm2711 or pinctrl-bcm2835; there is pinctrl-rp1 (/dev/gpiochip0, device 1f000d0000.gpio, 54 lines), mcp23017 (/dev/gpiochip11, device 1-0020, 16 lines)",
  );
  expect(refused(() => chosenChip(["pinctrl-rp1"], []))).toBe(
    "chip: no chip is called pinctrl-rp1; there is none at all",
  );
});

test("bits beyond the chip's lines are a mistake of the board", () => {
  expect(() => checkLines(WIRING, rp1)).not.toThrow();
  expect(refused(() => checkLines(WIRING, low))).toBe(
    "board: mcp23017 (/dev/gpiochip11) has no bit 31; it has bits 0 to 15",
  );
});
