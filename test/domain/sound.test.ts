import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ALERT,
  alerting,
  heardAt,
  PAUSE,
  SILENCE,
  type Sound,
  TONES,
  type ToneName,
  telling,
} from "../../firmware/domain/sound.ts";

const NAMES = Object.keys(TONES) as ToneName[];
const beepsOf = (pattern: readonly number[]): readonly number[] => pattern.filter((_, i) => i % 2 === 0);

/** What an ear hears from `from` to `to`: since when it sounds, and for how long. */
function heard(sound: Sound, from: number, to: number): [at: number, lasting: number][] {
  const beeps: [number, number][] = [];
  for (let now = from, before = false; now < to; now++) {
    const { on } = heardAt(sound, now);
    if (on && !before) beeps.push([now, 0]);
    const last = beeps.at(-1);
    if (on && last) last[1]++;
    before = on;
  }
  return beeps;
}

describe("the table of sounds", () => {
  test("has no two that have as many beeps of about the same lengths, the alert included", () => {
    const alike = (a: readonly number[], b: readonly number[]): boolean =>
      a.length === b.length && a.every((beep, i) => Math.max(beep / (b[i] ?? 1), (b[i] ?? 1) / beep) < 1.9);
    const all = Object.entries({ ...TONES, alert: ALERT }).map(([name, parts]) => [name, beepsOf(parts)] as const);
    const pairs = all.flatMap(([a, one], i) =>
      all.slice(i + 1).flatMap(([b, other]) => (alike(one, other) ? [`${a} ${b}`] : [])),
    );
    expect(pairs).toEqual([]);
  });

  test("has no tone of more than two seconds, none that ends silent, and an alert that does", () => {
    for (const name of NAMES) {
      expect(TONES[name].reduce((sum, part) => sum + part)).toBeLessThan(2000);
      expect(TONES[name].length % 2).toBe(1);
    }
    expect(ALERT.length % 2).toBe(0);
  });
});

describe("what is heard", () => {
  test("is nothing where nothing is asked for", () => {
    expect(heardAt(SILENCE, 5)).toEqual({ on: false, next: Number.POSITIVE_INFINITY });
  });

  test("of an alert begins at once, repeats, and ends at once", () => {
    const sound = alerting(SILENCE, true, 700);
    expect(heard(sound, 700, 4700)).toEqual([
      [700, 250],
      [1150, 250],
      [2700, 250],
      [3150, 250],
    ]);
    expect(alerting(sound, true, 900)).toEqual(sound);
    expect(heardAt(alerting(sound, false, 800), 800).on).toBe(false);
  });

  test.each(NAMES)("of the tone %s is its beeps, once", (name) => {
    const sound = telling(SILENCE, name, 100);
    expect(heard(sound, 100, 5000).map(([, lasting]) => lasting)).toEqual(beepsOf(TONES[name]));
    expect(heardAt(sound, 100).on).toBe(true);
    expect(heardAt(sound, 5000).next).toBe(Number.POSITIVE_INFINITY);
  });

  test("of a tone in an alert stands between two pauses, and then the alert goes on", () => {
    const sound = telling(alerting(SILENCE, true, 0), "too-late", 100);
    expect(heard(sound, 100, 2500)).toEqual([
      [100 + PAUSE, 500],
      [100 + PAUSE + 620, 100],
      [100 + PAUSE + 720 + PAUSE, 250],
      [100 + PAUSE + 720 + PAUSE + 450, 250],
    ]);
    // An alert that ends under a tone leaves the tone where it is.
    expect(heard(alerting(sound, false, 500), 500, 2500)).toEqual([
      [500, 400],
      [100 + PAUSE + 620, 100],
    ]);
  });

  test("over any wishes: it changes at `next` and not before, and falls silent once neither alert nor tone is wanted", () => {
    const wish = fc.oneof(fc.boolean(), fc.constantFrom(...NAMES));
    fc.assert(
      fc.property(fc.array(fc.tuple(wish, fc.nat(1500)), { maxLength: 12 }), (wishes) => {
        let sound = SILENCE;
        let now = 0;
        for (const [wanted, during] of wishes) {
          sound = typeof wanted === "boolean" ? alerting(sound, wanted, now) : telling(sound, wanted, now);
          const end = now + during;
          let { on, next } = heardAt(sound, now);
          expect(next).toBeGreaterThan(now);
          for (; now < end; now += 10) {
            const { on: then } = heardAt(sound, now);
            if (now >= next) ({ on, next } = heardAt(sound, now));
            expect(then).toBe(on);
          }
        }
        expect(heardAt(alerting(sound, false, now), now + 2000)).toEqual({ on: false, next: Number.POSITIVE_INFINITY });
      }),
    );
  });
});
