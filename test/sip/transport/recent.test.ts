import { describe, expect, it } from "vitest";
import { Recent } from "../../../firmware/sip/transport/recent.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";

describe("Recent", () => {
  it("forgets after its lifetime, counted from the last set", () => {
    const clock = new ManualClock();
    const recent = new Recent<string>(clock, 100, 10);
    recent.set("a", "1");
    clock.advance(60);
    recent.set("a", "2");
    clock.advance(99);
    expect(recent.get("a")).toBe("2");
    clock.advance(1);
    expect(recent.get("a")).toBeUndefined();
    expect(recent.has("a")).toBe(false);
  });

  it("tells undefined from nothing", () => {
    const recent = new Recent<undefined>(new ManualClock(), 100, 10);
    recent.set("a", undefined);
    expect([recent.has("a"), recent.has("b")]).toEqual([true, false]);
  });

  it("keeps at most so many, the newest", () => {
    const recent = new Recent<number>(new ManualClock(), 100, 3);
    for (let i = 0; i < 1000; i++) recent.set(String(i), i);
    expect(recent.size).toBe(3);
    expect([recent.get("996"), recent.get("997"), recent.get("999")]).toEqual([undefined, 997, 999]);
  });

  it("holds nothing old once something new comes", () => {
    const clock = new ManualClock();
    const recent = new Recent<number>(clock, 100, 1000);
    for (let i = 0; i < 500; i++) recent.set(String(i), i);
    clock.advance(100);
    recent.set("new", 1);
    expect(recent.size).toBe(1);
  });
});
