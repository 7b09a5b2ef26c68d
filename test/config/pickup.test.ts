import { describe, expect, test } from "vitest";
import type { PickupSettings } from "../../firmware/domain/settings.ts";
import { pem } from "../sip/transport/certs.ts";
import { MemoryFiles } from "./memory-files.ts";
import { type Around, type Broken, broken, complaints, GOOD, load, toldOf, warnings } from "./panel-files.ts";

const PHONE = '  phone: { line: "102" }';
const YEALINK = `title: Some phone
dial: /servlet?key=number={number}
transfer: /servlet?key=BTrans={number}
`;
const DIALS_ONLY = YEALINK.replace(/transfer.*\n/, "");
const REPLACES = `title: A proxy
pickup: { replaces: true }
transfers: peer
intercom: "*80{phone}"
offline: never
`;
const SCOPE_PBX = GOOD.settings.replace(/scope:\n.*\n.*\n/, "scope: pbx\n");

const phones = (text = YEALINK) => new MemoryFiles().put("board-configs/phones/yealink.yaml", text);

/** The good panel with `more` below pickup:, from line 10 on. */
function withPickup(more: string, around: Around & { profile?: string; settings?: string } = {}) {
  const { profile = GOOD.profile, settings = GOOD.settings, ...rest } = around;
  return load({ settings: settings.replace(PHONE, `${PHONE}${more}`), profile }, rest);
}

