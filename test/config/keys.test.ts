import { describe, expect, test } from "vitest";
import type { KeySettings } from "../../firmware/domain/key-settings.ts";
import { type Broken, complaints, GOOD, load, toldOf, warnings } from "./panel-files.ts";

const FIRST = '1: { line: "101", label: Reception }';
const SECOND = '2: { line: "105", pickup: false }';

function keyOf(written: string, more = ""): KeySettings | undefined {
  const loaded = load({ settings: GOOD.settings.replace(SECOND, `2: ${written}`) + more, profile: WITH_PARK });
  if (!loaded.ok) throw new Error(complaints(loaded).join("\n"));
  return loaded.settings.keys[1];
}

const WITH_PARK = GOOD.profile.replace('group: "*8"', 'group: "*8", park: "{slot}"');
const WITHOUT_PHONE = GOOD.settings.replace(/pickup:\n.*\n/, "");

describe("a key is for", () => {
  test("a line", () => {
    expect(keyOf('{ line: "105" }')).toEqual({
      kind: "line",
      id: "2",
      label: "105",
      line: "105",
      pickup: true,
      idle: {},
    });
  });

  test("a group, with the lines that the scope has", () => {
    expect(keyOf("{ group: desk }")).toEqual({
      kind: "group",
      id: "2",
      label: "desk",
      group: "desk",
      lines: ["101"],
      pickup: true,
    });
    expect(keyOf("{ group: desk, label: Any desk, pickup: false }")).toMatchObject({
      label: "Any desk",
      pickup: false,
    });
  });

  test("a park slot", () => {
    expect(keyOf("{ park: 0701 }")).toEqual({ kind: "park", id: "2", label: "0701", slot: "0701" });
    expect(keyOf('{ park: "701", label: Park 1 }')).toMatchObject({ label: "Park 1" });
  });

  test.each(["acknowledge", "lamp-test"])("%s", (action) => {
    expect(keyOf(`{ action: ${action} }`)).toEqual({ kind: "panel", id: "2", label: action, action });
    expect(keyOf(`{ action: ${action}, label: Press }`)).toMatchObject({ label: "Press" });
  });
});

describe("while its line is idle, a key", () => {
  test.each([
    ["{ short: dial }", { short: "105" }],
    ["{ long: dial }", { long: "105" }],
    ['{ short: nothing, long: "*80{line}" }', { long: "*80105" }],
    ["{}", {}],
  ])("does by %s", (idle, dialled) => {
    expect(keyOf(`{ line: "105", idle: ${idle} }`)).toMatchObject({ idle: dialled });
    expect(keyOf('{ line: "105" }', `actions: { idle: ${idle} }\n`)).toMatchObject({ idle: dialled });
  });

  test("does what it says itself, and for the rest what is said for all", () => {
    const all = 'actions: { idle: { short: dial, long: "*80{line}" } }\n';
    expect(keyOf('{ line: "105", idle: { short: nothing } }', all)).toMatchObject({ idle: { long: "*80105" } });
    expect(keyOf('{ line: "105", idle: { long: dial } }', all)).toMatchObject({ idle: { short: "105", long: "105" } });
  });

  test("of the desk phone itself does nothing: it cannot call itself", () => {
    expect(keyOf('{ line: "102" }', "actions: { idle: { short: dial } }\n")).toMatchObject({ pickup: false, idle: {} });
  });
});

