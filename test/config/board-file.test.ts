import { describe, expect, test } from "vitest";
import { renderProblem } from "../../firmware/config/problem.ts";
import { loadBoard } from "./data-files.ts";
import { MemoryFiles } from "./memory-files.ts";
import { type Broken, toldOf } from "./panel-files.ts";

describe("a board that cannot be wired so", () => {
  test.each<Broken>([
    [
      "red: { bank: lamps, bit: 2 }",
      "red: { bank: lamps, bit: 1 }",
      "11:38: keys.2.leds.red.bit: bit 1 of bank lamps is keys.1.leds.green already (line 8); give each its own",
    ],
    [
      "green: { bank: lamps, bit: 1 }",
      "green: { bank: lamps, bit: 0 }",
      "8:70: keys.1.leds.green.bit: bit 0 of bank lamps is keys.1.leds.red already (line 8); give each its own",
    ],
    [
      "button: { bank: buttons, bit: 1 }",
      "button: { bank: buttons, bit: 0 }",
      "12:35: keys.2.button.bit: bit 0 of bank buttons is keys.1.button already (line 9); give each its own",
    ],
    [
      "button: { bank: buttons, bit: 1 }",
      "button: { bank: lamps, bit: 0 }",
      "12:33: keys.2.button.bit: bit 0 of bank lamps is keys.1.leds.red already (line 8); give each its own",
    ],
    [
      "button: { bank: buttons, bit: 1 }",
      "button: { bank: buttons, bit: 2 }",
      "12:35: keys.2.button.bit: bank buttons has 2 bits; write one from 0 to 1",
    ],
    [
      "button: { bank: buttons, bit: 1 }",
      "button: { bank: button, bit: 1 }",
      "12:21: keys.2.button.bank: there is no bank button; write lamps or buttons",
    ],
    [
      "button: { bank: buttons, bit: 1 }",
      "button: { bit: 1 }",
      "12:5: keys.2.button: which bank? write bank: lamps or buttons",
    ],
    [
      "button: { bank: buttons, bit: 1 }",
      "button: { bank: buttons, bit: 32 }",
      "12:35: keys.2.button.bit: not 32 but a whole number from 0 to 31",
    ],
    [
      "button: { bank: buttons, bit: 1 }",
      "button: { bank: buttons, bit: 0x1 }",
      '12:35: keys.2.button.bit: not "0x1" but a whole number from 0 to 31',
    ],
    [
      "button: { bank: buttons, bit: 1 }",
      "button: { bank: buttons, bit: 1, debounce: 5 }",
      "12:48: keys.2.button.debounce: not 5 but a time from 0ms to 1s, with its unit",
    ],
    [
      "button: { bank: buttons, bit: 1 }",
      "button: { bank: buttons, bit: 1, pull: both }",
      '12:44: keys.2.button.pull: not "both" but up, down or none',
    ],
    [
      "leds: { red: { bank: lamps, bit: 2 } }",
      "leds: {}",
      "11:11: keys.2.leds: a key without a lamp; give it an LED, such as { red: { bit: 0 } }",
    ],
    [
      "    leds: { red: { bank: lamps, bit: 2 } }\n",
      "",
      "10:3: keys.2.leds: missing; write LEDs by colour, such as { red: { bit: 0 } }, or key: 1 for a key of a sidecar",
    ],
    [
      "leds: { red: { bank: lamps, bit: 2 } }",
      "leds: { pink: { bank: lamps, bit: 2 } }",
      "11:13: keys.2.leds.pink: unknown key; the keys of keys.2.leds are common, red, green, amber, blue, white",
    ],
    [
      "leds: { red: { bank: lamps, bit: 2 } }",
      "leds: { common: anode }",
      "11:11: keys.2.leds: a key without a lamp; give it an LED, such as { red: { bit: 0 } }",
    ],
    [
      "leds: { red: { bank: lamps, bit: 2 } }",
      "leds: { common: anode, red: { bank: lamps, bit: 2, active: high } }",
      "11:64: keys.2.leds.red.active: LEDs with a common anode are lit by low, not by high; take active or common out",
    ],
    [
      "keys:\n",
      "lamps: { zone: { leds: { common: cathode, blue: { bank: lamps, bit: 3, active: low } } } }\nkeys:\n",
      "6:80: lamps.zone.leds.blue.active: LEDs with a common cathode are lit by high, not by low; take active or common out",
    ],
    [
      "leds: { red: { bank: lamps, bit: 2 } }",
      "leds: { common: plus, red: { bank: lamps, bit: 2 } }",
      '11:21: keys.2.leds.common: not "plus" but anode or cathode',
    ],
    [
      "leds: { red: { bank: lamps, bit: 2 } }",
      "leds: { gren: { bank: lamps, bit: 2 } }",
      "11:13: keys.2.leds.gren: unknown key; did you mean green?",
    ],
    [
      "leds: { red: { bank: lamps, bit: 2 } }",
      "leds: { red: { bank: lamps, bit: 2, active: lo } }",
      '11:49: keys.2.leds.red.active: not "lo" but high or low',
    ],
    [
      "keys:\n",
      "lamps: { alive: { leds: { green: { bank: lamps, bit: 1 } } } }\nkeys:\n",
      "6:54: lamps.alive.leds.green.bit: bit 1 of bank lamps is keys.1.leds.green already (line 9); give each its own",
    ],
    [
      "keys:\n",
      "buzzer: { bank: buttons, bit: 1 }\nkeys:\n",
      "6:31: buzzer.bit: bit 1 of bank buttons is keys.2.button already (line 13); give each its own",
    ],
    [
      "keys:\n",
      "lamps: { door: { leds: { green: { bank: lamps, bit: 3 } } } }\nkeys:\n",
      "6:10: lamps.door: unknown key; the keys of lamps are zone, alive",
    ],
    [
      "keys:\n",
      "lamps: { zone: { leds: {} } }\nkeys:\n",
      "6:24: lamps.zone.leds: a lamp without an LED; give it one, such as { green: { bit: 0 } }",
    ],
    [
      "button: { bank: buttons, bit: 1 }",
      "button: { bank: buttons, bit: 1, debounceIn: kernel }",
      "12:5: keys.2.button: driver sim of bank buttons cannot do debounceIn: kernel; take it out, or use a gpio bank with interface chardev",
    ],
    [
      "leds: { red: { bank: lamps, bit: 2 } }",
      "leds: { red: { bank: lamps, bit: 2, drive: open-drain } }",
      "11:13: keys.2.leds.red: driver sim of bank lamps cannot do drive: open-drain; take it out, or use a gpio bank with interface chardev",
    ],
    [
      "{ driver: sim, width: 4 }",
      "{ driver: sim, width: 4, brightness: 40 }",
      "4:47: banks.lamps.brightness: a bit is on or off; only a sidecar can be dimmed, so take it out",
    ],
    ["grid: [[1, 2]]", "grid: [[1]]", "10:3: keys.2: not in the grid; give it a place there"],
    [
      "grid: [[1, 2]]",
      "grid: [[1, 2], [3]]",
      "2:17: grid: there is no key 3 below keys; add it there, or write ~ for a gap",
    ],
    ["grid: [[1, 2]]", "grid: [[1, 2], [~, 1]]", "2:20: grid: key 1 stands twice; leave it in one place"],
    [
      "grid: [[1, 2]]",
      "grid: [1, 2]",
      "2:8: grid item 1: not 1 but a row of keys, such as [1, 2, 3]",
      "2:11: grid item 2: not 2 but a row of keys, such as [1, 2, 3]",
    ],
    [
      "{ driver: sim, width: 4 }",
      "{ driver: gpoi, chip: x }",
      '4:20: banks.lamps.driver: not "gpoi" but gpio, sidecar or sim',
    ],
    ["{ driver: sim, width: 4 }", "{ width: 4 }", "4:3: banks.lamps.driver: missing; write gpio, sidecar or sim"],
    [
      "{ driver: sim, width: 4 }",
      "{ driver: sim, width: 40 }",
      "4:32: banks.lamps.width: not 40 but a whole number from 1 to 32",
    ],
    [
      "{ driver: sim, width: 4 }",
      "{ driver: gpio, chip: [] }",
      "4:32: banks.lamps.chip: not an empty list but a list of chip labels",
    ],
    [
      "{ driver: sim, width: 4 }",
      "{ driver: sidecar, port: ttyUSB0 }",
      '4:35: banks.lamps.port: not "ttyUSB0" but the path of a serial port, such as /dev/serial/by-id/…',
    ],
    [
      "{ driver: sim, width: 2 }",
      "{ driver: sidecar, port: /dev/ttyUSB0 }",
      "9:35: keys.1.button.bit: bank buttons is a sidecar, which has keys and no bits; write the whole key as { bank: buttons, key: 1 }",
      "12:35: keys.2.button.bit: bank buttons is a sidecar, which has keys and no bits; write the whole key as { bank: buttons, key: 1 }",
    ],
    [
      "  2:\n    leds: { red: { bank: lamps, bit: 2 } }\n    button: { bank: buttons, bit: 1 }\n",
      "  2: { bank: lamps, key: 1 }\n",
      "10:26: keys.2.key: bank lamps is no sidecar; write leds and button, each with its bit",
    ],
    [
      "    button: { bank: buttons, bit: 1 }\n",
      "    key: 1\n",
      "12:10: keys.2.key: a key of a sidecar has its lamp and its button there; take leds and button out, or key",
    ],
    [
      "    button: { bank: buttons, bit: 1 }\n",
      "    bank: lamps\n",
      "12:11: keys.2.bank: stands here with key only, for a sidecar; write it with each LED and button",
    ],
    [
      "    leds: { red: { bank: lamps, bit: 2 } }\n    button: { bank: buttons, bit: 1 }\n",
      "    key: 65\n",
      "11:10: keys.2.key: not 65 but a whole number from 1 to 64",
    ],
    ["title: Two keys\n", "", "1:1: title: missing; write a short text"],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("board", right, wrong)).toEqual(told);
  });
});

