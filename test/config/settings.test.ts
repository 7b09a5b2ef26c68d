import { describe, expect, test } from "vitest";
import type { Settings } from "../../firmware/domain/settings.ts";
import { MemoryFiles } from "./memory-files.ts";
import { type Around, broken, complaints, GOOD, load, warnings } from "./panel-files.ts";

function settingsOf(changed: Parameters<typeof load>[0], around?: Around): Settings {
  const loaded = load(changed, around);
  if (!loaded.ok) throw new Error(complaints(loaded).join("\n"));
  return loaded.settings;
}

test("good settings come out whole, with their defaults filled in", () => {
  const { board, profile, scheme, pbx, ...rest } = settingsOf({});
  expect(rest).toEqual({
    panel: "ward-3",
    pickup: {
      phone: { line: "102", dial: "*80102", whenBusy: "refuse" },
      landings: ["desk-phone"],
      method: "auto",
      deadline: 4000,
    },
    scope: { groups: { desk: ["101"] }, pickup: ["desk"], hours: {} },
    keys: [
      { kind: "line", id: "1", line: "101", label: "Reception", pickup: true, idle: {} },
      { kind: "line", id: "2", line: "105", label: "105", pickup: false, idle: {} },
    ],
    privacy: "off",
  });
  const { password, ...account } = pbx;
  expect(account).toEqual({
    host: "pbx.example.org",
    transport: "udp",
    user: "panel1",
    register: true,
    alive: 5000,
    longestRing: 180_000,
  });
  expect(password.reveal()).toBe("s3cret-word");
  expect([board.name, profile.name, scheme.name]).toEqual(["desk", "asterisk", "default"]);
  expect(profile).toEqual({
    name: "asterisk",
    title: "Asterisk",
    watch: "dialog",
    pickup: { directed: "**{line}", group: "*8", replaces: false },
    transfers: "pbx",
    intercom: "*80{phone}",
    offline: "presence",
  });
  expect(scheme.states.ringing).toEqual({ colour: "red", cadence: "flash" });
});

test("a board comes out with its places in the grid and its levels", () => {
  const { board } = settingsOf(broken("board", "grid: [[1, 2]]", "grid: [[~, 1], [2]]"));
  expect(board).toMatchObject({ title: "Two keys", columns: 2, rows: 2 });
  expect(board.banks).toEqual([
    { name: "lamps", driver: "sim", width: 4 },
    { name: "buttons", driver: "sim", width: 2 },
  ]);
  expect(board.keys).toEqual([
    {
      id: "1",
      column: 1,
      row: 0,
      leds: [
        { colour: "red", bank: "lamps", bit: 0, activeLow: false },
        { colour: "green", bank: "lamps", bit: 1, activeLow: false },
      ],
      button: { bank: "buttons", bit: 0, activeLow: true, pull: "up", debounce: 20 },
    },
    {
      id: "2",
      column: 0,
      row: 1,
      leds: [{ colour: "red", bank: "lamps", bit: 2, activeLow: false }],
      button: { bank: "buttons", bit: 1, activeLow: true, pull: "up", debounce: 20 },
    },
  ]);
});

test("a board with one bank need not repeat its name, and the bank's folder is beside the board", () => {
  const board = `title: One key
grid: [[1]]
banks: { all: { driver: sim, width: 2, directory: bits } }
keys: { 1: { leds: { red: { bit: 0 } }, button: { bit: 1, debounce: 0ms } } }
`;
  const settings = settingsOf({ ...broken("settings", '  2: { line: "105", pickup: false }\n', ""), board });
  expect(settings.board.banks).toEqual([
    { name: "all", driver: "sim", width: 2, directory: "board-configs/boards/bits" },
  ]);
  expect(settings.board.keys[0]).toMatchObject({
    leds: [{ bank: "all", bit: 0 }],
    button: { bank: "all", debounce: 0 },
  });
});

