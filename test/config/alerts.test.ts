import { describe, expect, test } from "vitest";
import type { Settings } from "../../firmware/domain/settings.ts";
import { complaints, GOOD, load, warnings } from "./panel-files.ts";

const ACKNOWLEDGE = "  2: { action: acknowledge }\n";
const EQUIPPED = `${GOOD.board}lamps: { zone: { leds: { red: { bank: lamps, bit: 3 } } } }
buzzer: { bank: buttons, bit: 1 }
`.replace("    button: { bank: buttons, bit: 1 }\n", "");

const good = (more: string, board = EQUIPPED): Settings => {
  const settings = GOOD.settings.replace('  2: { line: "105", pickup: false }\n', ACKNOWLEDGE);
  const loaded = load({ settings: `${settings}${more}\n`, board });
  expect(warnings(loaded)).toEqual([]);
  if (!loaded.ok) throw new Error("not good");
  return loaded.settings;
};
const told = (more: string, board = EQUIPPED): string[] =>
  complaints(load({ settings: `${GOOD.settings}${more}\n`, board })).map((line) => line.replace("blfd.yaml:16:", ""));

describe("zone", () => {
  test("is a group's lines; without it, nothing is said", () => {
    expect(good("zone: desk").zone).toEqual(["101"]);
    expect(good("").zone).toBeUndefined();
  });

  test("watches its lines, so that they need no keys", () => {
    const wide = GOOD.settings.replace('["101"]', '["101", "104"]');
    expect(complaints(load({ settings: wide }))).toHaveLength(1);
    expect(complaints(load({ settings: `${wide}zone: desk\n`, board: EQUIPPED }))).toEqual([]);
  });

  test("needs the group, and a lamp on the board", () => {
    expect(told("zone: dusk")).toEqual(["7: zone: there is no group dusk; did you mean desk?"]);
    expect(told("zone: desk", GOOD.board)).toEqual([
      "1: zone: board desk has no zone lamp; add lamps: { zone: { leds: … } } to it, or take zone out",
    ]);
  });
});
