import { expect, test } from "vitest";
import { loadSettings } from "../../firmware/config/load.ts";
import { renderProblem } from "../../firmware/config/problem.ts";
import { loadBoard, loadProfile, loadScheme } from "./data-files.ts";
import { MemoryFiles } from "./memory-files.ts";
import { broken, complaints, GOOD, load } from "./panel-files.ts";

test("every problem of every file is told in one go, the settings first, each file from top to bottom", () => {
  const settings = `pannel: ward-3
board: desk
scheme: default
pbx:
  profile: asterisk
  server: pbx.example.org
  password: { env: NOT_SET }
  alive: 5
pickup:
  phone: { line: "102" }
  landings: [board]
keys:
  1: { line: "101" }
  7: { line: "105" }
  8: { park: "701" }
`;
  const board = GOOD.board.replace("bit: 2 }", "bit: 1 }").replace("grid: [[1, 2]]", "grid: [[1, 2, 3]]");
  const profile = GOOD.profile.replace("offline", "ofline");
  const scheme = GOOD.scheme.replace("cadence: slow", "cadence: steady");
  expect(complaints(load({ settings, board, profile, scheme }))).toEqual([
    "blfd.yaml:1:1: pannel: unknown key; did you mean panel?",
    "blfd.yaml:1:1: scope: missing; say which lines may be picked up, or write scope: pbx",
    "blfd.yaml:4:1: pbx.user: missing; write the panel's own account at the PBX, such as panel1",
    'blfd.yaml:6:11: pbx.server: not "pbx.example.org" but the PBX\'s address, such as sip:pbx.example.org or sip:192.0.2.10:5060;transport=tcp',
    "blfd.yaml:7:20: pbx.password.env: $NOT_SET is not set; set it for this program, or write { file: PATH }",
    "blfd.yaml:8:10: pbx.alive: not 5 but a time from 1s to 1m, with its unit",
    "blfd.yaml:11:14: pickup.landings item 1: board needs audio, which this version does not have; write desk-phone, transfer or remote-control",
    "blfd.yaml:14:3: keys.7: board desk has no key 7; it has 1, 2",
    "blfd.yaml:15:3: keys.8: board desk has no key 8; it has 1, 2",
    "board-configs/boards/desk.yaml:2:15: grid: there is no key 3 below keys; add it there, or write ~ for a gap",
    "board-configs/boards/desk.yaml:11:38: keys.2.leds.red.bit: bit 1 of bank lamps is keys.1.leds.green already (line 8); give each its own",
    "board-configs/profiles/asterisk.yaml:4:1: ofline: unknown key; did you mean offline?",
    "board-configs/schemes/default.yaml:6:3: states.busy and states.held are all steady, and colour alone cannot tell them apart; give each a cadence of its own",
  ]);
});

test("a file that is broken does not hide what is wrong in another", () => {
  const settings = GOOD.settings.replace("panel: ward-3", "panel: ward 3");
  const board = GOOD.board.replace("grid: [[1, 2]]", "grid: [[1, 2]");
  expect(complaints(load({ settings, board }))).toEqual([
    'blfd.yaml:1:8: panel: not "ward 3" but a name for this panel, such as ward-3 (letters, digits, - and _)',
    "board-configs/boards/desk.yaml:3:1: a bracket is not closed, or this line is not indented as its neighbours are",
  ]);
});

test("a star without quotes does not hide what else is wrong", () => {
  const settings = GOOD.settings.replace('"102"', "*102").replace("panel: ward-3", "panel: ward 3");
  expect(complaints(load({ settings }))).toEqual([
    'blfd.yaml:1:8: panel: not "ward 3" but a name for this panel, such as ward-3 (letters, digits, - and _)',
    'blfd.yaml:9:18: *102… begins with a star; put it in quotes, such as "*80102"',
  ]);
});