describe("an extension is the text that was written, also where YAML could take it for something else", () => {
  test.each([
    ["101", "101"],
    ["0101", "0101"],
    ['"0101"', "0101"],
    ["'101'", "101"],
    ["1e3", "1e3"],
    ["0x10", "0x10"],
    ["0o17", "0o17"],
    ["1.50", "1.50"],
    ["+4930123456", "+4930123456"],
    ["-5", "-5"],
    ["1_000", "1_000"],
    ["12345678901234567890", "12345678901234567890"],
    ["off", "off"],
    ["!!str 0101", "0101"],
    ["night-desk", "night-desk"],
  ])("line: %s", (written, line) => {
    const settings = settingsOf(broken("settings", '"105"', written));
    expect(settings.keys[1]).toMatchObject({ line, label: line });
  });

  test("under %YAML 1.1, with its octal numbers, and with CRLF", () => {
    const yaml11 = GOOD.settings.replace('"105"', "0105").replaceAll("\n", "\r\n");
    expect(settingsOf({ settings: `%YAML 1.1\r\n---\r\n${yaml11}` }).keys[1]).toMatchObject({ line: "0105" });
  });

  test("as a key of the board, too", () => {
    const board = GOOD.board.replace("[[1, 2]]", "[[1, 02]]").replace("\n  2:", "\n  02:");
    const settings = settingsOf({ ...broken("settings", "2: { line:", "02: { line:"), board });
    expect(settings.keys.map((key) => key.id)).toEqual(["1", "02"]);
  });
});

describe("the PBX's address", () => {
  test.each([
    ["sip:192.0.2.10", "192.0.2.10", undefined, "udp"],
    ["sip:pbx_1.local:5080", "pbx_1.local", 5080, "udp"],
    ["sip:pbx.example.org;transport=tcp", "pbx.example.org", undefined, "tcp"],
    ["SIP:PBX.example.org:5062;transport=TCP", "PBX.example.org", 5062, "tcp"],
    ["sip:[2001:db8::7]", "2001:db8::7", undefined, "udp"],
    ["sip:[::1]:5061;transport=udp", "::1", 5061, "udp"],
    ["sip:pbx.example.org:5061;transport=tls", "pbx.example.org", 5061, "tls"],
    ["sips:pbx.example.org", "pbx.example.org", undefined, "tls"],
    ["SIPS:[::1]:5071", "::1", 5071, "tls"],
    ["sips:pbx.example.org;transport=tcp", "pbx.example.org", undefined, "tls"],
    ["sip:pbx.example.org:8088;transport=ws", "pbx.example.org", 8088, "ws"],
    ["sip:pbx.example.org:8089;transport=wss", "pbx.example.org", 8089, "wss"],
    ["sips:pbx.example.org;transport=ws", "pbx.example.org", undefined, "wss"],
  ])("%s", (server, host, port, transport) => {
    const { pbx } = settingsOf(broken("settings", "sip:pbx.example.org", `"${server}"`));
    expect([pbx.host, pbx.port, pbx.transport]).toEqual([host, port, transport]);
  });
});

describe("times", () => {
  test.each([
    ["1s", 1000],
    ["2500ms", 2500],
    ["1.5s", 1500],
    ["1m", 60_000],
  ])("alive: %s", (written, alive) => {
    const changed = broken("settings", "  user: panel1\n", `  user: panel1\n  alive: ${written}\n`);
    expect(settingsOf(changed).pbx.alive).toBe(alive);
  });

  test("longestRing: 45s", () => {
    const changed = broken("settings", "  user: panel1\n", "  user: panel1\n  longestRing: 45s\n");
    expect(settingsOf(changed).pbx.longestRing).toBe(45_000);
  });
});

test("a key may show a mailbox, which is a text like an extension", () => {
  const changed = broken(
    "settings",
    '2: { line: "105", pickup: false }',
    '2: { line: "105", pickup: false, mailbox: 0105 }',
  );
  const { keys } = settingsOf(changed);
  expect(keys[0]).not.toHaveProperty("mailbox");
  expect(keys[1]).toMatchObject({ mailbox: "0105" });
});

