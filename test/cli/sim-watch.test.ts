import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { sim } from "../../firmware/cli/sim.ts";
import { simWatch } from "../../firmware/cli/sim-watch.ts";
import { RecordedIo } from "./recorded-io.ts";

const house = { boardConfigs: resolve(import.meta.dirname, "../../board-configs"), env: {} };

test.each([
  "mqtt://127.0.0.1",
  "mqtt://127.0.0.1/blfd",
  "mqtt:///blfd/ward-3",
  "http://127.0.0.1/blfd/ward-3",
  "mqtt://127.0.0.1/blfd/%zz",
  "ward-3",
])("%s names no panel to watch, and it is said what would", async (url) => {
  const io = new RecordedIo();
  expect(await simWatch(["--watch", url], io, house)).toBe(2);
  expect(io.stderr).toContain(`${url} does not name a panel; write mqtt://HOST/TOPIC/PANEL`);
});

test.each([
  [["--watch", "-c", "blfd.yaml", "mqtt://127.0.0.1/blfd/ward-3"], "one of them"],
  [["--watch", "mqtt://127.0.0.1/blfd/a", "mqtt://127.0.0.1/blfd/b"], "one of them"],
  [["--watch", "--port", "web"], "--port is a number from 0 (one that is free) to 65535, not web"],
  [["--watch", "--port", "70000"], "not 70000"],
  [["--watch", "--scenario", "x.yaml"], "scenario"],
])("%j is wrong usage", async (args, told) => {
  const io = new RecordedIo();
  expect(await simWatch(args, io, house)).toBe(2);
  expect(io.stderr).toContain(told);
});

test("a simulation's port is checked as well", async () => {
  const io = new RecordedIo();
  expect(await sim(["--port", "-1"], io, house)).toBe(2);
  expect(io.stderr).toContain("--port");
});

test("settings of a panel that reports nowhere are told, with what is wrong", async () => {
  const folder = mkdtempSync(join(tmpdir(), "blfd-watch-"));
  try {
    const file = join(folder, "blfd.yaml");
    writeFileSync(join(folder, "sip"), "secret\n", { mode: 0o600 });
    writeFileSync(
      file,
      `
panel: ward-3
board: sim-16
pbx: { profile: asterisk, server: sip:127.0.0.1, user: panel, password: { file: sip } }
keys: { 1: { line: "101", label: Sales } }
`,
    );
    const io = new RecordedIo();
    expect(await simWatch(["--watch", "-c", file], io, house)).toBe(78);
    expect(io.stderr).toContain("without mqtt, the panel reports nothing that could be watched");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
