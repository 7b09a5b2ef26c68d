import { appendFileSync } from "node:fs";

/** A part of the whole, for trying the soak itself out: SOAK_SHARE=0.1. Its lines go into no log then. */
const share = Number(process.env.SOAK_SHARE ?? 1);

export const times = (whole: number): number => Math.max(1, Math.round(whole * share));

/** A line for people, and for the log that is kept. No text of errors: they name places of this machine. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
  const log = process.env.BLFD_SOAK_LOG;
  if (log) appendFileSync(log, `${line}\n`);
}

/** "median 1.2 s, most 3.4 s", of milliseconds. */
export function spread(samples: readonly number[]): string {
  const sorted = [...samples].sort((a, b) => a - b);
  const seconds = (ms: number | undefined): string => (ms === undefined ? "–" : `${(ms / 1000).toFixed(2)} s`);
  return `median ${seconds(sorted[Math.floor(sorted.length / 2)])}, most ${seconds(sorted.at(-1))}`;
}

/** "3 refused, 21 too-late" */
export function tally(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts]
    .sort()
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}
