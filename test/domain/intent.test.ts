import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, TOO_LATE } from "../../firmware/domain/intent.ts";
import { LINE_STATES } from "../../firmware/domain/line-state.ts";
import type { Scope } from "../../firmware/domain/scope.ts";
import type { KeySettings } from "../../firmware/domain/settings.ts";
import type { LineView } from "../../firmware/domain/view.ts";

const key: KeySettings = { id: "1", line: "101", label: "Reception", pickup: true };
const scope: Scope = { kind: "groups", groups: { desk: ["101"], private: ["105"] }, pickup: ["desk"] };
const ringing: LineView = { state: "ringing", since: 1000, epoch: 3, ring: "a", lastRang: undefined };
const idle: LineView = { state: "idle", since: 5000, epoch: 3, ring: undefined, lastRang: 5000 };

describe("a press", () => {
  test("on a ringing key takes this ring, as the contact closes", () => {
    expect(decide("down", key, ringing, scope, false, 1001)).toEqual({ kind: "pickup", line: "101", epoch: 3 });
    expect(decide("short", key, ringing, scope, false, 1001)).toEqual({ kind: "nothing" });
    expect(decide("long", key, ringing, scope, false, 2001)).toEqual({ kind: "nothing" });
  });

  test("just after the ring ended is too late, and later it is refused", () => {
    expect(decide("down", key, idle, scope, false, 5000 + TOO_LATE)).toMatchObject({ kind: "too-late" });
    expect(decide("down", key, idle, scope, false, 5001 + TOO_LATE)).toMatchObject({ kind: "refused" });
    // Answered by the phone itself: busy now, and no barge.
    expect(decide("down", key, { ...idle, state: "busy" }, scope, false, 5010)).toMatchObject({ kind: "too-late" });
  });

  test("says which rule stands in the way", () => {
    expect(decide("down", { ...key, pickup: false }, ringing, scope, false, 0)).toMatchObject({
      kind: "refused",
      reason: "key 1 only watches line 101",
    });
    const outside = decide("down", { ...key, line: "105" }, ringing, scope, false, 0);
    expect(outside).toMatchObject({ kind: "refused", reason: expect.stringContaining("105") });
    expect(decide("down", key, ringing, scope, true, 0)).toMatchObject({ reason: "a pickup is under way" });
  });

  test("is never swallowed in silence while it goes down, and yields a pickup only where one is due", () => {
    const views = fc.record({
      state: fc.constantFrom(...LINE_STATES),
      since: fc.nat(10_000),
      epoch: fc.nat(9),
      ring: fc.constantFrom("a", undefined),
      lastRang: fc.option(fc.nat(10_000), { nil: undefined }),
    });
    const lines = fc.constantFrom("101", "105", "999");
    fc.assert(
      fc.property(views, lines, fc.boolean(), fc.boolean(), fc.nat(20_000), (view, line, pickup, pending, now) => {
        const intent = decide("down", { ...key, line, pickup }, view, scope, pending, now);
        expect(intent.kind).not.toBe("nothing");
        const due = view.state === "ringing" && line === "101" && pickup && !pending;
        expect(intent.kind === "pickup").toBe(due);
        if (intent.kind === "too-late") expect(now - (view.lastRang ?? Number.NaN)).toBeLessThanOrEqual(TOO_LATE);
      }),
    );
  });
});
