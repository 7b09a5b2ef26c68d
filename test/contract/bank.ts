import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { InputBit, OutputBit, Wiring } from "../../firmware/domain/wiring.ts";
import type { Bank } from "../../firmware/hal/bank.ts";
import type { Clock } from "../../firmware/hal/clock.ts";

/** What a bank under test is wired to, where it has to be told; its highest bit is an input as well. */
export const WIRING: Wiring = {
  outputs: [output(0), output(1, true), output(2), output(3, true)],
  inputs: [input(4), input(5, true), input(6), input(7, true), input(31)],
};

function output(bit: number, activeLow = false): OutputBit {
  return { bit, activeLow, openDrain: false };
}

function input(bit: number, activeLow = false): InputBit {
  return { bit, activeLow, pull: "none", kernelDebounce: 0 };
}

/** The other side of a bank, which no code but a test's can see. */
export interface BankBack {
  close(bit: number): void;
  open(bit: number): void;
  lit(bit: number): boolean;
  unplug(): void;
  plug(): void;
}

export interface BankUnderTest {
  /** Plugged, not started, at least 8 bits wide. */
  readonly bank: Bank;
  readonly back: BankBack;
  readonly clock: Clock;
  readonly dispose?: () => void;
}

interface Edge {
  readonly levels: number;
  readonly changed: number;
  readonly at: Millis;
}

/** What every Bank promises. Bits 0 to 3 are taken for outputs, 4 to 7 and the highest for inputs. */
export function bankContract(name: string, make: () => BankUnderTest): void {
  describe(`${name} as a Bank`, () => {
    let bank: Bank;
    let back: BankBack;
    let clock: Clock;
    let dispose: (() => void) | undefined;
    let edges: Edge[];
    let story: string[];

    beforeEach(() => {
      ({ bank, back, clock, dispose } = make());
      edges = [];
      story = [];
      bank.onEdges((levels, changed, at) => {
        edges.push({ levels, changed, at });
        story.push(`levels ${levels.toString(2)}`);
      });
      let because: string | undefined;
      bank.onState((state, why) => {
        // "absent" again for another reason is the same absence.
        const again = state === "absent" && because !== undefined && why?.message !== because;
        because = why?.message;
        if (!again) story.push(why === undefined ? state : `${state}, ${typeof why.message}`);
      });
    });

    afterEach(async () => {
      await bank.halt();
      dispose?.();
    });

    const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 30_000, interval: 1 });
    const lit = (): number[] => [0, 1, 2, 3].filter((bit) => back.lit(bit));

    it("tells once that it is up, and is dark", async () => {
      await bank.start();
      await soon(() => expect(story).toEqual(["up"]));
      expect(lit()).toEqual([]);
    });

    it("sets the outputs in the mask and leaves the others", async () => {
      await bank.start();
      bank.write(0b0101, 0b0101);
      await soon(() => expect(lit()).toEqual([0, 2]));
      bank.write(0b0011, 0b1110);
      await soon(() => expect(lit()).toEqual([1, 2]));
      bank.write(0b1111, 0);
      await soon(() => expect(lit()).toEqual([]));
    });

    it("takes masks and values as signed or unsigned", async () => {
      await bank.start();
      bank.write(0b1000 | (1 << 31), -1);
      await soon(() => expect(lit()).toEqual([3]));
    });

    it("tells edges with all levels, what changed, and when", async () => {
      await bank.start();
      await soon(() => expect(story).toEqual(["up"]));
      const before = clock.now();
      back.close(4);
      await soon(() => expect(edges).toHaveLength(1));
      back.close(6);
      await soon(() => expect(edges).toHaveLength(2));
      back.open(4);
      await soon(() => expect(edges).toHaveLength(3));
      expect(edges.map(({ levels, changed }) => [levels, changed])).toEqual([
        [0b0010000, 0b0010000],
        [0b1010000, 0b1000000],
        [0b1000000, 0b0010000],
      ]);
      const times = [before, ...edges.map(({ at }) => at), clock.now()];
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    it("tells the highest bit as an unsigned number", async () => {
      await bank.start();
      back.close(bank.width - 1);
      await soon(() => expect(edges[0]?.levels).toBe(2 ** (bank.width - 1)));
      expect(edges[0]?.changed).toBe(2 ** (bank.width - 1));
    });

    it("tells what it found closed before it tells that it is up", async () => {
      back.close(5);
      await bank.start();
      await soon(() => expect(story).toEqual(["levels 100000", "up"]));
    });

    it("keeps what was written before start", async () => {
      bank.write(0b0110, 0b0110);
      expect(lit()).toEqual([]);
      await bank.start();
      await soon(() => expect(lit()).toEqual([1, 2]));
    });

    it("calls no listener inside write()", async () => {
      await bank.start();
      await soon(() => expect(story).toEqual(["up"]));
      back.unplug();
      const told = story.length;
      bank.write(0b1111, 0b1111);
      expect(story).toHaveLength(told);
    });

    it("tells that it is absent and why, keeps the latest values, and shows them on return", async () => {
      await bank.start();
      bank.write(0b1111, 0b0001);
      await soon(() => expect(lit()).toEqual([0]));
      back.unplug();
      await soon(() => expect(story).toEqual(["up", "absent, string"]));
      expect(lit()).toEqual([]);
      bank.write(0b0111, 0b0111);
      bank.write(0b0010, 0);
      back.plug();
      await soon(() => expect(story).toEqual(["up", "absent, string", "up"]));
      expect(lit()).toEqual([0, 2]);
    });

    it("tells on return what moved while it was away, before it tells that it is up", async () => {
      await bank.start();
      back.close(4);
      await soon(() => expect(edges).toHaveLength(1));
      back.open(4);
      await soon(() => expect(edges).toHaveLength(2));
      back.unplug();
      await soon(() => expect(story.at(-1)).toBe("absent, string"));
      const left = clock.now();
      back.plug();
      back.close(5);
      await soon(() => expect(story.slice(-2).sort()).toEqual(["levels 100000", "up"]));
      expect(edges.at(-1)?.at).toBeGreaterThanOrEqual(left);
    });

    it("starts while it is absent, says so, and comes up when it is there", async () => {
      back.unplug();
      bank.write(0b0001, 0b0001);
      await bank.start();
      await soon(() => expect(story).toEqual(["absent, string"]));
      back.plug();
      await soon(() => expect(story).toEqual(["absent, string", "up"]));
      await soon(() => expect(lit()).toEqual([0]));
    });

    it("is dark after halt, and does nothing more", async () => {
      await bank.start();
      bank.write(0b1111, 0b1111);
      await soon(() => expect(lit()).toEqual([0, 1, 2, 3]));
      await bank.halt();
      expect(lit()).toEqual([]);
      const told = story.length;
      await bank.halt();
      bank.write(0b1111, 0b1111);
      back.close(4);
      back.unplug();
      back.plug();
      await new Promise((resolve) => setImmediate(resolve));
      expect(lit()).toEqual([]);
      expect(story).toHaveLength(told);
    });

    it("halts without having been started", async () => {
      bank.write(1, 1);
      await bank.halt();
      await bank.start();
      expect(story).toEqual([]);
      expect(lit()).toEqual([]);
    });

    it("halts while it is absent", async () => {
      await bank.start();
      back.unplug();
      await soon(() => expect(story.at(-1)).toBe("absent, string"));
      await bank.halt();
      back.plug();
      bank.write(1, 1);
      expect(lit()).toEqual([]);
    });
  });
}
