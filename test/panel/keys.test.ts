import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KeyId } from "../../firmware/domain/key.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import { DEBOUNCE, panelOnSimBanks } from "./board.ts";

const BIT: Readonly<Record<KeyId, number>> = { 1: 16, 2: 17, 3: 31 };

async function started() {
  const { panel, front, clock } = panelOnSimBanks();
  const contacts: { key: KeyId; closed: boolean; at: Millis; heard: Millis }[] = [];
  panel.onContact((key, closed, at) => contacts.push({ key, closed, at, heard: clock.now() }));
  await panel.start();
  return { panel, front, clock, contacts };
}

/** How one edge bounces: gaps between its false edges, shorter in sum than the debounce. */
const bounce = fc.array(fc.double({ min: 0.05, max: 2, noNaN: true }), { maxLength: 8 });
const press = fc.record({
  key: fc.constantFrom("1", "2", "3"),
  closing: bounce,
  opening: bounce,
  held: fc.double({ min: DEBOUNCE, max: 3000, noNaN: true }),
  rest: fc.double({ min: DEBOUNCE, max: 500, noNaN: true }),
});

describe("the keys", () => {
  it("tell each of 1,000 bouncing presses once, at its first edge, as it happens", async () => {
    const { front, clock, contacts } = await started();
    const expected: typeof contacts = [];
    const move = (bit: number, closed: boolean) => (closed ? front.close(bit) : front.open(bit));
    const edge = (key: KeyId, closed: boolean, gaps: readonly Millis[]): void => {
      expected.push({ key, closed, at: clock.now(), heard: clock.now() });
      const bit = BIT[key] ?? -1;
      move(bit, closed);
      for (const gap of gaps) {
        clock.advance(gap);
        move(bit, !closed);
        clock.advance(gap / 3);
        move(bit, closed);
      }
    };
    const presses = fc.sample(press, { numRuns: 1000, seed: 20 });
    for (const { key, closing, opening, held, rest } of presses) {
      edge(key, true, closing);
      clock.advance(held);
      edge(key, false, opening);
      clock.advance(rest);
    }
    expect(contacts).toHaveLength(2000);
    expect(contacts).toEqual(expected);
    clock.advance(DEBOUNCE);
    expect(clock.pending).toBe(0);
  });

  it("do not disturb each other", async () => {
    const { front, clock, contacts } = await started();
    front.close(16);
    clock.advance(1);
    front.close(31);
    clock.advance(1);
    front.open(16);
    front.close(17);
    clock.advance(DEBOUNCE);
    expect(contacts.map(({ key, closed, at }) => [key, closed, at])).toEqual([
      ["1", true, 1000],
      ["3", true, 1001],
      ["2", true, 1002],
      ["1", false, 1020],
    ]);
  });

  it("tell a release that came with the loss of the bank, and wait for nothing after it", async () => {
    const { front, clock, contacts } = await started();
    front.close(16);
    clock.advance(5);
    front.open(16);
    front.unplug();
    expect(contacts.map(({ closed, at }) => [closed, at])).toEqual([
      [true, 1000],
      [false, 1005],
    ]);
    expect(clock.pending).toBe(0);
  });

  it("leave no timer after halt", async () => {
    const { panel, front, clock, contacts } = await started();
    front.close(16);
    clock.advance(1);
    front.open(16);
    expect(clock.pending).toBe(1);
    await panel.halt();
    expect(clock.pending).toBe(0);
    clock.advance(100);
    expect(contacts).toHaveLength(1);
  });
});
