import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sim } from "../../firmware/cli/sim.ts";
import { RecordedIo } from "./recorded-io.ts";

const boardConfigs = resolve(import.meta.dirname, "../../board-configs");
const house = { boardConfigs, env: {} };
const GOOD = join(boardConfigs, "scenarios/nothing-rings.yaml");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "blfd-scenarios-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const wrongAbout = (what: string) => `title: A <wrong> idea
panel: shop-counter-4
steps:
  - call: { from: "201", to: "21" }
  - expect: { lamp: 1, shows: ringing, within: 2s }
  - expect: { lamp: 1, shows: ${what}, within: 1s }
`;

test("a good scenario: its timeline, and 0", async () => {
  const io = new RecordedIo();
  expect(await sim(["--scenario", GOOD], io, house)).toBe(0);
  expect(io.stderr).toBe("");
  const [title, ...lines] = io.stdout.trim().split("\n");
  expect(title).toBe("Idle: where a key does not dial, its press is refused — good");
  expect(lines).toEqual([
    "    0.0  ▸ key 1 is pressed",
    "    0.0   · key 1: refused — line 21 is idle, nothing rings there",
    "    0.0   ✓ outcome: refused, “nothing rings”",
    "    0.0   ✓ lamp 1: refused",
    expect.stringMatching(/^ {4}[12]\.\d {3}✓ lamp 1: dark within 4 s$/),
  ]);
});

test("one that fails: where, what came instead, JUnit for all, and 1", async () => {
  const bad = written("bad.yaml", wrongAbout("busy"));
  const out = join(folder, "out.xml");
  const io = new RecordedIo();
  expect(await sim(["--scenario", GOOD, "--scenario", bad, "--junit", out], io, house)).toBe(1);
  expect(io.stdout).toContain("A <wrong> idea — FAILED");
  expect(io.stdout).toContain(`${bad}:6:5: lamp 1 is not busy within 1 s, but ringing (flash)`);
  const xml = readFileSync(out, "utf8");
  expect(xml).toContain('<testsuite name="blfd scenarios" tests="2" failures="1">');
  expect(xml).toContain('name="A &lt;wrong&gt; idea"');
  expect(xml.match(/<failure /g)).toHaveLength(1);
});

test("one that is wrong: nothing is played, and 78", async () => {
  const bad = written("bad.yaml", wrongAbout("purple"));
  const io = new RecordedIo();
  expect(await sim(["--scenario", GOOD, "--scenario", bad], io, house)).toBe(78);
  expect(io.stdout).toBe("");
  expect(io.stderr).toMatch(/bad\.yaml:6:31: steps item 3\.expect\.shows: not "purple" but unknown, /);
});

test.each([
  [["--junit", "out.xml"], "--junit is for scenarios"],
  [["--scenario", GOOD, "-c", "blfd.yaml"], "a scenario names its panel itself"],
  [["--story"], "--story"],
  [["town"], "town"],
])("usage: %j", async (args, told) => {
  const io = new RecordedIo();
  expect(await sim(args, io, house)).toBe(2);
  expect(io.stderr).toContain(told);
});
