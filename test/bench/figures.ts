/** Microseconds of CLOCK_MONOTONIC. */
export const now = (): number => Number(process.hrtime.bigint()) / 1000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @param share 0.5 for the median; NaN where there is nothing */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Three digits are all that such a run is good for. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value >= 100 ? Math.round(value).toString() : value.toPrecision(value >= 10 ? 3 : 2);
}

/** What is measured beside each other, in the order of the columns. */
export const headings = { blfd: "blfd", floor: "floor (Node)", cFloor: "floor (C)", baresip: "baresip" } as const;
export type Name = keyof typeof headings;
export const names = Object.keys(headings) as readonly Name[];

/** Samples of each, taken in turn; none of what is not there, or cannot do it. */
export type Samples = Readonly<Record<Name, number[]>>;
export const noSamples = (): Samples => ({ blfd: [], floor: [], cFloor: [], baresip: [] });

/** One measured thing, in the same run. */
export interface Row extends Samples {
  readonly what: string;
  readonly unit: string;
}

/** Of blfd to another. */
export const ratio = (row: Row, to: Name = "floor"): number => median(row.blfd) / median(row[to]);

export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    `${row.what}, ${row.unit}`,
    ...names.flatMap((name) => [
      digits(median(row[name])),
      row[name].length > 1 ? digits(percentile(row[name], 0.9)) : "",
    ]),
    digits(ratio(row)),
  ]);
  const heading = ["p50 and p90", ...names.flatMap((name) => [headings[name], "p90"]), "blfd / Node"];
  const all = [heading, ...cells];
  const width = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  return all
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(width[i] ?? 0) : cell.padStart(width[i] ?? 0))).join("  "),
    )
    .join("\n");
}
