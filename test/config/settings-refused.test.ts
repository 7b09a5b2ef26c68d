import { describe, expect, test } from "vitest";
import { type Broken, toldOf } from "./panel-files.ts";

describe("a password in the wrong place, or in none", () => {
  test.each<Broken>([
    [
      "sip:pbx.example.org",
      "sip:panel1:hunter2@pbx.example.org",
      "5:11: pbx.server: holds a user or password; write the host alone, and user: and password: beside it",
    ],
    [
      "{ env: SIP_PASSWORD }",
      "hunter2",
      "7:13: pbx.password: a password is never written here; write { file: PATH }, { env: NAME } or { credential: NAME }",
    ],
    [
      "{ env: SIP_PASSWORD }",
      "{ env: NOT_SET }",
      "7:20: pbx.password.env: $NOT_SET is not set; set it for this program, or write { file: PATH }",
    ],
    ["{ env: SIP_PASSWORD }", "{ file: none }", "7:21: pbx.password.file: none cannot be read: there is no such file"],
    [
      "{ env: SIP_PASSWORD }",
      "{ file: x, env: SIP_PASSWORD }",
      "7:13: pbx.password: name one place; write { file: PATH }, { env: NAME } or { credential: NAME }",
    ],
    [
      "{ env: SIP_PASSWORD }",
      "{}",
      "7:13: pbx.password: name one place; write { file: PATH }, { env: NAME } or { credential: NAME }",
    ],
    [
      "{ env: SIP_PASSWORD }",
      "{ credential: sip }",
      "7:27: pbx.password.credential: $CREDENTIALS_DIRECTORY is not set; systemd sets it where the unit has LoadCredential=sip:PATH",
    ],
    [
      "keys:\n",
      "mqtt: { url: mqtt://panel:hunter2@127.0.0.1 }\nkeys:\n",
      "13:14: mqtt.url: holds a user or password; take them out, and write user: and password: { file: PATH } beside url:",
    ],
    [
      "keys:\n",
      "mqtt: { url: mqtt://127.0.0.1, user: u, password: hunter2 }\nkeys:\n",
      "13:51: mqtt.password: a password is never written here; write { file: PATH }, { env: NAME } or { credential: NAME }",
    ],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("settings", right, wrong)).toEqual(told);
  });
});

describe("what the design has and this version has not", () => {
  test.each<Broken>([
    [
      '  phone: { line: "102" }',
      '  phone: { line: "102" }\n  landings: [desk-phone, board]',
      "10:26: pickup.landings item 2: board needs audio, which this version does not have; write desk-phone, transfer or remote-control",
    ],
  ])("%j → %j", (right, wrong, ...told) => {
    expect(toldOf("settings", right, wrong)).toEqual(told);
  });
});
