import { describe, expect, test } from "vitest";
import { type Broken, toldOf } from "./panel-files.ts";

describe("a profile that is not right", () => {
  test.each<Broken>([
    [
      'intercom: "*80{phone}"',
      'intercom: "*80{line}"',
      '3:11: intercom: not "*80{line}" but what to dial with {phone}, such as "*80{phone}"',
    ],
    [
      'intercom: "*80{phone}"',
      "intercom: *80{phone}",
      '3:11: *80… begins with a star; put it in quotes, such as "*80102"',
    ],
    ['"**{line}"', '"**"', '2:21: pickup.directed: not "**" but what to dial with {line}, such as "**{line}"'],
    ["offline: presence", "offline: dialog", '4:10: offline: not "dialog" but presence or never'],
    ["offline: presence\n", "", "1:1: offline: missing; write presence or never"],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("profile", right, wrong)).toEqual(told);
  });
});

describe("a scheme that is not right", () => {
  test.each<Broken>([
    [
      "cadence: wink }",
      "cadence: dark }",
      "2:3: states.unknown is dark, which people read as idle or busy; give it a pattern that moves, such as wink",
      "2:3: states.unknown and states.idle are all dark, and colour alone cannot tell them apart; give each a cadence of its own",
    ],
    [
      "cadence: wink }",
      "cadence: winks }",
      '2:38: states.unknown.cadence: not "winks" but dark, steady, flash, slow, wink, double-wink, dip, tick, pending, refused, too-late or failed',
    ],
    [
      "  failed: { colour: red, cadence: failed }\n",
      "",
      "9:1: feedback.failed: missing; write a map such as { colour: red, cadence: flash }",
    ],
    [
      "cadence: slow }",
      "cadence: steady }",
      "6:3: states.busy and states.held are all steady, and colour alone cannot tell them apart; give each a cadence of its own",
    ],
    [
      "colour: green, cadence: dark",
      "color: green, cadence: dark",
      "4:11: states.idle.color: unknown key; did you mean colour?",
    ],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("scheme", right, wrong)).toEqual(told);
  });
});
