import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadPanel } from "../../sim/index.ts";

const TOWN = "board-configs/panels/town/blfd.yaml";
const BOARD = "board-configs/boards/sim-16.yaml";

let folder: string;
let panel: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "blfd-load-panel-"));
  panel = join(folder, "blfd.yaml");
  writeFileSync(panel, readFileSync(TOWN, "utf8").replace("board: sim-16", "board: ./board.yaml"));
  writeFileSync(join(folder, "board.yaml"), readFileSync(BOARD, "utf8"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Without a trace in its times: as an editor within one tick of the clock does. */
function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  expect(text).toContain(from);
  const { atime, mtime } = statSync(file);
  writeFileSync(file, text.replace(from, to));
  utimesSync(file, atime, mtime);
}

test("what has not changed is not read anew", () => {
  expect(loadPanel(panel)).toBe(loadPanel(panel));
  expect(loadPanel("town")).toBe(loadPanel("town"));
});

test("an edit is seen at once, of the settings and of what they name, were it as long as before", () => {
  const before = loadPanel(panel);
  edit(panel, "panel: sim", "panel: sum");
  edit(join(folder, "board.yaml"), "Sixteen simulated", "Sixteen imaginary");
  const after = loadPanel(panel);
  expect([before.panel, after.panel]).toEqual(["sim", "sum"]);
  expect(after.board.title).toContain("imaginary");
});

test("what has become wrong is said, and what is mended is taken", () => {
  const before = loadPanel(panel);
  edit(panel, "panel: sim", "panel: s/m");
  expect(() => loadPanel(panel)).toThrow("panel");
  edit(panel, "panel: s/m", "panel: sim");
  expect(loadPanel(panel)).toEqual(before);
});
