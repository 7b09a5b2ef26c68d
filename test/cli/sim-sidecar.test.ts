import { afterEach, expect, test, vi } from "vitest";
import { simSidecar } from "../../firmware/cli/sim-sidecar.ts";
import { RecordedIo } from "./recorded-io.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  [["--keys", "0"]],
  [["--keys", "65"]],
  [["--keys", "many"]],
  [["--id", "100"]],
  [["--cadences", "blink"]],
  [["--link"]],
  [["desk"]],
])("usage: %j", async (args) => {
  const io = new RecordedIo();
  expect(await simSidecar(args, io)).toBe(2);
  expect(io.stdout).toBe("");
  expect(io.stderr).toMatch(/^usage: blfd sim sidecar /);
});

test("without socat it says what is missing, and where it comes from", async () => {
  vi.stubEnv("PATH", "/nonexistent");
  const io = new RecordedIo();
  expect(await simSidecar([], io)).toBe(1);
  expect(io.stderr).toBe(
    "blfd sim sidecar: no serial port can be simulated: socat is not installed (apt install socat)\n",
  );
});
