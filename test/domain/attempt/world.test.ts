import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Procedure, Stage } from "../../../firmware/domain/attempt/attempt.ts";
import { DESK_PHONE } from "../../../firmware/domain/attempt/desk-phone.ts";
import { REMOTE_CONTROL } from "../../../firmware/domain/attempt/remote-control.ts";
import { TRANSFER } from "../../../firmware/domain/attempt/transfer.ts";
import type { OutcomeKind } from "../../../firmware/domain/outcome.ts";
import { play } from "./play.ts";
import { type Schedule, schedules } from "./schedule.ts";

/** For more of them: RUNS=100000. */
const RUNS = Number(process.env.RUNS ?? 10_000);
/** For a failure again: SEED=… as it was printed. */
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);

const KINDS: readonly OutcomeKind[] = ["picked-up", "refused", "too-late", "failed"];

function everySchedule<A extends Stage>(procedure: Procedure<A>, share: number, wanted: Partial<Schedule>): string {
  const told = new Map<OutcomeKind, number>();
  const runs = Math.ceil(RUNS * share);
  fc.assert(
    fc.property(schedules, (drawn) => {
      const { kind } = play(procedure, { ...drawn, ...wanted });
      told.set(kind, (told.get(kind) ?? 0) + 1);
    }),
    { numRuns: runs, seed: SEED },
  );
  // Schedules that never come to anything would prove nothing.
  for (const kind of KINDS) expect(told.get(kind) ?? 0, kind).toBeGreaterThan(runs / 100);
  return `${runs} schedules, seed ${SEED}: ${[...told].map(([kind, times]) => `${times} ${kind}`).join(", ")}`;
}

describe("whatever goes wrong, whenever: one true outcome in time, no leg and no caller left", () => {
  test.each([
    ["landing desk-phone", () => everySchedule(DESK_PHONE, 0.3, {})],
    ["landing transfer by a code", () => everySchedule(TRANSFER, 0.3, { replaces: false })],
    ["landing transfer by Replaces", () => everySchedule(TRANSFER, 0.25, { replaces: true })],
    ["landing remote-control", () => everySchedule(REMOTE_CONTROL, 0.15, { replaces: false })],
  ])("%s", { timeout: 60_000 }, (landing, played) => {
    process.stdout.write(`${landing}: ${played()}\n`);
  });
});