describe("what may be picked up", () => {
  test("scope: pbx leaves it to the PBX", () => {
    const scope = 'scope:\n  groups: { desk: ["101"] }\n  pickup: [desk]\n';
    expect(settingsOf(broken("settings", scope, "scope: pbx\n")).scope).toEqual({
      groups: {},
      pickup: "pbx",
      hours: {},
    });
  });

  test("without pickup: the panel only watches, and a scope that grants something is worth a warning", () => {
    const loaded = load(broken("settings", 'pickup:\n  phone: { line: "102" }\n', ""));
    expect(warnings(loaded)).toEqual([
      "blfd.yaml:8:1: scope: allows pickups, but without pickup: this panel only watches",
    ]);
    expect(loaded).toMatchObject({ settings: { pickup: { landings: [] } } });
    const bare = GOOD.settings.replace(/pickup:[\s\S]*(?=keys:)/, "");
    expect(settingsOf({ settings: bare }).scope).toEqual({ groups: {}, pickup: [], hours: {} });
  });

  test("the desk phone's own line is watched and never picked up", () => {
    const settings = settingsOf(broken("settings", '2: { line: "105", pickup: false }', "2: { line: 102 }"));
    expect(settings.keys[1]).toMatchObject({ line: "102", pickup: false });
  });

  test("a key that claims more than the scope allows is worth a warning", () => {
    const loaded = load(broken("settings", "pickup: false", "pickup: true"));
    expect(warnings(loaded)).toEqual([
      "blfd.yaml:15:29: keys.2.pickup: scope does not allow line 105; add it to a group that scope.pickup names",
    ]);
  });

  test("unknown lines in a group that grants nothing are worth a warning", () => {
    const loaded = load(broken("settings", '{ desk: ["101"] }', '{ desk: ["101"], ward: ["201"] }'));
    expect(warnings(loaded)).toEqual([
      "blfd.yaml:11:35: scope.groups.ward item 1: no key watches line 201; give it a key, or take it out",
    ]);
  });

  test("what is dialled for the phone may be said, where the profile does not know it", () => {
    const profile = GOOD.profile.replace(/intercom.*\n/, "");
    const dial = broken("settings", '{ line: "102" }', '{ line: "102", dial: "55102" }');
    expect(settingsOf({ ...dial, profile }).pickup.phone).toEqual({ line: "102", dial: "55102", whenBusy: "refuse" });
  });
});

test("MQTT with a user and a password", () => {
  const mqtt =
    "mqtt: { url: mqtts://broker.example.org, topic: lamps, user: panel, password: { file: mqtt.pw }, commands: [] }\n";
  const files = new MemoryFiles().put("mqtt.pw", "other-word\n");
  const settings = settingsOf({ settings: GOOD.settings + mqtt }, { files });
  const { password, ...rest } = settings.mqtt ?? {};
  expect(rest).toEqual({ url: "mqtts://broker.example.org", topic: "lamps", user: "panel", commands: [] });
  expect(password?.reveal()).toBe("other-word");
});

test("anchors and references mean what YAML says, also to the second pass", () => {
  const settings = GOOD.settings.replace('{ line: "101"', '{ line: &desk "101"').replace('"105"', "*desk");
  expect(settingsOf({ settings }).keys[1]).toMatchObject({ line: "101" });
  const board = GOOD.board
    .replace("button: { bank: buttons, bit: 0 }", "button: &one { bank: buttons, bit: 0 }")
    .replace("button: { bank: buttons, bit: 1 }", "button: *one");
  expect(complaints(load({ board }))).toEqual([
    "board-configs/boards/desk.yaml:9:40: keys.2.button.bit: bit 0 of bank buttons is keys.1.button already (line 9); give each its own",
  ]);
});
