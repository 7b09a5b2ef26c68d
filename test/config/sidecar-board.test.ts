import { describe, expect, test } from "vitest";
import { GOOD, toldOf } from "./panel-files.ts";

/** A board of sidecars alone; what is wrong with it. */
function sidecarsTold(banks: string, keys: string): readonly string[] {
  const board = `title: Sidecars\ngrid: [[1, 2]]\nbanks: ${banks}\nkeys: ${keys}\n`;
  return toldOf("board", GOOD.board, board);
}

describe("a board of sidecars", () => {
  const TWO = "{ a: { driver: sidecar, port: /dev/a, module: 1 }, b: { driver: sidecar, port: /dev/a, module: 2 } }";
  const KEYS = "{ 1: { bank: a, key: 1 }, 2: { bank: b, key: 1 } }";

  test("may have several on one port, and keys of the same number on each", () => {
    expect(sidecarsTold(TWO, KEYS)).toEqual([]);
  });

  test("may leave the bank out where there is one", () => {
    expect(sidecarsTold("{ a: { driver: sidecar, port: /dev/a } }", "{ 1: { key: 1 }, 2: { key: 24 } }")).toEqual([]);
  });

  test.each([
    [
      TWO.replace("module: 2", "module: 1"),
      KEYS,
      "3:103: banks.b.module: 1 is on that port already; give each its own id",
    ],
    [
      TWO.replace(", module: 1", ""),
      KEYS,
      "3:92: banks.b.module: shares its port with bank a; give each its id, 1 to 99",
    ],
    [
      TWO.replace(", module: 2", ", module: 2, baud: 9600"),
      KEYS,
      "3:112: banks.b.baud: bank a has 115200 on the same port; write the same for both",
    ],
    [
      TWO,
      KEYS.replace("bank: b", "bank: a"),
      "4:52: keys.2.key: key 1 of bank a is keys.1 already (line 4); give each its own",
    ],
    [
      "{ a: { driver: sidecar, port: /dev/a, module: 100 } }",
      "{ 1: { key: 1 }, 2: { key: 2 } }",
      "3:54: banks.a.module: not 100 but a whole number from 0 to 99",
    ],
    [
      "{ a: { driver: sidecar, port: /dev/a, baud: 14400 } }",
      "{ 1: { key: 1 }, 2: { key: 2 } }",
      "3:52: banks.a.baud: not 14400 but one of 9600, 19200, 38400, 57600, 115200 or 230400",
    ],
    [
      "{ a: { driver: sidecar, port: /dev/a, brightness: 0 } }",
      "{ 1: { key: 1 }, 2: { key: 2 } }",
      "3:58: banks.a.brightness: not 0 but a whole number from 1 to 100",
    ],
    [
      "{ a: { driver: gpio, chip: pinctrl-rp1, brightness: 50% } }",
      "{ 1: { leds: { red: { bit: 9 } } }, 2: { leds: { red: { bit: 10 } } } }",
      "3:60: banks.a.brightness: a bit is on or off; only a sidecar can be dimmed, so take it out",
    ],
    [TWO, KEYS.replace("bank: b, ", ""), "4:33: keys.2: which bank? write bank: a or b"],
    [TWO, KEYS.replace("bank: b", "bank: c"), "4:44: keys.2.bank: there is no bank c; write a or b"],
  ])("%s with %s → %s", (banks, keys, told) => {
    expect(sidecarsTold(banks, keys)).toEqual([told]);
  });
});
