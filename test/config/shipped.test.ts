import { readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { disk, type Files } from "../../firmware/config/files.ts";
import { loadSettings } from "../../firmware/config/load.ts";
import { localTime } from "../../firmware/domain/hours.ts";
import { mayPickUp } from "../../firmware/domain/scope.ts";
import type { Settings } from "../../firmware/domain/settings.ts";
import { loadBoard, loadProfile, loadScheme } from "./data-files.ts";
import { warnings } from "./panel-files.ts";

const boardConfigs = resolve(import.meta.dirname, "../../board-configs");
const options = { boardConfigs };

function names(folder: string): string[] {
  return readdirSync(join(boardConfigs, folder)).map((file) => basename(file, ".yaml"));
}

describe("everything in board-configs is good", () => {
  test.each(names("boards"))("board %s", (name) => expect(loadBoard(name, options)).toMatchObject({ ok: true }));
  test.each(names("profiles"))("profile %s", (name) => expect(loadProfile(name, options)).toMatchObject({ ok: true }));
  test.each(names("schemes"))("scheme %s", (name) => expect(loadScheme(name, options)).toMatchObject({ ok: true }));
});

function example(name: string): Settings {
  const env = { BLFD_SIP_PASSWORD: "word" };
  const loaded = loadSettings(join(boardConfigs, `examples/${name}.yaml`), { boardConfigs, env });
  expect(warnings(loaded)).toEqual([]);
  if (!loaded.ok) throw new Error(`${name} is not good`);
  return loaded.settings;
}

describe("the examples load as they are", () => {
  test("there are as many as are looked at here", () => {
    expect(names("examples").sort()).toEqual(["nurse-station", "reception"]);
  });

  test("a reception desk", () => {
    expect(example("reception")).toMatchObject({
      panel: "reception",
      board: { name: "sim-16" },
      pbx: { host: "pbx.example.org", transport: "tcp", user: "panel1" },
      pickup: {
        phone: {
          line: "102",
          dial: "*80102",
          whenBusy: "refuse",
          remote: { transfer: "https://192.0.2.7/servlet?key=BTrans={number}" },
        },
        landings: ["desk-phone", "transfer"],
        method: "auto",
      },
      scope: { pickup: ["desk"], hours: {} },
      keys: [
        { id: "1", line: "101", label: "Accounts", pickup: true, idle: { short: "101" } },
        { id: "2", line: "103", label: "Workshop", pickup: true, idle: { short: "103" } },
        { id: "3", line: "104", label: "Director", pickup: false, idle: { long: "104" } },
        { id: "4", line: "102", label: "This phone", pickup: false, idle: {} },
        { id: "5", group: "desk", label: "Any desk", lines: ["101", "103"], pickup: true },
        { id: "6", slot: "701", label: "Park 1" },
        { id: "7", action: "acknowledge", label: "Silence" },
      ],
      mqtt: { url: "mqtt://127.0.0.1:1883", topic: "blfd" },
    });
  });

  test("a nurses' station", () => {
    const { board, pickup, scope, keys, zone, alerts } = example("nurse-station");
    expect(board.name).toBe("pi-nurse-8");
    expect(zone).toEqual(["301", "302", "303", "304"]);
    expect(alerts).toEqual({
      style: "both",
      delay: 4000,
      hours: [{ weekdays: [0, 1, 2, 3, 4, 5, 6], from: 360, to: 1320, text: "06:00-22:00" }],
      tones: true,
    });
    expect(pickup).toMatchObject({
      phone: { line: "300", whenBusy: "ring" },
      landings: ["transfer"],
      deadline: 10_000,
    });
    expect(keys.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      "1 line",
      "2 line",
      "3 line",
      "4 line",
      "5 group",
      "6 group",
      "7 panel",
      "8 panel",
    ]);
    const mayTake = (line: string, written: string) => mayPickUp(scope, line, localTime(new Date(written))).allowed;
    // 2 July 2025 was a Wednesday.
    expect(mayTake("301", "2025-07-02T12:00")).toBe(true);
    expect(mayTake("311", "2025-07-02T12:00")).toBe(false);
    expect(mayTake("311", "2025-07-02T23:00")).toBe(true);
    expect(mayTake("311", "2025-07-03T05:59")).toBe(true);
    expect(mayTake("311", "2025-07-03T06:00")).toBe(false);
    expect(mayTake("311", "2025-07-05T12:00")).toBe(true);
    expect(mayTake("300", "2025-07-02T12:00")).toBe(false);
  });

  test("a nurses' station whose PBX says who may take what, as its comment has it", () => {
    const text = disk.read(join(boardConfigs, "examples/nurse-station.yaml"));
    const scope = /# scope:\n(?:# {3}.*\n)+/.exec(text)?.[0].replaceAll(/^# /gm, "") ?? "";
    const settings = text.replace(/^scope:\n(?: .*\n)+/m, scope);
    const env = { BLFD_SIP_PASSWORD: "word" };
    const loaded = loadSettings("blfd.yaml", { boardConfigs, env, files: filesWith(settings) });
    expect(warnings(loaded).filter((line) => !line.includes("no key watches"))).toEqual([]);
    expect(loaded).toMatchObject({ settings: { scope: { pickup: "pbx", hours: {} } } });
  });
});

