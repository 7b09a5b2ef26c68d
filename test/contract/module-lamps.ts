import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { BEAT, CADENCES, type CadenceName, JOINED_AFTER, litAt } from "../../firmware/domain/cadence.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import { type MakeModule, ModuleBench } from "./module-bench.ts";

const ALL = Object.keys(CADENCES) as CadenceName[];
const FLASHING = ALL.filter((cadence) => cadence !== "dark" && cadence !== "steady");
/** As often as tests look at a lamp. No cadence has a shorter part than ten of these. */
const LOOK: Millis = 10;

/** What every Module promises about its lamps. */
export function lampContract(name: string, make: MakeModule): void {
  describe(`the lamps of ${name}`, () => {
    let last: ModuleBench | undefined;
    const begin = async (): Promise<ModuleBench> => {
      await last?.end();
      last = new ModuleBench(await make());
      return last;
    };
    afterEach(async () => {
      await last?.end();
      last = undefined;
    });

    it("shows what it is told at once, on that lamp alone", async () => {
      const bench = await begin();
      const { module, one, two } = bench;
      await module.start();
      await bench.show(one, "steady");
      expect(bench.lit()).toEqual([one]);
      await bench.show(two, "steady", "green");
      await bench.show(one, "dark");
      expect(bench.lit()).toEqual([two]);
    });

    it("ignores lamps that it does not have", async () => {
      const bench = await begin();
      const { module } = bench;
      await module.start();
      await bench.show("no such lamp", "steady");
      expect(bench.lit()).toEqual([]);
    });

    for (const cadence of ALL) {
      it(`shows ${cadence} on the beat that all share`, async () => {
        const bench = await begin();
        const { module, back, clock, elapse, one, two } = bench;
        await module.start();
        await elapse(137);
        await bench.show(one, cadence);
        await elapse(JOINED_AFTER + 263);
        await bench.show(two, cadence);
        await elapse(JOINED_AFTER);
        // Half way between two looks: what turns at a whole moment has turned.
        await elapse(LOOK - (clock.now() % LOOK) + LOOK / 2);
        for (let past = 0; past < 2 * BEAT; past += LOOK) {
          const expected = litAt(cadence, clock.now());
          expect([clock.now(), back.lit(one), back.lit(two)]).toEqual([clock.now(), expected, expected]);
          await elapse(LOOK);
        }
      });
    }

    for (const cadence of FLASHING) {
      it(`starts ${cadence} with a change that is seen at once, wherever the beat is`, async () => {
        const bench = await begin();
        const { module, back, elapse, one } = bench;
        await module.start();
        for (let offset = 0; offset < BEAT; offset += 170) {
          for (const before of ["dark", "steady"] as const) {
            await bench.show(one, before);
            await elapse(2 * BEAT + offset);
            await bench.show(one, cadence);
            expect(back.lit(one)).toBe(before === "dark");
          }
        }
      });
    }

    it("never starts more than three flashes in a second, whatever it is told", async () => {
      const orders = fc.array(fc.tuple(fc.constantFrom(...ALL), fc.integer({ min: 0, max: 700 })), { maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(orders, async (told) => {
          const bench = await begin();
          const { module, back, clock, elapse, one } = bench;
          await module.start();
          const starts: Millis[] = [];
          let before = false;
          const look = (): void => {
            if (back.lit(one) && !before) starts.push(clock.now());
            before = back.lit(one);
          };
          for (const [cadence, during] of told) {
            await bench.show(one, cadence);
            look();
            for (let past = 0; past < during; past += LOOK) {
              await elapse(Math.min(LOOK, during - past));
              look();
            }
          }
          await module.halt();
          // Looking every 10 ms, a start is seen up to 10 ms late.
          for (const [i, start] of starts.entries()) {
            expect((starts[i + 3] ?? Number.POSITIVE_INFINITY) - start).toBeGreaterThan(1000 - LOOK - 1);
          }
        }),
        { numRuns: 60 },
      );
    });

    it("lights a lamp that the limit held back, once it may", async () => {
      const bench = await begin();
      const { module, back, elapse, one } = bench;
      await module.start();
      for (let i = 0; i < 4; i++) {
        await bench.show(one, "steady");
        await elapse(50);
        await bench.show(one, "dark");
        await elapse(50);
      }
      await bench.show(one, "steady");
      expect(back.lit(one)).toBe(false);
      await elapse(1000);
      expect(back.lit(one)).toBe(true);
    });
  });
}
