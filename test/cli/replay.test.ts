import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sim } from "../../firmware/cli/sim.ts";
import { RecordedIo } from "./recorded-io.ts";

const root = resolve(import.meta.dirname, "../..");
const house = { boardConfigs: join(root, "board-configs"), env: {} };
const KILLED = join(root, "board-configs/scenarios/captures/killed-pbx.jsonl");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "blfd-replay-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function replayed(...args: readonly string[]) {
  const io = new RecordedIo();
  return { exit: await sim(["--replay", ...args], io, house), out: io.stdout.trim().split("\n"), err: io.stderr };
}

test("a capture: what it is, and when its lamps changed", async () => {
  const { exit, out, err } = await replayed(KILLED);
  expect([exit, err]).toEqual([0, ""]);
  expect(out[0]).toBe(
    `${KILLED}: 28 messages of panel1 and its PBX in 6.743 s, played to a panel of one key; left out: 6 reports in other subscriptions to the same lines`,
  );
  expect(out.slice(1)).toEqual([
    "     0.000   · the panel has reached the PBX",
    "     0.002  ▸ lamp 1 (101): idle, dark",
    "     0.308  ▸ lamp 1 (101): ringing, red flash",
    "     3.722  ▸ lamp 1 (101): idle, dark",
    "     6.743  ▸ lamp 1 (101): ringing, red flash",
  ]);
});

test("on the panel's own settings: what the capture has nothing of is told once", async () => {
  const { exit, out } = await replayed(KILLED, "-c", join(house.boardConfigs, "panels/town/blfd.yaml"));
  expect(exit).toBe(0);
  expect(out[0]).toContain("played to a panel of 16 keys");
  expect(out.filter((line) => line.includes("the daemon asks for 102, of which the capture has nothing"))).toHaveLength(
    1,
  );
  expect(out.at(-1)).toMatch(/^ +\d+\.\d+ {2}▸ lamp 1 \(101\): ringing, red flash$/);
});

test("what of it cannot be read is told with its place, and the rest is played", async () => {
  const file = join(folder, "cut.jsonl");
  const lines = readFileSync(KILLED, "utf8").split("\n");
  writeFileSync(file, [...lines.slice(0, 6), (lines[6] ?? "").slice(0, 200), ...lines.slice(7)].join("\n"));
  const { exit, out, err } = await replayed(file);
  expect([exit, err]).toEqual([0, `${file}:7: a line of the log that is cut short\n`]);
  expect(out.at(-1)).toContain("lamp 1 (101): ringing");
});

test("nothing to play, wrong usage, wrong settings: 1, 2, 78", async () => {
  const file = join(folder, "letter.txt");
  writeFileSync(file, "Dear all\n");
  const none = await replayed(file);
  expect([none.exit, none.err]).toEqual([1, expect.stringContaining(`${file}: holds no conversation in a form`)]);
  const away = await replayed(join(folder, "nowhere"));
  expect([away.exit, away.err]).toEqual([1, expect.stringContaining("nowhere: cannot be read")]);
  expect((await replayed(KILLED, "--panel", "nobody")).err).toBe(
    `${KILLED}: nobody watches no line in it; who watches lines in it is panel1\n`,
  );
  expect((await replayed(KILLED, "--loudly")).exit).toBe(2);
  const settings = join(folder, "blfd.yaml");
  writeFileSync(settings, "panel: nothing\n");
  expect((await replayed(KILLED, "-c", settings)).exit).toBe(78);
});