test.each([
  ["ENOENT", "there is no such file"],
  ["EACCES", "this user may not read it"],
  ["EISDIR", "it is a folder"],
])("settings that cannot be read, %s, are a problem like any other", (code, why) => {
  const files = new MemoryFiles().fail("blfd.yaml", code);
  expect(complaints(load({}, { files }))).toEqual([`blfd.yaml:1:1: cannot be read: ${why}`]);
});

test("a huge file is not parsed", () => {
  expect(complaints(load({ settings: "# long\n".repeat(200_000) }))).toEqual([
    "blfd.yaml:1:1: longer than a megabyte; this is not a configuration file",
  ]);
});

test("references that multiply are not followed to the end", () => {
  const bomb = "abcdefgh".replace(/(.)(?=(.)?)/g, (_, here: string, next: string | undefined) =>
    next === undefined ? "" : `${next}: &${next} [${Array(9).fill(`*${here}`).join(", ")}]\n`,
  );
  expect(complaints(load({ settings: `a: &a [x, x, x, x, x, x, x, x, x]\n${bomb}` }))).toEqual([
    "blfd.yaml:1:1: its & and * references do not come to an end; write the values out",
  ]);
});

test("paths are relative to the file that names them, names are looked up in board-configs", () => {
  const files = new MemoryFiles()
    .put(
      "etc/blfd.yaml",
      GOOD.settings.replace("board: desk", "board: boards/mine.yaml").replace("{ env: SIP_PASSWORD }", "{ file: sip }"),
    )
    .put("etc/boards/mine.yaml", GOOD.board)
    .put("etc/sip", "word")
    .put("lib/profiles/asterisk.yaml", GOOD.profile)
    .put("lib/schemes/default.yaml", GOOD.scheme);
  const loaded = loadSettings("etc/blfd.yaml", { boardConfigs: "lib", files, env: {} });
  expect(complaints(loaded)).toEqual([]);
  expect(loaded).toMatchObject({ settings: { board: { name: "mine" } } });
});

test("a name that leads nowhere is answered with those that exist", () => {
  const files = new MemoryFiles().put("board-configs/boards/wall-30.yaml", GOOD.board);
  expect(complaints(load(broken("settings", "board: desk", "board: pi-13"), { files }))).toEqual([
    "blfd.yaml:2:8: board: there is no board pi-13; write desk or wall-30, or a path such as ./my-board.yaml",
  ]);
  expect(complaints(load(broken("settings", "profile: asterisk", "profile: asterix")))).toEqual([
    "blfd.yaml:4:12: pbx.profile: there is no profile asterix; write asterisk, or a path such as ./my-profile.yaml",
  ]);
  const bare = loadSettings("blfd.yaml", { boardConfigs: "gone", files, env: { SIP_PASSWORD: "word" } });
  expect(complaints(bare)).toContain(
    "blfd.yaml:2:8: board: there is no board pi-13; gone/boards holds none; write a path such as ./my-board.yaml",
  );
});

test("a board, a profile and a scheme can be loaded without settings", () => {
  const files = new MemoryFiles()
    .put("board-configs/boards/desk.yaml", GOOD.board)
    .put("board-configs/profiles/asterisk.yaml", GOOD.profile)
    .put("board-configs/schemes/default.yaml", GOOD.scheme);
  const options = { boardConfigs: "board-configs", files };
  expect(loadBoard("desk", options)).toMatchObject({ ok: true, value: { name: "desk", columns: 2 } });
  expect(loadProfile("asterisk", options)).toMatchObject({ ok: true, value: { name: "asterisk" } });
  expect(loadScheme("./board-configs/schemes/default.yaml", options)).toMatchObject({
    ok: true,
    value: { name: "default" },
  });
  const missing = loadBoard("dusk", options);
  expect(missing.ok ? [] : missing.problems.map(renderProblem)).toEqual([
    "dusk:1:1: there is no board dusk; write desk, or a path such as ./my-board.yaml",
  ]);
});
