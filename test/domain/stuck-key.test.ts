import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FREE_AFTER,
  foundHeld,
  type Hold,
  type HoldMemory,
  heldBy,
  heldOn,
  LOOSE,
  STUCK_AFTER,
} from "../../firmware/domain/stuck-key.ts";

const closes = (memory: HoldMemory, at: number): Hold => heldBy(memory, { closed: true, at });
const opens = (memory: HoldMemory, at: number): Hold => heldBy(memory, { closed: false, at });

describe("a key that is held", () => {
  test("passes its press and its release, and is no news", () => {
    const down = closes(LOOSE, 100);
    expect(down).toEqual({ memory: { closedAt: 100, stuck: false }, passes: true, recheckAt: 100 + STUCK_AFTER });
    expect(heldOn(down.memory, 99 + STUCK_AFTER)).toEqual({
      memory: down.memory,
      passes: false,
      recheckAt: 100 + STUCK_AFTER,
    });
    expect(opens(down.memory, 5000)).toEqual({ memory: LOOSE, passes: true });
  });

  test("is stuck after its time, once", () => {
    const stuck = heldOn(closes(LOOSE, 100).memory, 100 + STUCK_AFTER);
    expect(stuck).toEqual({ memory: { stuck: true }, passes: false, news: "stuck" });
    expect(heldOn(stuck.memory, 1e9)).toEqual({ memory: stuck.memory, passes: false });
  });

  test("is stuck after its time where it was found so, without ever having been a press", () => {
    const found = foundHeld(LOOSE, 100);
    expect(found).toEqual({ memory: { closedAt: 100, stuck: false }, passes: false, recheckAt: 100 + STUCK_AFTER });
    expect(foundHeld(found.memory, 900).memory.closedAt).toBe(100);
    expect(heldOn(found.memory, 100 + STUCK_AFTER).news).toBe("stuck");
  });
});

describe("a stuck key", () => {
  const stuck: HoldMemory = { stuck: true };

  test("is free once it has been open for long enough", () => {
    const open = opens(stuck, 100);
    expect(open).toEqual({ memory: { openAt: 100, stuck: true }, passes: true, recheckAt: 100 + FREE_AFTER });
    expect(heldOn(open.memory, 99 + FREE_AFTER).news).toBeUndefined();
    expect(heldOn(open.memory, 100 + FREE_AFTER)).toEqual({ memory: LOOSE, passes: false, news: "free" });
  });

  test("presses nothing, however it chatters", () => {
    const gaps = fc.array(fc.integer({ min: 1, max: FREE_AFTER - 1 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(gaps, (all) => {
        let memory = stuck;
        let now = 0;
        for (const [i, gap] of all.entries()) {
          now += gap;
          expect(heldOn(memory, now).news).toBeUndefined();
          const hold = heldBy(memory, { closed: i % 2 === 1, at: now });
          expect(hold.passes).toBe(i % 2 === 0);
          memory = hold.memory;
        }
      }),
    );
  });
});
