import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dark } from "../../firmware/cli/dark.ts";
import { RecordedIo } from "./recorded-io.ts";

const house = { boardConfigs: resolve(import.meta.dirname, "../../board-configs"), env: {} };
const BOARD = `title: Two lamps
grid: [[1]]
banks: { front: { driver: sim, width: 4, directory: front }, back: { driver: sim, width: 4, directory: back } }
keys: { 1: { leds: { red: { bank: front, bit: 2 } } } }
lamps: { alive: { leds: { green: { bank: back, bit: 0 } } } }
buzzer: { bank: back, bit: 1 }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "blfd-dark-"));
  for (const bank of ["front", "back"]) mkdirSync(join(folder, bank));
  writeFileSync(join(folder, "board.yaml"), BOARD);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function darkened(settings: string, args: readonly string[] = ["-c", join(folder, "blfd.yaml")]) {
  writeFileSync(join(folder, "blfd.yaml"), settings);
  const io = new RecordedIo();
  return { code: await dark(args, io, house), out: io.stdout, err: io.stderr };
}

const light = (file: string): void => writeFileSync(join(folder, file), "1\n");
const level = (file: string): string => readFileSync(join(folder, file), "utf8");

test("every output is dark, whatever else is wrong with the settings", async () => {
  light("front/led_2");
  light("back/led_0");
  light("back/led_1");
  light("front/led_3");
  expect(await darkened("board: ./board.yaml\npbx: nonsense\n")).toEqual({ code: 0, out: "", err: "" });
  const written = ["front/led_2", "back/led_0", "back/led_1"].map(level);
  expect(written).toEqual(["0\n", "0\n", "0\n"]);
  // Nothing of the board's.
  expect(level("front/led_3")).toBe("1\n");
});

test("a bank that is not there is told, and the others are dark all the same", async () => {
  light("back/led_0");
  rmSync(join(folder, "front"), { recursive: true });
  const { code, err } = await darkened("board: ./board.yaml\n");
  expect(code).toBe(1);
  expect(err).toMatch(/^blfd dark: bank front: .*front.*\n$/);
  expect(level("back/led_0")).toBe("0\n");
});

test("settings without a board, and wrong usage, have their own exits", async () => {
  expect(await darkened("panel: ward\n")).toMatchObject({ code: 78 });
  expect((await darkened("board: ./gone.yaml\n")).err).toContain(
    "gone.yaml:1:1: cannot be read: there is no such file",
  );
  expect((await darkened("", ["--everything"])).err).toMatch(/^usage: blfd dark/);
  expect(await darkened("", ["--everything"])).toMatchObject({ code: 2 });
});
