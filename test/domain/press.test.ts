import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holding, LONG_AFTER, type Press, type Pressed, pressing, RELEASED } from "../../firmware/domain/press.ts";

interface Told {
  readonly press: Press;
  readonly heardAt: number;
}

/** What comes of a key that closes and opens at these moments in turn, with rechecks that run `late` ms late. */
function pressesOf(moments: readonly number[], longAfter: number, late = 0): Told[] {
  const told: Told[] = [];
  let memory = RELEASED;
  let recheckAt: number | undefined;
  const take = (pressed: Pressed, heardAt: number): void => {
    memory = pressed.memory;
    recheckAt = pressed.recheckAt;
    if (pressed.press !== undefined) told.push({ press: pressed.press, heardAt });
  };
  const recheckUntil = (until: number): void => {
    while (recheckAt !== undefined && recheckAt + late < until) {
      const now = recheckAt + late;
      take(holding(memory, now, longAfter), now);
      if (recheckAt !== undefined) throw new Error("a recheck that was due asks for another");
    }
  };
  for (const [i, at] of moments.entries()) {
    recheckUntil(at);
    take(pressing(memory, { closed: i % 2 === 0, at }, longAfter), at);
  }
  recheckUntil(Number.POSITIVE_INFINITY);
  return told;
}

const names = (told: readonly Told[]): Press[] => told.map(({ press }) => press);

describe("a press", () => {
  it("is down as the contact closes, and short as it opens soon", () => {
    expect(pressesOf([100, 350.5], LONG_AFTER)).toEqual([
      { press: "down", heardAt: 100 },
      { press: "short", heardAt: 350.5 },
    ]);
  });

  it("is long while the contact stays closed, and then not short", () => {
    expect(pressesOf([100, 5000], LONG_AFTER)).toEqual([
      { press: "down", heardAt: 100 },
      { press: "long", heardAt: 1100 },
    ]);
  });

  it("is long once, also of a key that is never released", () => {
    expect(names(pressesOf([100], LONG_AFTER))).toEqual(["down", "long"]);
  });

  it("is long also where the release is heard before the recheck", () => {
    expect(names(pressesOf([100, 1100], LONG_AFTER, 50))).toEqual(["down", "long"]);
    expect(names(pressesOf([100, 1099], LONG_AFTER, 50))).toEqual(["down", "short"]);
  });

  it("does not begin with an opening, nor twice without one", () => {
    expect(pressing(RELEASED, { closed: false, at: 5 })).toEqual({ memory: RELEASED });
    const down = pressing(RELEASED, { closed: true, at: 5 });
    expect(pressing(down.memory, { closed: true, at: 50 })).toEqual({ memory: down.memory, recheckAt: 5 + LONG_AFTER });
    const long = holding(down.memory, 5 + LONG_AFTER);
    expect(long.press).toBe("long");
    expect(pressing(long.memory, { closed: true, at: 5000 })).toEqual({ memory: long.memory });
    expect(pressing(long.memory, { closed: false, at: 6000 })).toEqual({ memory: RELEASED });
  });

  it("is, for every closing, one down at once and then exactly one of short and long", () => {
    const anyMoments = fc
      .array(fc.oneof(fc.nat(2500), fc.double({ min: 0, max: 2500, noNaN: true })), { maxLength: 20 })
      .map((waits) => {
        let at = 0;
        return waits.map((wait) => {
          at += wait;
          return at;
        });
      });
    fc.assert(
      fc.property(anyMoments, fc.integer({ min: 1, max: 2000 }), fc.nat(300), (moments, longAfter, late) => {
        const expected: Press[] = [];
        for (let i = 0; i < moments.length; i += 2) {
          const closedAt = moments[i] ?? 0;
          const openedAt = moments[i + 1] ?? Number.POSITIVE_INFINITY;
          expected.push("down", openedAt < closedAt + longAfter ? "short" : "long");
        }
        const told = pressesOf(moments, longAfter, late);
        expect(names(told)).toEqual(expected);
        const downs = told.filter(({ press }) => press === "down").map(({ heardAt }) => heardAt);
        expect(downs).toEqual(moments.filter((_, i) => i % 2 === 0));
      }),
    );
  });
});
