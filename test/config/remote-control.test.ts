import { describe, expect, test } from "vitest";
import type { PickupSettings } from "../../firmware/domain/settings.ts";
import { pem } from "../sip/transport/certs.ts";
import { MemoryFiles } from "./memory-files.ts";
import { type Around, complaints, GOOD, load, warnings } from "./panel-files.ts";

const PHONE = '  phone: { line: "102" }';
const YEALINK = `title: Some phone
dial: /servlet?key=number={number}
transfer: /servlet?key=BTrans={number}
`;
const DIALS_ONLY = YEALINK.replace(/transfer.*\n/, "");

const phones = (text = YEALINK) => new MemoryFiles().put("board-configs/phones/yealink.yaml", text);

/** The good panel with a remote control, on line 11. */
function withRemote(remote: string, around: Around = {}) {
  const settings = GOOD.settings.replace('{ line: "102" }', `\n    line: "102"\n    remote: ${remote}`);
  return load({ settings }, { files: phones(), ...around });
}

function pickupOf(loaded: ReturnType<typeof load>): PickupSettings {
  if (!loaded.ok) throw new Error(complaints(loaded).join("\n"));
  return loaded.settings.pickup;
}

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
    const fetching = GOOD.profile.replace('group: "*8"', 'group: "*8", park: "{slot}"');
    expect(warnings(load({ settings, profile: fetching }, { files: phones() }))).toEqual([
      "blfd.yaml:15:14: keys.2.park: can fetch a call, but not park one: profile asterisk does not say what parks one; add pickup.parking to it",
    ]);
    const profile = fetching.replace('park: "{slot}"', 'park: "{slot}", parking: "700"');
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
