import fc from "fast-check";
import { expect, test } from "vitest";
import { srvOrder } from "../../firmware/sip/srv-order.ts";

const record = fc.record({ priority: fc.nat(3), weight: fc.nat(100), id: fc.nat() });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("every record comes once, by priority", () => {
  fc.assert(
    fc.property(fc.array(record), fc.infiniteStream(random), (records, draws) => {
      const order = srvOrder(records, () => draws.next().value ?? 0);
      expect(new Set(order)).toEqual(new Set(records));
      expect(order).toHaveLength(records.length);
      expect(order.map(({ priority }) => priority)).toEqual(order.map(({ priority }) => priority).sort());
    }),
  );
});

test("within a priority, a record is drawn first as often as its weight says", () => {
  const records = [10, 60, 30, 0].map((weight) => ({ priority: 1, weight }));
  const first = new Map<number, number>();
  for (let i = 0; i < 10_000; i++) {
    const weight = srvOrder(records, () => (i + 0.5) / 10_000)[0]?.weight ?? -1;
    first.set(weight, (first.get(weight) ?? 0) + 1);
  }
  expect([...first.keys()].sort((a, b) => a - b)).toEqual([0, 10, 30, 60]);
  for (const weight of [10, 30, 60]) expect((first.get(weight) ?? 0) / 100).toBeCloseTo(weight, -0.3);
  expect(first.get(0)).toBeLessThan(150);
});
