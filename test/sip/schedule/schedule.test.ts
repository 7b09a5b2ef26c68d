import fc from "fast-check";
import { expect, test } from "vitest";
import { play, seriesOf, type Tally } from "./schedule.ts";

/** Presses in one office: an office costs as much as a press. */
const PRESSES = 5;
const SERIES = 200;

test(`${SERIES * PRESSES} schedules of a pickup with SIP under it: one effect, no leg left, nobody stranded, no lie`, async () => {
  const tally: Tally = new Map();
  await fc.assert(
    fc.asyncProperty(seriesOf(PRESSES), (series) => play(series, tally)),
    { numRuns: SERIES },
  );
  // Otherwise they did not show anything.
  for (const kind of ["picked-up", "refused", "too-late", "no-answer", "failed"]) {
    expect(tally.get(kind) ?? 0, kind).toBeGreaterThan(0);
  }
}, 180_000);
