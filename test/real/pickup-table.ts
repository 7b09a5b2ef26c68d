import type { Reporter, TestCase, TestModule } from "vitest/node";

/** One field of the table of pickups that `make test-real` ends with. */
export interface PickupCell {
  readonly pbx: string;
  readonly method: string;
  readonly situation: string;
  readonly landing: string;
  /** What became of it, and how the phone that rang was told; why not, where it cannot apply. */
  readonly shows?: string;
  readonly because?: string;
}

declare module "vitest" {
  interface TaskMeta {
    pickup?: PickupCell;
  }
}

/** Options of a test whose result is a field of the table. */
export function pickupCell(
  pbx: string,
  method: string,
  situation: string,
  landing: string,
): { readonly meta: { readonly pickup: PickupCell } } {
  return { meta: { pickup: { pbx, method, situation, landing } } };
}

/** What the field of this test shows, and the reason that a person was given. */
export function became(task: { readonly meta: { pickup?: PickupCell } }, shows: string, because = ""): void {
  if (task.meta.pickup) task.meta.pickup = { ...task.meta.pickup, shows, because };
}

interface Field extends PickupCell {
  readonly text: string;
  readonly note: string;
}

/** Method × situation × landing, as text: one table a method, and below it the reasons, each once. */
export function pickupTable(fields: readonly Field[]): string {
  const lines: string[] = [];
  for (const title of new Set(fields.map(({ pbx, method }) => `${pbx}, ${method}`))) {
    const own = fields.filter(({ pbx, method }) => `${pbx}, ${method}` === title);
    const landings = [...new Set(own.map(({ landing }) => landing))];
    const situations = [...new Set(own.map(({ situation }) => situation))];
    const notes = [...new Set(own.map(({ note }) => note).filter((note) => note !== ""))];
    const cell = (situation: string, landing: string): string => {
      const field = own.find((one) => one.situation === situation && one.landing === landing);
      if (!field) return "·";
      return field.note === "" ? field.text : `${field.text} [${notes.indexOf(field.note) + 1}]`;
    };
    const rows = [
      [title, ...landings],
      ...situations.map((situation) => [situation, ...landings.map((landing) => cell(situation, landing))]),
    ];
    const width = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
    const line = (row: readonly string[]): string =>
      row
        .map((text, i) => text.padEnd(width[i] ?? 0))
        .join("  ")
        .trimEnd();
    const [head = [], ...body] = rows;
    lines.push("", line(head), line(width.map((length) => "-".repeat(length))), ...body.map(line));
    for (const [i, note] of notes.entries()) lines.push(`  [${i + 1}] ${note}`);
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n\n`;
}

function fieldOf(test: TestCase): Field[] {
  const { pickup } = test.meta();
  if (pickup === undefined) return [];
  const { state, errors } = test.result();
  const failed = state === "failed" ? (errors?.[0]?.message.split("\n", 1)[0] ?? "failed") : undefined;
  const text = failed === undefined ? (pickup.shows ?? "not run") : "FAILED";
  return [{ ...pickup, text, note: failed ?? pickup.because ?? "" }];
}

/** Prints the table when all tests are done. Before the tally, whose line is the last. */
export default class PickupTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const fields = modules.flatMap((module) => [...module.children.allTests()].flatMap(fieldOf));
    process.stdout.write(pickupTable(fields));
  }
}
