import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { disk } from "../../firmware/config/files.ts";
import { MemoryFiles } from "./memory-files.ts";
import { type Around, broken, complaints, load, warnings } from "./panel-files.ts";

const WORD = "corRect-h0rse";

function withPassword(place: string, around: Around = {}) {
  return load(broken("settings", "{ env: SIP_PASSWORD }", place), around);
}

function passwordOf(place: string, around: Around = {}): string {
  const loaded = withPassword(place, around);
  if (!loaded.ok) throw new Error(complaints(loaded).join("\n"));
  return loaded.settings.pbx.password.reveal();
}

describe("a password comes", () => {
  test.each([
    ["with a line end", `${WORD}\n`],
    ["with a line end of Windows", `${WORD}\r\n`],
    ["without one", WORD],
  ])("from a file %s", (_, content) => {
    expect(passwordOf("{ file: sip }", { files: new MemoryFiles().put("sip", content) })).toBe(WORD);
  });

  test("from a variable", () => {
    expect(passwordOf("{ env: PW }", { env: { PW: WORD } })).toBe(WORD);
  });

  test("from systemd's credentials, whose file may be as open as systemd made it", () => {
    const files = new MemoryFiles().put("/run/credentials/blfd/sip", `${WORD}\n`, 0o444);
    const around = { files, env: { CREDENTIALS_DIRECTORY: "/run/credentials/blfd" } };
    expect(passwordOf("{ credential: sip }", around)).toBe(WORD);
    expect(warnings(withPassword("{ credential: sip }", around))).toEqual([]);
  });
});

describe("what is told about a password that does not come", () => {
  test.each([
    ["empty", "\n", "sip is empty; put the password into it"],
    ["of several lines", "a\nb\n", "sip has more than one line; leave only the password in it"],
  ])("its file is %s", (_, content, what) => {
    const loaded = withPassword("{ file: sip }", { files: new MemoryFiles().put("sip", content) });
    expect(complaints(loaded)).toEqual([`blfd.yaml:7:21: pbx.password.file: ${what}`]);
  });

  test.each([
    ["EACCES", "this user may not read it"],
    ["EISDIR", "it is a folder"],
    ["ENOENT", "there is no such file"],
    ["EIO", "reading it failed (EIO)"],
  ])("reading its file ends with %s", (code, why) => {
    const loaded = withPassword("{ file: secrets/sip }", { files: new MemoryFiles().fail("secrets/sip", code) });
    expect(complaints(loaded)).toEqual([`blfd.yaml:7:21: pbx.password.file: secrets/sip cannot be read: ${why}`]);
  });

  test("an empty variable is as good as none", () => {
    expect(complaints(withPassword("{ env: PW }", { env: { PW: "" } }))).toEqual([
      "blfd.yaml:7:20: pbx.password.env: $PW is not set; set it for this program, or write { file: PATH }",
    ]);
  });
});

describe("nothing that is told holds the password, wherever it was written", () => {
  test.each([
    WORD,
    `[${WORD}]`,
    `{ env: "${WORD}!" }`,
    `{ credential: "${WORD}/x" }`,
    `"${WORD}`,
    `'${WORD}'x`,
    `{ env: SIP_PASSWORD }\n  server: sip:panel1:${WORD}@pbx.example.org`,
    `{ env: SIP_PASSWORD }\nmqtt: { url: mqtt://panel:${WORD}@127.0.0.1 }`,
    `{ env: SIP_PASSWORD }\nmqtt: { url: mqtt://127.0.0.1, password: ${WORD} }`,
    `{ env: SIP_PASSWORD }\n  passwrod: ${WORD}`,
    `!secret ${WORD}`,
    `@${WORD}`,
    `${WORD}: x`,
  ])("%s", (place) => {
    const told = complaints(withPassword(place));
    expect(told).not.toEqual([]);
    expect(told.join("\n")).not.toContain(WORD);
  });
});

describe("on a real disk", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "blfd-secrets-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    [0o600, undefined],
    [0o400, undefined],
    [0o640, "its group"],
    [0o604, "everyone"],
    [0o644, "everyone"],
  ])("a password file of mode %o is told apart from a private one", (mode, who) => {
    const path = join(folder, "sip");
    writeFileSync(path, `${WORD}\n`);
    chmodSync(path, mode);
    const memory = new MemoryFiles();
    const files = Object.assign(memory, {
      read: (name: string) => (name === path ? disk.read(name) : MemoryFiles.prototype.read.call(memory, name)),
      mode: (name: string) => disk.mode(name),
    });
    const text = `blfd.yaml:7:21: pbx.password.file: ${path} can be read by ${who}; run chmod 600 ${path}`;
    expect(warnings(withPassword(`{ file: ${path} }`, { files }))).toEqual(who === undefined ? [] : [text]);
    expect(passwordOf(`{ file: ${path} }`, { files })).toBe(WORD);
  });
});

test("a simulation needs none of them, nor any certificate", () => {
  const text = broken("settings", "{ env: SIP_PASSWORD }", "{ file: /no/such/file }");
  const loaded = load(text, { env: {}, simulated: true });
  expect(complaints(loaded)).toEqual([]);
  expect(loaded.ok && loaded.settings.pbx.password.reveal()).toBe("simulated");
});
