import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CADENCES, type CadenceName, JOINED_AFTER, litAt } from "../../firmware/domain/cadence.ts";
import type { Colour } from "../../firmware/domain/lamp.ts";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { BankWrite } from "../../sim/bank.ts";
import { panelOnSimBanks } from "./board.ts";

const ALL = Object.keys(CADENCES) as CadenceName[];
const COLOURS: readonly Colour[] = ["red", "green", "amber", "blue", "white"];

async function started(at?: Millis) {
  const parts = panelOnSimBanks(at);
  await parts.panel.start();
  const already = { front: parts.front.writes.length, back: parts.back.writes.length };
  return {
    ...parts,
    frontWrites: (): readonly BankWrite[] => parts.front.writes.slice(already.front),
    backWrites: (): readonly BankWrite[] => parts.back.writes.slice(already.back),
  };
}

describe("the renderer", () => {
  it("writes at once, and only the bits that change", async () => {
    const { panel, frontWrites } = await started();
    panel.show("1", { colour: "red", cadence: "steady" });
    panel.show("2", { colour: "green", cadence: "steady" });
    panel.show("2", { colour: "green", cadence: "steady" });
    panel.show("2", { colour: "amber", cadence: "steady" });
    panel.show("1", { colour: "red", cadence: "dark" });
    expect(frontWrites().map(({ mask, value }) => [mask, value & mask])).toEqual([
      [0b001, 0b001],
      [0b100, 0b100],
      [0b010, 0b010],
      [0b001, 0b000],
    ]);
  });

  it("opens a cadence in another colour with the opposite of what the lamp showed", async () => {
    const { panel, clock, front } = await started(0);
    panel.show("2", { colour: "red", cadence: "steady" });
    expect(front.outputs).toBe(0b010);
    panel.show("2", { colour: "green", cadence: "flash" });
    expect(front.outputs).toBe(0);
    clock.advance(250);
    panel.show("2", { colour: "red", cadence: "slow" });
    expect(front.outputs).toBe(0b010);
    clock.advance(JOINED_AFTER);
    expect(front.outputs).toBe(0b010);
  });

  it("writes nothing for a colour that this lamp cannot tell from the last", async () => {
    const { panel, front, frontWrites } = await started();
    for (let i = 0; i < 5; i++) {
      panel.show("1", { colour: "red", cadence: "steady" });
      panel.show("1", { colour: "blue", cadence: "steady" });
    }
    expect(front.lit(0)).toBe(true);
    expect(frontWrites()).toHaveLength(1);
  });

  it("changes all lamps of one moment in one write a bank", async () => {
    const { panel, clock, frontWrites, backWrites } = await started();
    panel.show("1", { colour: "red", cadence: "flash" });
    clock.advance(30);
    panel.show("2", { colour: "amber", cadence: "flash" });
    clock.advance(30);
    panel.show("3", { colour: "green", cadence: "flash" });
    clock.advance(JOINED_AFTER + 250);
    const before = [frontWrites().length, backWrites().length] as const;
    clock.advance(1000);
    const front = frontWrites().slice(before[0]);
    expect(front.map(({ mask }) => mask)).toEqual([0b111, 0b111, 0b111, 0b111]);
    const back = backWrites().slice(before[1]);
    expect(back.map(({ at }) => at)).toEqual(front.map(({ at }) => at));
  });

  it("has one timer for all lamps, and none when nothing flashes", async () => {
    const { panel, clock } = await started();
    expect(clock.pending).toBe(0);
    for (const lamp of panel.lamps) panel.show(lamp, { colour: "red", cadence: "steady" });
    expect(clock.pending).toBe(0);
    panel.show("1", { colour: "red", cadence: "flash" });
    panel.show("2", { colour: "red", cadence: "wink" });
    panel.show("3", { colour: "red", cadence: "slow" });
    expect(clock.pending).toBe(1);
    clock.advance(10_000);
    expect(clock.pending).toBe(1);
    for (const lamp of panel.lamps) panel.show(lamp, { colour: "red", cadence: "dark" });
    expect(clock.pending).toBe(0);
  });

  it("wakes only when a lamp turns", async () => {
    const { panel, clock, frontWrites } = await started(0);
    panel.show("1", { colour: "red", cadence: "wink" });
    clock.advance(JOINED_AFTER);
    const turns: Millis[] = [];
    for (let i = 0; i < 4; i++) {
      turns.push(clock.next ?? 0);
      clock.advance((clock.next ?? 0) - clock.now());
    }
    expect(turns).toEqual([2000, 2100, 4000, 4100]);
    expect(frontWrites().filter(({ at }) => at > JOINED_AFTER)).toHaveLength(4);
  });

  it("leaves no timer and no light after halt", async () => {
    const { panel, clock, front, back } = await started();
    for (const lamp of panel.lamps) panel.show(lamp, { colour: "green", cadence: "failed" });
    clock.advance(700);
    await panel.halt();
    expect([clock.pending, front.outputs, back.outputs]).toEqual([0, 0, 0]);
    panel.show("1", { colour: "red", cadence: "flash" });
    expect([clock.pending, front.outputs]).toEqual([0, 0]);
  });

  it("never lets a lamp start more than three flashes in a second, in any colours, and ends as asked", async () => {
    const order = fc.record({
      lamp: fc.constantFrom("1", "2", "3"),
      cadence: fc.constantFrom(...ALL),
      colour: fc.constantFrom(...COLOURS),
      wait: fc.double({ min: 0, max: 600, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 40 }), async (orders) => {
        const { panel, clock, front, back } = await started();
        const masks: Readonly<Record<string, readonly [number, number]>> = {
          1: [0b1, 0],
          2: [0b110, 0],
          3: [0b1000, 1 << 7],
        };
        const starts = new Map<string, Millis[]>(panel.lamps.map((lamp) => [lamp, []]));
        const lit = new Map<string, boolean>();
        const look = (): void => {
          for (const [lamp, [frontMask, backMask]] of Object.entries(masks)) {
            const now = (front.outputs & frontMask) !== 0 || (back.outputs & backMask) !== 0;
            if (now && !lit.get(lamp)) starts.get(lamp)?.push(clock.now());
            lit.set(lamp, now);
          }
        };
        front.onLight(look);
        back.onLight(look);
        const last = new Map<string, CadenceName>();
        for (const { lamp, cadence, colour, wait } of orders) {
          panel.show(lamp, { colour, cadence });
          last.set(lamp, cadence);
          clock.advance(wait);
        }
        clock.advance(4000);
        for (const [lamp, cadence] of last) {
          expect([lamp, cadence, lit.get(lamp) ?? false]).toEqual([lamp, cadence, litAt(cadence, clock.now())]);
        }
        for (const moments of starts.values()) {
          for (const [i, start] of moments.entries()) {
            expect((moments[i + 3] ?? Number.POSITIVE_INFINITY) - start).toBeGreaterThan(1000 - 1e-6);
          }
        }
        const steady = [...last.values()].every((cadence) => cadence === "steady" || cadence === "dark");
        expect(clock.pending).toBe(steady ? 0 : 1);
      }),
      { numRuns: 300 },
    );
  });
});
