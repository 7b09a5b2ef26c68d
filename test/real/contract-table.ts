import type { Reporter, TestCase, TestModule } from "vitest/node";
import "../contract/kept.ts";

/** Who has to keep which contract. What of it did not run is said, so that no column is missed. */
const COLUMNS: ReadonlyMap<string, readonly string[]> = new Map([
  ["Bank", ["sim", "files", "chardev 4", "chardev 5", "sysfs 4", "sysfs 5"]],
  ["Module", ["SimModule", "Panel over SimBanks", "Sidecar on a pty"]],
]);

/** One case of a contract, as one implementation keeps it. */
export interface KeptCase {
  readonly contract: string;
  readonly by: string;
  readonly case: string;
  readonly shows: "ok" | "FAILED" | "not run";
  readonly whyNot?: string | undefined;
}

/** One table a contract of which something ran: a row a case, a column an implementation, and below it why what failed did. */
export function contractTables(cases: readonly KeptCase[]): string {
  const lines: string[] = [];
  for (const contract of new Set(cases.map((one) => one.contract))) {
    const own = cases.filter((one) => one.contract === contract);
    const columns = [...new Set([...(COLUMNS.get(contract) ?? []), ...own.map(({ by }) => by)])];
    const ran = (by: string): boolean => own.some((one) => one.by === by);
    const rows = [...new Set(own.map((one) => one.case))];
    const first = Math.max(contract.length, ...rows.map((row) => row.length));
    const line = (name: string, fields: readonly string[]): string =>
      [name.padEnd(first), ...fields.map((field, i) => field.padStart(columns[i]?.length ?? 0))].join("  ");
    lines.push("", line(contract, columns));
    lines.push(
      line(
        "-".repeat(first),
        columns.map((by) => "-".repeat(by.length)),
      ),
    );
    for (const row of rows) {
      const at = (by: string): string => {
        const found = own.filter((one) => one.by === by && one.case === row).map(({ shows }) => shows);
        return found.find((shows) => shows !== "ok") ?? found[0] ?? (ran(by) ? "missing" : "·");
      };
      lines.push(line(row, columns.map(at)));
    }
    const absent = columns.filter((by) => !ran(by));
    if (absent.length > 0) lines.push(`  not in this run: ${absent.join(", ")}`);
    for (const { by, case: which, whyNot } of own) {
      if (whyNot !== undefined) lines.push(`  ${by}, ${which}: ${whyNot}`);
    }
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n\n`;
}

function caseOf(test: TestCase): KeptCase[] {
  const { kept } = test.meta();
  if (kept === undefined) return [];
  const { state, errors } = test.result();
  const whyNot = state === "failed" ? (errors?.[0]?.message.split("\n", 1)[0] ?? "failed") : undefined;
  const shows = state === "passed" ? "ok" : state === "failed" ? "FAILED" : "not run";
  return [{ case: test.name, ...kept, shows, whyNot }];
}

/** Prints the tables when all tests are done. Before the tally, whose line is the last. */
export default class ContractTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    process.stdout.write(contractTables(tests.flatMap(caseOf)));
  }
}
