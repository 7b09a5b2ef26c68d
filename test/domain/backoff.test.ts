import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BackoffLimits, backoff } from "../../firmware/domain/backoff.ts";

const anyLimits: fc.Arbitrary<BackoffLimits> = fc.record(
  {
    first: fc.integer({ min: 1, max: 10_000 }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    max: fc.integer({ min: 1, max: 3_600_000 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  },
  { requiredKeys: ["first", "max"] },
);
const anyAttempt = fc.oneof(fc.nat(20), fc.nat());
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("backoff", () => {
  it("doubles up to its limit", () => {
    const waits = [0, 1, 2, 3, 4].map((attempt) => backoff(attempt, 0, { first: 500, max: 4000 }));
    expect(waits).toEqual([500, 1000, 2000, 4000, 4000]);
  });

  it("takes up to half of the wait away by chance, if nothing else is said", () => {
    expect(backoff(2, 0.5, { first: 500, max: 4000 })).toBe(1500);
    expect(backoff(2, 0.5, { first: 500, max: 4000, jitter: 0 })).toBe(2000);
    expect(backoff(2, 0.5, { first: 500, max: 4000, jitter: 1, factor: 1 })).toBe(250);
  });

  it("stays within its limits, however many attempts", () => {
    fc.assert(
      fc.property(anyAttempt, anyRandom, anyLimits, (attempt, random, limits) => {
        const wait = backoff(attempt, random, limits);
        expect(wait).toBeLessThanOrEqual(limits.max);
        expect(wait).toBeGreaterThanOrEqual(Math.min(limits.first, limits.max) * (1 - (limits.jitter ?? 0.5)));
      }),
    );
  });

  it("never shrinks from one attempt to the next, for equal chance", () => {
    fc.assert(
      fc.property(anyAttempt, anyRandom, anyLimits, (attempt, random, limits) => {
        expect(backoff(attempt + 1, random, limits)).toBeGreaterThanOrEqual(backoff(attempt, random, limits));
      }),
    );
  });

  it("spreads over the whole share that is left to chance", () => {
    fc.assert(
      fc.property(anyAttempt, anyLimits, (attempt, limits) => {
        const longest = backoff(attempt, 0, limits);
        const shortest = backoff(attempt, 1 - Number.EPSILON, limits);
        expect(longest - shortest).toBeCloseTo(longest * (limits.jitter ?? 0.5), 3);
      }),
    );
  });
});
