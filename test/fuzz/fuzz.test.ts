import { describe, expect, test } from "vitest";
import { corpus } from "./corpus.ts";
import { fuzz } from "./fuzz.ts";
import { Mutator } from "./mutator.ts";
import { Random } from "./random.ts";

describe("fuzz", () => {
  test("a few thousand broken messages and documents: nothing thrown, nothing rejected, no stall", async () => {
    const report = await fuzz({ seed: 1, count: 4_000 });
    expect(report.findings).toEqual([]);
    // It says something only if inputs get through to where something can break.
    expect(report.fates.get("200")).toBeGreaterThan(400);
    expect(report.fates.get("dropped handler-threw")).toBeGreaterThan(400);
  }, 60_000);

  test("the same seed makes the same inputs, another one others", () => {
    const inputs = (seed: number) => {
      const mutator = new Mutator(corpus());
      const random = new Random(seed);
      return Array.from({ length: 50 }, () => mutator.next(random).bytes.toString("latin1"));
    };
    expect(inputs(1)).toEqual(inputs(1));
    expect(inputs(1)).not.toEqual(inputs(2));
  });
});