const NURSE = `title: One key
grid: [[1]]
banks: { header: { driver: gpio, chip: pinctrl-rp1, interface: chardev } }
keys:
  1:
    leds: { red: { bit: 17, active: low, drive: open-drain } }
    button: { bit: 4, debounce: 5ms, debounceIn: kernel }
lamps:
  alive: { leds: { green: { bit: 18 } } }
  zone: { leds: { amber: { bit: 27 } } }
buzzer: { bit: 12, active: low }
`;

test("lamps without a key, a buzzer, and what the kernel is to do are read", () => {
  const files = new MemoryFiles().put("nurse.yaml", NURSE);
  const board = loadBoard("./nurse.yaml", { boardConfigs: "none", files });
  expect(board).toMatchObject({
    ok: true,
    value: {
      banks: [{ name: "header", driver: "gpio", chip: ["pinctrl-rp1"], interface: "chardev" }],
      keys: [
        {
          leds: [{ bank: "header", bit: 17, activeLow: true, openDrain: true, colour: "red" }],
          button: { bank: "header", bit: 4, activeLow: true, pull: "up", debounce: 0, kernelDebounce: 5 },
        },
      ],
      lamps: [
        { id: "zone", leds: [{ bank: "header", bit: 27, activeLow: false, colour: "amber" }] },
        { id: "alive", leds: [{ bank: "header", bit: 18, activeLow: false, colour: "green" }] },
      ],
      buzzer: { bank: "header", bit: 12, activeLow: true },
    },
  });
});

