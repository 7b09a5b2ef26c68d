import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BEAT,
  CADENCE_NAMES,
  CADENCES,
  type CadenceName,
  isFlashing,
  JOINED_AFTER,
  litAt,
  nextChange,
  type Start,
} from "../../firmware/domain/cadence.ts";

const anyCadence = fc.constantFrom(...CADENCE_NAMES);
const flashing = CADENCE_NAMES.filter(isFlashing);
/** Moments of a monotonic clock, with fractions, up to some months. */
const anyMoment = fc.oneof(fc.nat(10_000), fc.double({ min: 0, max: 1e10, noNaN: true }));
/** A moment, mostly around or after the start of a cadence. */
const anyCase = fc
  .record({ at: anyMoment, wasLit: fc.boolean(), later: fc.double({ min: -10, max: 3000, noNaN: true }) })
  .chain(({ at, wasLit, later }) =>
    fc.record({ now: fc.constant(at + later), start: fc.constantFrom<Start | undefined>({ at, wasLit }, undefined) }),
  );

/** Moments of the first two beats at which a cadence goes from dark to lit. */
function startsInTwoBeats(cadence: CadenceName): number[] {
  const starts: number[] = [];
  for (let t = 1; t < 2 * BEAT; t++) if (litAt(cadence, t) && !litAt(cadence, t - 1)) starts.push(t);
  return starts;
}

describe("the table of cadences", () => {
  it("has patterns of whole milliseconds that divide the beat", () => {
    for (const pattern of Object.values(CADENCES)) {
      for (const part of pattern) expect(Number.isInteger(part)).toBe(true);
      expect(BEAT % pattern.reduce((sum, part) => sum + part, 0)).toBe(0);
    }
  });

  it("shows nothing too short to be seen", () => {
    for (const name of flashing) for (const part of CADENCES[name]) expect(part).toBeGreaterThanOrEqual(100);
  });

  it("starts at most two flashes in any second", () => {
    for (const name of flashing) {
      const starts = startsInTwoBeats(name);
      expect(starts.length).toBeGreaterThan(0);
      for (const from of starts)
        expect(starts.filter((t) => t >= from && t < from + 1000).length).toBeLessThanOrEqual(2);
    }
  });

  it("can be told apart on a lamp of one colour", () => {
    const features = (name: CadenceName): number[] => {
      const lit = CADENCES[name].filter((_, i) => i % 2 === 0);
      const dark = CADENCES[name].filter((_, i) => i % 2 === 1);
      return [Math.min(...lit), Math.max(...lit), Math.min(...dark), Math.max(...dark)];
    };
    for (const [i, one] of flashing.entries()) {
      for (const other of flashing.slice(i + 1)) {
        const others = features(other);
        const ratios = features(one).map((value, k) => Math.max(value / (others[k] ?? 0), (others[k] ?? 0) / value));
        expect(Math.max(...ratios), `${one} and ${other}`).toBeGreaterThanOrEqual(2);
      }
    }
  });
});

describe("litAt and nextChange", () => {
  it("keep to the beat", () => {
    const at = (cadence: CadenceName, ...moments: number[]) => moments.map((moment) => litAt(cadence, moment));
    expect(at("flash", 0, 249.9, 250, 499, 500, 2000)).toEqual([true, true, false, false, true, true]);
    expect(at("wink", 99, 100, 1999.999, 4000)).toEqual([true, false, false, true]);
    expect(at("double-wink", 50, 150, 350, 450)).toEqual([true, false, true, false]);
    expect(at("steady", 0, 1234)).toEqual([true, true]);
    expect(at("dark", 0, 1234)).toEqual([false, false]);
    expect(nextChange("flash", 700.5)).toBe(750);
    expect(nextChange("dip", 3801)).toBe(4000);
  });

  it("agree: nothing turns before nextChange, and at it the lamp turns", () => {
    fc.assert(
      fc.property(anyCadence, anyCase, fc.double({ min: 0, max: 1, noNaN: true }), (cadence, { now, start }, part) => {
        const lit = litAt(cadence, now, start);
        const change = nextChange(cadence, now, start);
        if (change === undefined) {
          expect(isFlashing(cadence)).toBe(false);
          expect(litAt(cadence, now + part * 10_000, start)).toBe(lit);
          return;
        }
        expect(change).toBeGreaterThan(now);
        expect(Number.isInteger(change)).toBe(true);
        expect(change - now).toBeLessThanOrEqual(BEAT + JOINED_AFTER);
        expect(litAt(cadence, change, start)).toBe(!lit);
        const between = now + part * (change - now);
        if (between < change) expect(litAt(cadence, between, start)).toBe(lit);
        for (let t = Math.ceil(now); t < change; t++)
          if (litAt(cadence, t, start) !== lit) expect.fail(`turns at ${t}`);
      }),
    );
  });

  it("agree a hair before and after a turn", () => {
    expect(nextChange("flash", 1749.9999999)).toBe(1750);
    expect(nextChange("flash", 1999.9999999)).toBe(2000);
    expect(nextChange("flash", 2000)).toBe(2250);
    expect(nextChange("flash", -0.0000001)).toBe(0);
  });
});

describe("a cadence that starts", () => {
  it("changes the lamp at once if it flashes", () => {
    fc.assert(
      fc.property(fc.constantFrom(...flashing), anyMoment, fc.boolean(), (cadence, at, wasLit) => {
        expect(litAt(cadence, at, { at, wasLit })).toBe(!wasLit);
      }),
    );
  });

  it("shows its opening long enough to be seen, and nothing shorter before it is on the beat", () => {
    fc.assert(
      fc.property(fc.constantFrom(...flashing), anyMoment, fc.boolean(), (cadence, at, wasLit) => {
        const start = { at, wasLit };
        let from = at;
        while (from < at + JOINED_AFTER) {
          const to = nextChange(cadence, from, start) ?? Number.NaN;
          expect(to - from).toBeGreaterThanOrEqual(100);
          from = to;
        }
      }),
    );
  });

  it("is on the beat soon after", () => {
    fc.assert(
      fc.property(
        anyCadence,
        anyMoment,
        fc.boolean(),
        fc.double({ min: 0, max: 10_000, noNaN: true }),
        (cadence, at, wasLit, later) => {
          const now = at + JOINED_AFTER + later;
          expect(litAt(cadence, now, { at, wasLit })).toBe(litAt(cadence, now));
          expect(nextChange(cadence, now, { at, wasLit })).toBe(nextChange(cadence, now));
        },
      ),
    );
  });

  it("is itself at once if it does not flash", () => {
    for (const wasLit of [true, false]) {
      expect(litAt("steady", 5, { at: 5, wasLit })).toBe(true);
      expect(litAt("dark", 5, { at: 5, wasLit })).toBe(false);
      expect(nextChange("steady", 5, { at: 5, wasLit })).toBeUndefined();
    }
  });
});
