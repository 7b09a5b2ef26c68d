import { describe, expect, it } from "vitest";
import { simBank } from "../../sim/bank.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { bankContract } from "../contract/bank.ts";

function make(width: number) {
  const clock = new ManualClock(1000);
  return { clock, ...simBank({ name: "sim", width, clock }) };
}

bankContract("SimBank", () => make(32));
bankContract("SimBank of 8 bits", () => make(8));

describe("SimBank's back face", () => {
  it("bounces by the clock, first edge at once, and rests where it was told", async () => {
    const { bank, back, clock } = make(8);
    const edges: [number, number][] = [];
    bank.onEdges((levels, _changed, at) => edges.push([levels, at]));
    await bank.start();
    back.bounce(0, { closed: true, times: 2, every: 1.5 });
    clock.advance(100);
    expect(edges).toEqual([
      [1, 1000],
      [0, 1001.5],
      [1, 1003],
      [0, 1004.5],
      [1, 1006],
    ]);
    expect(back.closed(0)).toBe(true);
  });

  it("keeps the writes with their times, and tells light as it changes", async () => {
    const { bank, back, clock } = make(8);
    const light: number[][] = [];
    back.onLight((outputs, changed, at) => light.push([outputs, changed, at]));
    await bank.start();
    bank.write(0b11, 0b01);
    clock.advance(5);
    bank.write(0b01, 0b01);
    back.unplug();
    expect(back.writes.slice(1)).toEqual([
      { at: 1000, mask: 0b11, value: 0b01 },
      { at: 1005, mask: 0b01, value: 0b01 },
    ]);
    expect(light).toEqual([
      [0b01, 0b01, 1000],
      [0, 0b01, 1005],
    ]);
  });

  it("does not keep writes for ever", async () => {
    const { bank, back } = make(8);
    await bank.start();
    for (let i = 0; i < 25_000; i++) bank.write(1, i);
    expect(back.writes.length).toBeLessThanOrEqual(10_000);
    expect(back.writes.at(-1)?.value).toBe(24_999);
  });

  it("makes start fail with what no retry can mend", async () => {
    const { bank, back } = make(8);
    back.refuse(new Error("no permission"));
    await expect(bank.start()).rejects.toThrow("no permission");
  });

  it("knows only its own bits", () => {
    expect(() => make(8).back.close(8)).toThrow("no bit 8 of 8");
  });
});
