import { describe, expect, test } from "vitest";
import type { PickupSettings } from "../../firmware/domain/settings.ts";
import { type Broken, broken, complaints, GOOD, load, toldOf, warnings } from "./panel-files.ts";

const PHONE = '  phone: { line: "102" }';
const REPLACES = `title: A proxy
pickup: { replaces: true }
transfers: peer
intercom: "*80{phone}"
offline: never
`;
const SCOPE_PBX = GOOD.settings.replace(/scope:\n.*\n.*\n/, "scope: pbx\n");

/** The good panel with `more` below pickup:, from line 10 on. */
function withPickup(more: string, around: { profile?: string; settings?: string } = {}) {
  const { profile = GOOD.profile, settings = GOOD.settings } = around;
  return load({ settings: settings.replace(PHONE, `${PHONE}${more}`), profile });
}

function pickupOf(loaded: ReturnType<typeof load>): PickupSettings {
  if (!loaded.ok) throw new Error(complaints(loaded).join("\n"));
  return loaded.settings.pickup;
}

describe("how calls are picked up", () => {
  test("by several landings, in their order", () => {
    const loaded = withPickup("\n  landings: [transfer, desk-phone]\n  method: feature-code");
    expect(warnings(loaded)).toEqual([]);
    expect(pickupOf(loaded)).toMatchObject({ landings: ["transfer", "desk-phone"], method: "feature-code" });
  });

  test("by ringing a phone in use, which landing transfer can", () => {
    const settings = GOOD.settings.replace(PHONE, '  phone: { line: "102", whenBusy: ring }');
    const loaded = load({ settings: settings.replace("scope:", "  landings: [desk-phone, transfer]\nscope:") });
    expect(pickupOf(loaded)).toMatchObject({ phone: { whenBusy: "ring" } });
  });

  test("by a group code, where the PBX's groups are the scope", () => {
    const scope = GOOD.settings.replace("  pickup: [desk]", "  pickup: pbx");
    for (const settings of [SCOPE_PBX, scope]) {
      expect(pickupOf(withPickup("\n  method: group-code", { settings })).method).toBe("group-code");
    }
  });

  test("by Replaces alone, behind a proxy", () => {
    expect(pickupOf(withPickup("\n  method: replaces", { profile: REPLACES })).method).toBe("replaces");
    expect(pickupOf(withPickup("", { profile: REPLACES })).method).toBe("auto");
  });

  test("by transfer, to a phone that rings as for any call where nothing makes it answer", () => {
    const profile = GOOD.profile.replace(/intercom.*\n/, "");
    expect(pickupOf(withPickup("\n  landings: [transfer]", { profile }))).toMatchObject({ phone: { dial: "102" } });
  });
});

describe("a pickup that cannot be", () => {
  test.each<Broken>([
    [
      PHONE,
      `${PHONE}\n  method: replaces`,
      "10:11: pickup.method: profile asterisk has replaces: false, so that its calls cannot be replaced; write auto or feature-code",
    ],
    [
      PHONE,
      `${PHONE}\n  method: group-code`,
      "10:11: pickup.method: a group code takes whatever the PBX allows; write scope: pbx, or method: auto",
    ],
    [
      '{ line: "102" }',
      '{ line: "102", whenBusy: ring }',
      "9:35: pickup.phone.whenBusy: only landing transfer can prove a pickup for a phone in use; add it to landings, or write refuse",
    ],
    [
      PHONE,
      `${PHONE}\n  landings: [desk-phone, remote-control]`,
      "9:3: pickup.phone.remote: missing, and landing remote-control needs it; write remote: { phone: yealink, url: https://192.0.2.7 }",
    ],
    [
      PHONE,
      "  landings: [transfer]",
      '8:1: pickup.phone: missing, and landing transfer needs it; write phone: { line: "102" }',
    ],
    [
      '{ line: "102" }',
      '{ line: "102", whenBusy: ring }\n  landings: [transfr]',
      '10:14: pickup.landings item 1: not "transfr" but desk-phone, transfer or remote-control',
    ],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("settings", right, wrong)).toEqual(told);
  });

  const without = (code: RegExp) => GOOD.profile.replace(code, "");
  const DIRECTED = /directed: "\*\*\{line\}", /;
  const GROUP = /, group: "\*8"/;
  const PROXY =
    "a proxy leaves a transfer to each caller's phone, and one that does not know it would keep the caller on the panel; write desk-phone";
  const ONLY_REPLACED = "a phone can only be told to dial, and here calls are taken by Replaces; write desk-phone";
  const NOTHING =
    "4:12: pbx.profile: asterisk has nothing that takes a ringing call; add pickup.directed to it, or take pickup out here";

  test.each([
    [
      "\n  method: feature-code",
      without(DIRECTED),
      ["10:11: pickup.method: profile asterisk has no code for directed pickup; add pickup.directed to it"],
    ],
    ["", without(DIRECTED), [NOTHING]],
    ["\n  landings: [desk-phone, transfer]", REPLACES, [`10:26: pickup.landings item 2: ${PROXY}`]],
    [
      "\n  landings: [desk-phone, remote-control]",
      REPLACES,
      [
        "9:3: pickup.phone.remote: missing, and landing remote-control needs it; write remote: { phone: yealink, url: https://192.0.2.7 }",
        `10:26: pickup.landings item 2: ${ONLY_REPLACED}`,
      ],
    ],
  ])("at such a PBX: %j, %j", (more, profile, told) => {
    expect(complaints(withPickup(more, { profile })).map((line) => line.replace("blfd.yaml:", ""))).toEqual(told);
  });

  test("by a group code that is not there", () => {
    const loaded = withPickup("\n  method: group-code", { profile: without(GROUP), settings: SCOPE_PBX });
    expect(complaints(loaded)).toEqual([
      "blfd.yaml:10:11: pickup.method: profile asterisk has no code for group pickup; add pickup.group to it",
    ]);
  });

  test("by a group code alone, which is chosen for group keys of the PBX's groups and for no others", () => {
    const settings = GOOD.settings.replace("  pickup: [desk]", "  pickup: pbx");
    const profile = without(DIRECTED);
    expect(complaints(load({ settings, profile }))).toEqual([`blfd.yaml:${NOTHING}`]);
    const keyed = settings.replace('2: { line: "105", pickup: false }', "2: { group: desk }");
    expect(complaints(load({ settings: keyed, profile }))).toEqual([]);
  });
});

test("a pickup that is whole does not change what stands in the good panel", () => {
  expect(pickupOf(load(broken("settings", PHONE, `${PHONE}\n  landings: [desk-phone]\n  method: auto`)))).toEqual(
    pickupOf(load()),
  );
});
