import { describe, expect, test } from "vitest";
import { type Broken, broken, complaints, load, toldOf, warnings } from "./panel-files.ts";

const SCOPE = '  groups: { desk: ["101"] }\n  pickup: [desk]\n';

const loaded = (written: string) => load(broken("settings", SCOPE, written));
const settingsOf = (written: string) => {
  const panel = loaded(written);
  if (!panel.ok) throw new Error(complaints(panel).join("\n"));
  return panel.settings;
};

test("nothing is told of callers where nothing is written", () => {
  expect(settingsOf(SCOPE)).toMatchObject({ privacy: "off" });
  expect(settingsOf(SCOPE)).not.toHaveProperty("groupPrivacy");
});

test.each(["off", "masked", "full"])("%s, for the panel and for a group", (wish) => {
  expect(settingsOf(`${SCOPE}privacy: ${wish}\n`).privacy).toBe(wish);
  const settings = settingsOf(`${SCOPE}  privacy: { desk: ${wish} }\n`);
  expect(settings).toMatchObject({ privacy: "off", groupPrivacy: { desk: wish } });
  expect(Object.keys(settings.scope).sort()).toEqual(["groups", "hours", "pickup"]);
});

describe("what is wrong with it", () => {
  test.each<Broken>([
    [SCOPE, `${SCOPE}privacy: none\n`, '13:10: privacy: not "none" but off, masked or full'],
    [SCOPE, `${SCOPE}privacy: { desk: full }\n`, "13:10: privacy: not a map but off, masked or full"],
    [
      SCOPE,
      `${SCOPE}  privacy: full\n`,
      '13:12: scope.privacy: not "full" but a map of groups, such as { desk: full }',
    ],
    [
      SCOPE,
      `${SCOPE}  privacy: { desk: partial }\n`,
      '13:20: scope.privacy.desk: not "partial" but off, masked or full',
    ],
    [
      SCOPE,
      `${SCOPE}  privacy: { dsek: full }\n`,
      "13:14: scope.privacy.dsek: there is no group dsek; did you mean desk?",
    ],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("settings", right, wrong)).toEqual(told);
  });
});

describe("groups that do not agree", () => {
  const GROUPS = '  groups: { desk: ["101"], all: ["101", "105"] }\n  pickup: [desk]\n';

  test("a group that says nothing closes what another one opens, and that is told", () => {
    expect(warnings(loaded(`${GROUPS}  privacy: { desk: full }\n`))).toEqual([
      "blfd.yaml:13:20: scope.privacy.desk: does not hold for line 101: in group all it is off, as in privacy; write full for all as well, or take 101 out of one of them",
    ]);
  });

  test.each([
    `${GROUPS}  privacy: { desk: full, all: off }\n`,
    `${GROUPS}  privacy: { desk: off }\nprivacy: full\n`,
    `${GROUPS}  privacy: { desk: off, all: masked }\nprivacy: full\n`,
  ])("what is written in full is meant: %j", (written) => {
    expect(warnings(loaded(written))).toEqual([]);
  });
});
