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

describe("alerts", () => {
  test("are none where nothing is said, and have defaults", () => {
    expect(good("").alerts).toBeUndefined();
    expect(good("alerts: {}").alerts).toEqual({ style: "none", delay: 0, hours: [], tones: false });
    expect(good('alerts: { style: both, delay: 3s, hours: "mon-fri 20:00-06:00", tones: true }').alerts).toEqual({
      style: "both",
      delay: 3000,
      hours: [{ weekdays: [1, 2, 3, 4, 5], from: 1200, to: 360, text: "mon-fri 20:00-06:00" }],
      tones: true,
    });
    expect(good('alerts: { hours: ["08:00-12:00", "sat 13:00-14:00"] }').alerts?.hours).toHaveLength(2);
  });

  test("audio and tones need a buzzer, visual a zone lamp; the board and the mend are named", () => {
    const bare = (style: string) => told(`alerts: { style: ${style} }`, GOOD.board);
    expect(bare("audio")).toEqual([
      "18: alerts.style: board desk has no buzzer; add one to it, such as buzzer: { bit: 19 }, or write style: none",
    ]);
    const visual = "board desk has no zone lamp; add lamps: { zone: { leds: … } } to it, or write style:";
    const unheard =
      "keeps a call in mind until somebody acknowledges it; give a key { action: acknowledge }, or write style:";
    expect(bare("visual")).toEqual([`18: alerts.style: ${visual} none`, `18: alerts.style: visual ${unheard} none`]);
    expect(bare("both")).toEqual([
      "18: alerts.style: board desk has no buzzer; add one to it, such as buzzer: { bit: 19 }, or write style: visual",
      `18: alerts.style: ${visual} audio`,
      `18: alerts.style: both ${unheard} audio`,
    ]);
    expect(told("alerts: { tones: true }", GOOD.board)).toEqual([
      "18: alerts.tones: board desk has no buzzer; add one to it, such as buzzer: { bit: 19 }, or take tones out",
    ]);
    expect(told("alerts: { style: visual }")).toEqual([`18: alerts.style: visual ${unheard} none`]);
  });

  test.each([
    ["alerts: loud", '9: alerts: not "loud" but a map such as { style: audio, delay: 3s }'],
    ["alerts: { style: loud }", '18: alerts.style: not "loud" but none, audio, visual or both'],
    ["alerts: { delay: 2m }", '18: alerts.delay: not "2m" but a time from 0s to 1m, with its unit'],
    ["alerts: { delay: 3 }", "18: alerts.delay: not 3 but a time from 0s to 1m, with its unit"],
    ["alerts: { hours: 8:00-12:00 }", "18: alerts.hours: 8:00 is no time of day; write 08:00"],
    ["alerts: { hours: [] }", '18: alerts.hours: not an empty list but hours such as "20:00-06:00", or a list of them'],
    ["alerts: { tones: loud }", '18: alerts.tones: not "loud" but true or false'],
    ["alerts: { stile: audio }", "11: alerts.stile: unknown key; did you mean style?"],
  ])("%s", (written, problem) => {
    expect(told(written)).toEqual([problem]);
  });

  test("a delay of nothing is said", () => {
    const { settings } = GOOD;
    expect(warnings(load({ settings: `${settings}alerts: { delay: 3s }\n`, board: EQUIPPED }))).toEqual([
      "blfd.yaml:16:18: alerts.delay: means nothing while style is none",
    ]);
  });
});
