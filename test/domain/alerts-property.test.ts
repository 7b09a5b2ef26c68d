import fc from "fast-check";
import { expect, test } from "vitest";
import { inHours } from "../../firmware/domain/alert-policy.ts";
import { LINE_STATES } from "../../firmware/domain/line-state.ts";
import { AFTER_1201, LAG, local, Ward } from "./ward.ts";

/** It sounds as it has to, unless an hour has begun or ended since the last look at the clock on the wall. */
function asWanted(ward: Ward): void {
  const [before, now] = [ward.now - LAG, ward.now].map((at) => inHours(ward.policy, local(at)));
  if (before === now) expect(ward.panel.alert).toBe(ward.wanted(ward.now));
}

test("over any policy and history: it sounds if and only if there is a ring in scope that is due, unacknowledged, in its hours", () => {
  const policy = fc.record({
    style: fc.constantFrom("none" as const, "audio" as const, "visual" as const, "both" as const),
    delay: fc.constantFrom(0, 0, 1000, 6000),
    hours: fc.constantFrom([], [], AFTER_1201),
  });
  const anyState = fc.oneof(fc.constant("ringing" as const), fc.constantFrom(...LINE_STATES));
  const event = fc.oneof(
    fc.tuple(fc.constantFrom("101", "103", "105", "102"), anyState, fc.constantFrom("a", "b")),
    fc.constant("acknowledge" as const),
  );
  const history = fc.array(fc.tuple(event, fc.oneof(fc.nat(2000), fc.nat(30_000))), { maxLength: 25 });
  let sounded = 0;
  fc.assert(
    fc.property(policy, history, (chosen, events) => {
      const ward = new Ward(chosen);
      for (const [happened, wait] of events) {
        if (happened === "acknowledge") {
          ward.press("15");
          expect(ward.panel.alert).toBe(false);
        } else ward.line(happened[1], happened[0], happened[2]);
        asWanted(ward);
        if (ward.panel.alert) sounded++;
        ward.elapse(wait);
        asWanted(ward);
        if (ward.panel.alert) sounded++;
        expect(ward.wakes).toBeLessThan(20);
      }
    }),
    {
      numRuns: 500,
      examples: [
        // The hour begins with a fact that changes nothing.
        [
          { style: "both", delay: 0, hours: AFTER_1201 },
          [
            [["101", "ringing", "a"], 60_000],
            [["102", "idle", "a"], 0],
          ],
        ],
      ],
    },
  );
  expect(sounded).toBeGreaterThan(100);
});
