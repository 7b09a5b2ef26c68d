import { describe, expect, it } from "vitest";
import { ManualClock } from "../../sim/manual-clock.ts";
import { clockContract } from "../contract/clock.ts";

clockContract("ManualClock", () => {
  const clock = new ManualClock(12_345.5);
  return { clock, elapse: async (by) => clock.advance(by) };
});

describe("ManualClock", () => {
  it("stands still until it is moved", () => {
    const clock = new ManualClock(100, new Date("2026-03-01T08:00:00Z"));
    expect(clock.now()).toBe(100);
    expect(clock.wall().toISOString()).toBe("2026-03-01T08:00:00.000Z");
    clock.advance(1500);
    expect(clock.now()).toBe(1600);
    expect(clock.wall().toISOString()).toBe("2026-03-01T08:00:01.500Z");
  });

  it("gives each run its own moment, and equal moments the order of registration", () => {
    const clock = new ManualClock();
    const ran: string[] = [];
    clock.at(20, () => ran.push(`a ${clock.now()}`));
    clock.at(10, () => {
      ran.push(`b ${clock.now()}`);
      clock.at(20, () => ran.push(`c ${clock.now()}`));
      clock.at(15, () => ran.push(`d ${clock.now()}`));
      clock.at(5, () => ran.push(`e ${clock.now()}`));
    });
    clock.advance(30);
    expect(ran).toEqual(["b 10", "e 10", "d 15", "a 20", "c 20"]);
    expect(clock.now()).toBe(30);
  });

  it("tells how many timers wait, and until when", () => {
    const clock = new ManualClock();
    expect(clock.next).toBeUndefined();
    const cancel = clock.at(7, () => {});
    clock.at(9, () => {});
    expect([clock.pending, clock.next]).toEqual([2, 7]);
    cancel();
    expect([clock.pending, clock.next]).toEqual([1, 9]);
    clock.advance(9);
    expect(clock.pending).toBe(0);
  });

  it("refuses to spin", () => {
    const clock = new ManualClock();
    const spin = (): void => void clock.at(clock.now(), spin);
    spin();
    expect(() => clock.advance(1)).toThrow("timers keep setting timers at 0 ms");
  });
});
