import { expect, test } from "vitest";
import { contractTables, type KeptCase } from "./real/contract-table.ts";
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

test("the contracts: a row for each case, a column for each that has to keep it, also for one that did not run", () => {
  const by = (by: string, which: string, shows: KeptCase["shows"], whyNot?: string): KeptCase => ({
    contract: "Module",
    by,
    case: which,
    shows,
    whyNot,
  });
  const cases = [
    by("SimModule", "is dark", "ok"),
    by("SimModule", "halts", "ok"),
    by("Panel over SimBanks", "is dark", "FAILED", "a lamp is lit"),
  ];
  expect(contractTables(cases)).toBe(`
Module   SimModule  Panel over SimBanks  Sidecar on a pty
-------  ---------  -------------------  ----------------
is dark         ok               FAILED                 ·
halts           ok              missing                 ·
  not in this run: Sidecar on a pty
  Panel over SimBanks, is dark: a lamp is lit

`);
  expect(contractTables([])).toBe("");
});
