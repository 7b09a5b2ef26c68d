import { describe, expect, it } from "vitest";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";

export interface ClockUnderTest {
  readonly clock: Clock;
  /** Lets at least `by` ms pass on that clock, and with them what is due. */
  elapse(by: Millis): Promise<void>;
}

/** What every Clock promises. */
export function clockContract(name: string, make: () => ClockUnderTest): void {
  describe(`${name} as a Clock`, () => {
    it("never runs backwards, and moves", async () => {
      const { clock, elapse } = make();
      const first = clock.now();
      const second = clock.now();
      await elapse(5);
      expect(second).toBeGreaterThanOrEqual(first);
      expect(clock.now()).toBeGreaterThanOrEqual(second + 5);
    });

    it("moves its date along with it", async () => {
      const { clock, elapse } = make();
      const [now, wall] = [clock.now(), clock.wall().getTime()];
      await elapse(50);
      const drift = clock.wall().getTime() - wall - (clock.now() - now);
      expect(Math.abs(drift)).toBeLessThan(20);
    });

    it("runs once, and never early", async () => {
      const { clock, elapse } = make();
      const late: Millis[] = [];
      const start = clock.now();
      for (let i = 0; i < 40; i++) {
        const when = start + i * 0.73;
        clock.at(when, () => late.push(clock.now() - when));
      }
      await elapse(60);
      expect(late).toHaveLength(40);
      expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    });

    it("runs in the order of time", async () => {
      const { clock, elapse } = make();
      const ran: string[] = [];
      const start = clock.now();
      clock.at(start + 40, () => ran.push("third"));
      clock.at(start + 5, () => ran.push("first"));
      clock.at(start + 20, () => ran.push("second"));
      await elapse(80);
      expect(ran).toEqual(["first", "second", "third"]);
    });

    it("runs what is past at once, but not inside the call", async () => {
      const { clock, elapse } = make();
      let runs = 0;
      clock.at(clock.now() - 1000, () => runs++);
      clock.at(clock.now(), () => runs++);
      expect(runs).toBe(0);
      await elapse(5);
      expect(runs).toBe(2);
    });

    it("runs what was set by a run", async () => {
      const { clock, elapse } = make();
      let runs = 0;
      const again = (): void => {
        if (++runs < 3) clock.at(clock.now() + 2, again);
      };
      clock.at(clock.now() + 2, again);
      await elapse(60);
      expect(runs).toBe(3);
    });

    it("takes back what was cancelled, due or past, once or twice, before or after", async () => {
      const { clock, elapse } = make();
      const ran: string[] = [];
      const due = clock.at(clock.now() + 2, () => ran.push("due"));
      const past = clock.at(clock.now() - 2, () => ran.push("past"));
      const kept = clock.at(clock.now() + 2, () => ran.push("kept"));
      due();
      due();
      past();
      await elapse(20);
      kept();
      expect(ran).toEqual(["kept"]);
    });

    it("waits for moments beyond what a timer of the machine can count", async () => {
      const { clock, elapse } = make();
      let runs = 0;
      const cancel = clock.at(clock.now() + 2 ** 31 + 1000, () => runs++);
      const forever = clock.at(Number.POSITIVE_INFINITY, () => runs++);
      await elapse(20);
      cancel();
      forever();
      expect(runs).toBe(0);
    });
  });
}
