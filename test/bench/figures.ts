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

/** One measured thing: of the daemon, and of the floor in the same run. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly blfd: readonly number[];
  readonly floor: readonly number[];
}

export const ratio = ({ blfd, floor }: Row): number => median(blfd) / median(floor);

export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    `${row.what}, ${row.unit}`,
    digits(median(row.blfd)),
    row.blfd.length > 1 ? digits(percentile(row.blfd, 0.9)) : "",
    digits(median(row.floor)),
    row.floor.length > 1 ? digits(percentile(row.floor, 0.9)) : "",
    digits(ratio(row)),
  ]);
  const all = [["", "blfd p50", "p90", "floor p50", "p90", "ratio"], ...cells];
  const width = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  return all
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(width[i] ?? 0) : cell.padStart(width[i] ?? 0))).join("  "),
    )
    .join("\n");
}