test.each([
  ["common: anode, ", true],
  ["common: cathode, ", false],
  ["", false],
])("LEDs that are one part are lit by the same level: %j", (common, activeLow) => {
  const leds = `{ ${common}blue: { bit: 19 }, red: { bit: 17 }, green: { bit: 18, drive: open-drain } }`;
  const text = NURSE.replace(/leds: \{ red.*\n/, `leds: ${leds}\n`).replace("bit: 18 } }", "bit: 20 } }");
  const board = loadBoard("./nurse.yaml", { boardConfigs: "none", files: new MemoryFiles().put("nurse.yaml", text) });
  expect(board.ok ? board.value.keys[0]?.leds : board.problems.map(renderProblem)).toEqual([
    { bank: "header", bit: 17, activeLow, colour: "red" },
    { bank: "header", bit: 18, activeLow, colour: "green", openDrain: true },
    { bank: "header", bit: 19, activeLow, colour: "blue" },
  ]);
});

test("a key may not be called like a lamp that the board has", () => {
  const text = NURSE.replace("[[1]]", "[[zone]]").replace("  1:", "  zone:");
  const board = loadBoard("./nurse.yaml", { boardConfigs: "none", files: new MemoryFiles().put("nurse.yaml", text) });
  expect(board.ok ? [] : board.problems.map(renderProblem)).toEqual([
    "nurse.yaml:10:3: lamps.zone: there is a key zone as well; give that another name",
  ]);
});
