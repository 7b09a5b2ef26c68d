import { describe, expect, test } from "vitest";
import { type Broken, broken, complaints, load, toldOf } from "./panel-files.ts";

describe("settings that do not fit together, or not to their files", () => {
  test.each<Broken>([
    ["board: desk", "board: dsek", "2:8: board: there is no board dsek; write desk, or a path such as ./my-board.yaml"],
    ["board: desk", "board: ./none.yaml", "none.yaml:1:1: cannot be read: there is no such file"],
    [
      '  phone: { line: "102" }',
      "  deadline: 4s",
      '8:1: pickup.phone: missing, and landing desk-phone needs it; write phone: { line: "102" }',
    ],
    [
      'scope:\n  groups: { desk: ["101"] }\n  pickup: [desk]\n',
      "",
      "1:1: scope: missing; say which lines may be picked up, or write scope: pbx",
    ],
    ["pickup: [desk]", "pickup: [dusk]", "12:12: scope.pickup item 1: there is no group dusk; did you mean desk?"],
    [
      '["101"]',
      '["101", "104"]',
      "11:27: scope.groups.desk item 2: no key watches line 104; give it a key, or take it out",
    ],
    [
      '1: { line: "101", label: Reception }',
      '9: { line: "101" }',
      "14:3: keys.9: board desk has no key 9; it has 1, 2",
    ],
    [
      '2: { line: "105", pickup: false }',
      '2: { line: "102", pickup: true }',
      "15:29: keys.2.pickup: 102 is the desk phone itself and cannot be picked up on itself; take pickup out",
    ],
    [
      '1: { line: "101", label: Reception }\n  2: { line: "105", pickup: false }',
      '1: { line: "101", mailbox: "8101" }\n  2: { line: "101", mailbox: "8102" }',
      "15:30: keys.2.mailbox: another key shows mailbox 8101 for line 101; write the same one here, or take it out",
    ],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("settings", right, wrong)).toEqual(told);
  });
});

describe("a profile that lacks what the settings need", () => {
  test("an intercom code", () => {
    expect(complaints(load(broken("profile", 'intercom: "*80{phone}"\n', "")))).toEqual([
      'blfd.yaml:9:3: pickup.phone.dial: missing, and profile asterisk has no intercom code; write what makes this phone answer, such as "*80102"',
    ]);
  });

  test("a code for directed pickup", () => {
    expect(complaints(load(broken("profile", 'directed: "**{line}", ', "")))).toEqual([
      "blfd.yaml:4:12: pbx.profile: asterisk has nothing that takes a ringing call; add pickup.directed to it, or take pickup out here",
    ]);
  });
});
