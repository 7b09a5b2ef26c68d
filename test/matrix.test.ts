import { expect, test } from "vitest";
import { keptLines } from "./contract/kept.ts";
import { table } from "./real/matrix.ts";

const field = (transport: string, event: string, shows: string, whyNot?: string) => ({
  pbx: "A PBX",
  transport,
  event,
  shows,
  whyNot,
});

test("the table of the real tests: a row for each event, a column for each transport, and why what failed did", () => {
  const fields = [
    field("tcp", "restart", "12 ms"),
    field("udp", "restart", "FAILED", "lamps not true"),
    field("udp", "hold", "ok"),
  ];
  expect(table(fields)).toBe(`
A PBX         udp       tcp
-------  --------  --------
restart    FAILED     12 ms
hold           ok         ·
  udp, restart: lamps not true

`);
  expect(table([])).toBe("");
});

test("the contracts, each with those who kept it", () => {
  const result = (by: string, passed: boolean) => ({ contract: "Module", by, passed });
  expect(keptLines([result("sim", true), result("pty", false), result("sim", true)])).toBe(
    "Module contract: sim 2 ok, pty 0 ok and 1 FAILED\n",
  );
  expect(keptLines([])).toBe("");
});
