import fc from "fast-check";
import { expect, test } from "vitest";
import { blink, UNLIT, unlit } from "../../firmware/domain/blink.ts";
import { CADENCE_NAMES, type CadenceName, JOINED_AFTER, litAt } from "../../firmware/domain/cadence.ts";

const orders = fc.array(fc.tuple(fc.constantFrom(...CADENCE_NAMES), fc.integer({ min: 0, max: 900 })), {
  minLength: 1,
  maxLength: 20,
});

test("a lamp is on the beat once it has joined it, unless the limit holds it back", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CADENCE_NAMES),
      fc.nat(5000),
      fc.integer({ min: 2000, max: 9000 }),
      (cadence, at, on) => {
        const { memory } = blink(UNLIT, cadence, at);
        const later = at + JOINED_AFTER + on;
        expect(blink(memory, cadence, later).lit).toBe(litAt(cadence, later));
      },
    ),
  );
});

test("nothing changes before `next`, and no more than three flashes start in a second", () => {
  fc.assert(
    fc.property(orders, fc.boolean(), (told, recoloured) => {
      let memory = UNLIT;
      let now = 0;
      const starts: number[] = [];
      let lit = false;
      const look = (cadence: CadenceName) => {
        const blinked = blink(memory, cadence, now);
        if (blinked.lit && !lit) starts.push(now);
        ({ memory, lit } = blinked);
        return blinked;
      };
      for (const [cadence, during] of told) {
        const end = now + during;
        if (recoloured) [memory, lit] = [unlit(memory, now), false];
        for (let { next } = look(cadence); ; { next } = look(cadence)) {
          const between = Math.min(next, end) - 1;
          if (between > now) expect(blink(memory, cadence, between).lit).toBe(lit);
          if (next >= end) break;
          expect(next).toBeGreaterThan(now);
          now = next;
        }
        now = end;
      }
      for (const [i, start] of starts.entries()) {
        expect((starts[i + 3] ?? Number.POSITIVE_INFINITY) - start).toBeGreaterThanOrEqual(1000);
      }
    }),
  );
});
