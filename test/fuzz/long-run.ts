import { expect } from "vitest";
import { type FuzzReport, fuzz } from "./fuzz.ts";
import { heapInUse } from "./heap.ts";

/** What may be kept by the first tenth of a run, but not for every input: caches, compiled code. */
const GROWTH_BYTES = 16 * 1024 * 1024;

export interface LongRun {
  readonly report: FuzzReport;
  /** Lines for a person. */
  readonly summary: string;
}

/** Many inputs: nothing gets through, and nothing is kept of them. */
export async function longRun(seed: number, count: number): Promise<LongRun> {
  const begun = performance.now();
  let early = 0;
  const report = await fuzz({
    seed,
    count,
    progress: (done) => {
      if (early === 0 && done >= count / 10) early = heapInUse();
    },
  });
  const grown = heapInUse() - early;
  const seconds = (performance.now() - begun) / 1_000;
  const { slowest, fates, findings } = report;
  const counts = [...fates].sort(([, a], [, b]) => b - a).map(([fate, times]) => `${times} ${fate}`);
  const summary = [
    `${count} inputs of seed ${seed} in ${seconds.toFixed(0)} s: ${findings.length} findings`,
    `slowest, with whatever else the machine did: ${slowest.took.toFixed(1)} ms (input ${slowest.index}, ${slowest.corpusFile})`,
    `heap grown by ${(grown / 1024 / 1024).toFixed(1)} MB after the first tenth`,
    `messages: ${counts.join(", ")}`,
  ].join("\n");
  expect(findings, summary).toEqual([]);
  expect(grown, summary).toBeLessThan(GROWTH_BYTES);
  return { report, summary };
}