describe("the ready panels load as they are", () => {
  test.each(names("panels"))("%s", (name) => {
    const env = { BLFD_SIP_PASSWORD: "word" };
    const loaded = loadSettings(join(boardConfigs, `panels/${name}/blfd.yaml`), { boardConfigs, env });
    expect(warnings(loaded)).toEqual([]);
    // Each key of the board is for something.
    expect(loaded.ok && loaded.settings.keys.length).toBe(loaded.ok && loaded.settings.board.keys.length);
  });
});

/** The whole of the public contract. */
const DESIGN = `panel: ward-3
board: pi-12
scheme: default
pbx:
  profile: asterisk
  server: sip:pbx.example.org:5061;transport=tls
  user: panel1
  password: { file: /etc/blfd/secrets/sip }
  register: true
  list: blflist
  alive: 5s
pickup:
  phone: { line: "102", dial: "*80102", whenBusy: refuse }
  landings: [desk-phone]
  method: auto
  deadline: 4s
scope:
  groups: { desk: ["101", "102"], ward: ["201", "202"] }
  pickup: [desk]
keys:
  1:  { line: "101", label: Reception }
  2:  { line: "105", label: Director, pickup: false }
  11: { group: desk, label: Any desk }
  12: { park: "701", label: Park 1 }
privacy: off
mqtt: { url: mqtt://127.0.0.1:1883, topic: blfd }
`;

test.each([
  ["pi-12", 24],
  ["pi-nurse-8", 19],
])("%s says the right pin of the header behind every bit", (name, bits) => {
  // The header as one looks at it, GPIO by GPIO: odd pins, and the even ones beside them.
  const odd = "- 2 3 4 - 17 27 22 - 10 9 11 - 0 5 6 13 19 26 -".split(" ");
  const even = "- - - 14 15 18 - 23 24 - 25 8 7 1 - 12 - 16 20 21".split(" ");
  const pinOf = (bit: string) => (odd.includes(bit) ? odd.indexOf(bit) * 2 + 1 : even.indexOf(bit) * 2 + 2);
  const text = disk.read(join(boardConfigs, `boards/${name}.yaml`));
  const wired = text.split("\n").filter((line) => line.includes("bit:"));
  const numbers = (pattern: RegExp) => wired.flatMap((line) => [...line.matchAll(pattern)].map(([, n = ""]) => n));
  expect(numbers(/bit: (\d+)/g)).toHaveLength(bits);
  expect(numbers(/pin (\d+)/g).map(Number)).toEqual(numbers(/bit: (\d+)/g).map(pinOf));
});

function filesWith(settings: string): Files {
  const mine: Record<string, string> = { "blfd.yaml": settings, "/etc/blfd/secrets/sip": "word\n" };
  return { ...disk, read: (path) => mine[path] ?? disk.read(path), mode: () => 0o600 };
}

describe("the settings of the design", () => {
  test("are good, but for lines that no key watches and a phone that cannot park", () => {
    const loaded = loadSettings("blfd.yaml", { boardConfigs, env: {}, files: filesWith(DESIGN) });
    expect(warnings(loaded)).toEqual([
      "blfd.yaml:18:42: scope.groups.ward item 1: no key watches line 201; give it a key, or take it out",
      "blfd.yaml:18:49: scope.groups.ward item 2: no key watches line 202; give it a key, or take it out",
      "blfd.yaml:24:15: keys.12.park: can fetch a call, but not park one; write pickup.phone.remote for that",
    ]);
    expect(loaded.ok && loaded.settings.board.keys).toHaveLength(12);
    expect(loaded.ok && loaded.settings.pbx.list).toBe("blflist");
  });
});