describe("a key that is not right", () => {
  test.each<Broken>([
    [FIRST, "1: {}", "14:6: keys.1: does not say what it is for; write one of line, group, park or action"],
    [
      FIRST,
      "1: { label: Reception }",
      "14:6: keys.1: does not say what it is for; write one of line, group, park or action",
    ],
    [
      FIRST,
      '1: { line: "101", group: desk }',
      "14:6: keys.1: is for line and group at once; write one of line, group, park or action",
    ],
    [
      SECOND,
      '2: { group: desk, mailbox: "101", idle: { short: dial } }',
      "15:30: keys.2.mailbox: means nothing beside group; take it out",
      "15:43: keys.2.idle: means nothing beside group; take it out",
    ],
    [
      SECOND,
      "2: { action: lamp-test, pickup: false }",
      "15:35: keys.2.pickup: means nothing beside action; take it out",
    ],
    [SECOND, "2: { action: reboot }", '15:16: keys.2.action: not "reboot" but acknowledge or lamp-test'],
    [SECOND, "2: { group: a b }", '15:15: keys.2.group: not "a b" but the name of a group in scope.groups'],
    [SECOND, "2: { group: dsek }", "15:15: keys.2.group: there is no group dsek; did you mean desk?"],
    [SECOND, "2: { group: kitchen }", "15:15: keys.2.group: there is no group kitchen; the groups are desk"],
    [SECOND, "2: { pak: 701 }", "15:8: keys.2.pak: unknown key; did you mean park?"],
    [
      SECOND,
      '2: { park: "701" }',
      '15:14: keys.2.park: profile asterisk has no code that fetches a parked call; add pickup.park to it, such as "{slot}"',
    ],
    [
      SECOND,
      '2: { line: "105", idle: { short: dail } }',
      '15:36: keys.2.idle.short: not "dail" but dial, nothing, or what to dial with {line}, such as "*80{line}"',
    ],
    [
      SECOND,
      '2: { line: "105", idle: { short: "*80{phone}" } }',
      '15:36: keys.2.idle.short: not "*80{phone}" but dial, nothing, or what to dial with {line}, such as "*80{line}"',
    ],
    [
      SECOND,
      '2: { line: "102", idle: { short: nothing, long: dial } }',
      "15:51: keys.2.idle.long: 102 is the desk phone itself and cannot call itself; take it out",
    ],
    [
      "keys:\n",
      "actions: { idle: dial }\nkeys:\n",
      '13:18: actions.idle: not "dial" but a map such as { short: dial, long: nothing }',
    ],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("settings", right, wrong)).toEqual(told);
  });

  test.each([
    ["keys:\n", "actions: { idle: { short: dial } }\nkeys:\n", "11:27: actions.idle.short"],
    [SECOND, '2: { line: "105", idle: { long: dial } }', "13:35: keys.2.idle.long"],
  ])("without a phone to dial with: %j → %j", (right, wrong, place) => {
    const told = complaints(load({ settings: WITHOUT_PHONE.replace(right, wrong) }));
    expect(told).toEqual([
      `blfd.yaml:${place}: there is no phone to dial with; write pickup.phone, such as { line: "102" }`,
    ]);
  });

  test("may be for a group that no scope has, or that is empty", () => {
    const pbx = GOOD.settings.replace(/scope:\n.*\n.*\n/, "scope: pbx\n");
    expect(complaints(load({ settings: pbx.replace(SECOND, "2: { group: desk }") }))).toEqual([
      "blfd.yaml:13:15: keys.2.group: there is no group desk; write it below scope.groups",
    ]);
    const empty = GOOD.settings.replace('{ desk: ["101"] }', "{ desk: [] }");
    expect(complaints(load({ settings: empty.replace(SECOND, "2: { group: desk }") }))).toEqual([
      "blfd.yaml:15:15: keys.2.group: group desk has no line; write some in scope.groups",
    ]);
  });

  test("does not echo a scope that is wrong in itself", () => {
    const settings = GOOD.settings.replace("  pickup: [desk]", "  pickup: desk").replace(SECOND, "2: { group: desk }");
    expect(complaints(load({ settings }))).toEqual([
      'blfd.yaml:12:11: scope.pickup: not "desk" but a list of group names, such as [desk], or pbx',
    ]);
  });
});

describe("a key that works, but not as its author may think", () => {
  test("a group that scope does not allow", () => {
    const settings = GOOD.settings
      .replace('{ desk: ["101"] }', '{ desk: ["101"], ward: ["201"] }')
      .replace(SECOND, "2: { group: ward, pickup: true }");
    expect(warnings(load({ settings }))).toEqual([
      "blfd.yaml:15:29: keys.2.pickup: scope does not allow group ward; add it to scope.pickup",
    ]);
  });

  test("hours do not make it one", () => {
    const settings = GOOD.settings
      .replace("  pickup: [desk]", "  pickup: [desk]\n  hours: { desk: mon 03:00-03:01 }")
      .replace(SECOND, "2: { group: desk, pickup: true }");
    expect(warnings(load({ settings }))).toEqual([]);
  });

  test("a park slot, where nothing can park", () => {
    const settings = GOOD.settings.replace(SECOND, '2: { park: "701" }');
    expect(warnings(load({ settings, profile: WITH_PARK }))).toEqual([
      "blfd.yaml:15:14: keys.2.park: can fetch a call, but not park one; write pickup.phone.remote for that",
    ]);
  });

  test("a park slot on a panel that only watches is no more than a lamp", () => {
    const settings = GOOD.settings.replace(/pickup:\n[\s\S]*?(?=keys)/, "").replace(SECOND, '2: { park: "701" }');
    expect(warnings(load({ settings }))).toEqual([]);
  });
});

test("the lines of a group key are watched by it", () => {
  const settings = GOOD.settings
    .replace('{ desk: ["101"] }', '{ desk: ["101", "103", "104"] }')
    .replace(SECOND, "2: { group: desk }");
  const loaded = load({ settings });
  expect(warnings(loaded)).toEqual([]);
  expect(loaded).toMatchObject({ settings: { keys: [{}, { lines: ["101", "103", "104"] }] } });
});
