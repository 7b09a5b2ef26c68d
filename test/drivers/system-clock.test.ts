import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { clockContract } from "../contract/clock.ts";

clockContract("SystemClock", () => {
  const clock = new SystemClock();
  return {
    clock,
    elapse: async (by) => {
      const end = clock.now() + by;
      while (clock.now() < end) await sleep(1);
      // One more turn for what fell due with the last of it.
      await sleep(2);
    },
  };
});

describe("SystemClock", () => {
  it("counts from where process.hrtime counts, as the kernel's edges do", () => {
    const clock = new SystemClock();
    for (let i = 0; i < 100; i++) {
      const before = clock.now();
      const monotonic = Number(process.hrtime.bigint()) / 1e6;
      const after = clock.now();
      expect(monotonic).toBeGreaterThan(before - 0.05);
      expect(monotonic).toBeLessThan(after + 0.05);
    }
  });

  it("is never early, however its moments fall between those that Node counts in", async () => {
    const clock = new SystemClock();
    for (let round = 0; round < 40; round++) {
      while (clock.now() % 1 < 0.9);
      const when = clock.now() + 1;
      const ran = await new Promise<number>((resolve) => clock.at(when, () => resolve(clock.now())));
      expect(ran).toBeGreaterThanOrEqual(when);
    }
  });

  it("does not ask Node for timers that it cannot count", async () => {
    const clock = new SystemClock();
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    const cancel = clock.at(clock.now() + 2 ** 32, () => {});
    await sleep(5);
    cancel();
    process.off("warning", listen);
    expect(warnings).toEqual([]);
  });
});