function withRemote(remote: string, around: Around = {}) {
  const settings = GOOD.settings.replace('{ line: "102" }', `\n    line: "102"\n    remote: ${remote}`);
  return load({ settings }, { files: phones(), ...around });
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

describe("the phone's remote control", () => {
  test("is an address and what its kind of phone understands", () => {
    const loaded = withRemote("{ phone: yealink, url: https://192.0.2.7 }");
    expect(warnings(loaded)).toEqual([]);
    expect(pickupOf(loaded).phone?.remote).toEqual({
      dial: "https://192.0.2.7/servlet?key=number={number}",
      transfer: "https://192.0.2.7/servlet?key=BTrans={number}",
    });
  });

  test.each([
    ["http://192.0.2.7/", "http://192.0.2.7"],
    ["https://phone.example.org:8443", "https://phone.example.org:8443"],
    ['"http://[2001:db8::7]:8080"', "http://[2001:db8::7]:8080"],
  ])("at %s", (url, origin) => {
    const { remote } = pickupOf(withRemote(`{ phone: yealink, url: ${url} }`)).phone ?? {};
    expect(remote?.dial).toBe(`${origin}/servlet?key=number={number}`);
  });

  test("with a user, a password, and a CA of its own, all from beside the settings", () => {
    const files = phones()
      .put("phone.pw", "other-word\n")
      .put("phone-ca.pem", pem("ca.pem"))
      .put("my.yaml", DIALS_ONLY);
    const remote =
      "{ phone: ./my.yaml, url: https://192.0.2.7, user: admin, password: { file: phone.pw }, ca: phone-ca.pem }";
    const loaded = withRemote(remote, { files });
    expect(warnings(loaded)).toEqual([]);
    const { password, ...rest } = pickupOf(loaded).phone?.remote ?? {};
    expect(rest).toEqual({ dial: "https://192.0.2.7/servlet?key=number={number}", user: "admin", ca: pem("ca.pem") });
    expect(password?.reveal()).toBe("other-word");
    expect(JSON.stringify(pickupOf(loaded))).not.toContain("other-word");
  });

  test.each([
    [
      "{ phone: yealnik, url: https://192.0.2.7 }",
      ["11:22: pickup.phone.remote.phone: there is no phone yealnik; write yealink, or a path such as ./my-phone.yaml"],
    ],
    [
      "{ phone: yealink }",
      ["11:5: pickup.phone.remote.url: missing; write the phone's address, such as https://192.0.2.7"],
    ],
    [
      "{ phone: yealink, url: 192.0.2.7 }",
      ['11:36: pickup.phone.remote.url: not "192.0.2.7" but the phone\'s address, such as https://192.0.2.7'],
    ],
    [
      "{ phone: yealink, url: https://192.0.2.7/servlet }",
      ['11:36: pickup.phone.remote.url: "/servlet" is for the phone\'s own file to say; end after host and port'],
    ],
    [
      "{ phone: yealink, url: https://admin:hunter2@192.0.2.7 }",
      [
        "11:36: pickup.phone.remote.url: holds a user or password; take them out, and write user: and password: { file: PATH } beside url:",
      ],
    ],
    [
      "{ phone: yealink, url: https://192.0.2.7, user: admin }",
      ["11:5: pickup.phone.remote.password: missing, and user needs it; write password: { file: PATH }"],
    ],
    [
      "{ phone: yealink, url: https://192.0.2.7, password: { env: SIP_PASSWORD } }",
      ["11:5: pickup.phone.remote.user: missing, and password needs it; write the user name that the phone asks for"],
    ],
    [
      "{ phone: yealink, url: https://192.0.2.7, user: admin, password: hunter2 }",
      [
        "11:78: pickup.phone.remote.password: a password is never written here; write { file: PATH }, { env: NAME } or { credential: NAME }",
      ],
    ],
    [
      "{ phone: yealink, url: https://192.0.2.7, user: admin, password: { env: NOT_SET } }",
      [
        "11:85: pickup.phone.remote.password.env: $NOT_SET is not set; set it for this program, or write { file: PATH }",
      ],
    ],
    [
      "{ phone: yealink, url: https://192.0.2.7, ca: none.pem }",
      ["11:59: pickup.phone.remote.ca: none.pem cannot be read: there is no such file"],
    ],
    [
      "{ phone: yealink, url: http://192.0.2.7, ca: ca.pem }",
      ["11:58: pickup.phone.remote.ca: http has no TLS; write https in url, or take it out"],
    ],
  ])("%s", (remote, told) => {
    const files = phones().put("ca.pem", pem("ca.pem"));
    expect(complaints(withRemote(remote, { files })).map((line) => line.replace("blfd.yaml:", ""))).toEqual(told);
  });

  test("over http, its password can be read by all, which is worth a warning", () => {
    const remote = "{ phone: yealink, url: http://192.0.2.7, user: admin, password: { env: SIP_PASSWORD } }";
    expect(warnings(withRemote(remote))).toEqual([
      "blfd.yaml:11:36: pickup.phone.remote.url: http sends the password over the network for all to read; write https",
    ]);
  });

  test("parks calls, where its kind of phone can transfer", () => {
    const settings = GOOD.settings
      .replace(PHONE, '  phone: { line: "102", remote: { phone: yealink, url: https://192.0.2.7 } }')
      .replace('2: { line: "105", pickup: false }', '2: { park: "701" }');
    const profile = GOOD.profile.replace('group: "*8"', 'group: "*8", park: "{slot}"');
    expect(warnings(load({ settings, profile }, { files: phones() }))).toEqual([]);
    expect(warnings(load({ settings, profile }, { files: phones(DIALS_ONLY) }))).toEqual([
      "blfd.yaml:15:14: keys.2.park: can fetch a call, but not park one: pickup.phone.remote.phone does not say how such a phone transfers",
    ]);
  });
});

describe("a phone's file that is not right", () => {
  test.each([
    [
      "dial: /servlet?key=number={number}",
      "dial: servlet?key=number={number}",
      '2:7: dial: not "servlet?key=number={number}" but a path with {number} in it, such as "/dial?to={number}"',
    ],
    [
      "dial: /servlet?key=number={number}",
      "dial: /servlet?key=number",
      '2:7: dial: not "/servlet?key=number" but a path with {number} in it, such as "/dial?to={number}"',
    ],
    [
      "dial: /servlet?key=number={number}\n",
      "",
      '1:1: dial: missing; write a path with {number} in it, such as "/dial?to={number}"',
    ],
    ["transfer:", "transfers:", "3:1: transfers: unknown key; did you mean transfer?"],
  ])("%j → %j", (right, wrong, told) => {
    const files = phones(YEALINK.replace(right, wrong));
    expect(complaints(withRemote("{ phone: yealink, url: https://192.0.2.7 }", { files }))).toEqual([
      `board-configs/phones/yealink.yaml:${told}`,
    ]);
  });
});

test("a pickup that is whole does not change what stands in the good panel", () => {
  expect(pickupOf(load(broken("settings", PHONE, `${PHONE}\n  landings: [desk-phone]\n  method: auto`)))).toEqual(
    pickupOf(load()),
  );
});
