import type { Reporter, TestCase, TestModule } from "vitest/node";

/** One field of the table that `make test-real` ends with: what happened to lamps, on which PBX, over which transport. */
export interface Cell {
  readonly pbx: string;
  readonly transport: string;
  readonly event: string;
  /** How long it took, where that is what was asked. */
  readonly ms?: number;
}

declare module "vitest" {
  interface TaskMeta {
    cell?: Cell;
  }
}

/** Options of a test whose result is a field of the table. */
export function cell(pbx: string, transport: string, event: string): { readonly meta: { readonly cell: Cell } } {
  return { meta: { cell: { pbx, transport, event } } };
}

/** What the field of this test shows instead of "ok". */
export function took(task: { readonly meta: { cell?: Cell } }, ms: number): void {
  if (task.meta.cell) task.meta.cell = { ...task.meta.cell, ms };
}

const ORDER = ["udp", "tcp", "tls", "ws", "wss"];
const WIDTH = 9;

interface Field extends Cell {
  readonly shows: string;
  readonly whyNot: string | undefined;
}

/** Transport × PBX × event, as text: one table a PBX, and below it why what failed did. */
export function table(fields: readonly Field[]): string {
  const lines: string[] = [];
  for (const pbx of new Set(fields.map((field) => field.pbx))) {
    const own = fields.filter((field) => field.pbx === pbx);
    const transports = [...new Set(own.map((field) => field.transport))].sort(
      (a, b) => ORDER.indexOf(a) - ORDER.indexOf(b),
    );
    const events = [...new Set(own.map((field) => field.event))];
    const first = Math.max(pbx.length, ...events.map((event) => event.length));
    const row = (name: string, columns: readonly string[]): string =>
      [name.padEnd(first), ...columns.map((column) => column.padStart(WIDTH))].join(" ");
    lines.push(
      "",
      row(pbx, transports),
      row(
        "-".repeat(first),
        transports.map(() => "-".repeat(WIDTH - 1)),
      ),
    );
    for (const event of events) {
      const at = (transport: string): Field | undefined =>
        own.find((field) => field.event === event && field.transport === transport);
      lines.push(
        row(
          event,
          transports.map((transport) => at(transport)?.shows ?? "·"),
        ),
      );
    }
    for (const { transport, event, whyNot } of own) {
      if (whyNot !== undefined) lines.push(`  ${transport}, ${event}: ${whyNot}`);
    }
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n\n`;
}

function fieldOf(test: TestCase): Field[] {
  const { cell } = test.meta();
  if (cell === undefined) return [];
  const { state, errors } = test.result();
  const [error] = errors ?? [];
  const whyNot = state === "failed" ? (error?.message.split("\n", 1)[0] ?? "failed") : undefined;
  const passed = cell.ms === undefined ? "ok" : `${Math.round(cell.ms)} ms`;
  return [{ ...cell, shows: state === "passed" ? passed : state === "failed" ? "FAILED" : "not run", whyNot }];
}

/** Prints the table when all tests are done. Before the tally, whose line is the last. */
export default class Matrix implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    process.stdout.write(table(tests.flatMap(fieldOf)));
  }
}
