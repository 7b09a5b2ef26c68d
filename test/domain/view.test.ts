import { expect, test } from "vitest";
import { seen, uncovered, unseen } from "../../firmware/domain/view.ts";

test("each ring has an epoch of its own, also when one follows the other without a pause", () => {
  const first = seen(unseen(0), "ringing", "a", 10);
  expect(first).toMatchObject({ state: "ringing", epoch: 1, since: 10 });
  expect(seen(first, "ringing", "a", 20)).toBe(first);
  expect(seen(first, "ringing", "b", 20)).toMatchObject({ epoch: 2, since: 10, ring: "b", ringSince: 20 });
});

test("remembers when a ring ended, and one that was lost from sight only once it is known to be over", () => {
  const ringing = seen(unseen(0), "ringing", "a", 10);
  expect(seen(ringing, "idle", undefined, 30)).toMatchObject({ lastRang: 30, ring: undefined });
  expect(seen(ringing, "busy", undefined, 30)).toMatchObject({ lastRang: 30 });
  expect(seen(ringing, "unknown", undefined, 30)).toMatchObject({ lastRang: undefined });
  const lost = seen(ringing, "unknown", undefined, 30);
  expect(seen(lost, "idle", undefined, 90)).toMatchObject({ lastRang: 90 });
  expect(seen(lost, "ringing", "a", 90)).toMatchObject({ lastRang: undefined, epoch: 2, ringSince: 90 });
  expect(seen(seen(unseen(0), "unknown", undefined, 5), "idle", undefined, 9)).toMatchObject({ lastRang: undefined });
});

test("remembers when a call ended, and not when it was put on hold", () => {
  const busy = seen(unseen(0), "busy", undefined, 10);
  expect(seen(busy, "held", undefined, 30)).toMatchObject({ lastInCall: undefined });
  expect(seen(seen(busy, "held", undefined, 30), "idle", undefined, 40)).toMatchObject({ lastInCall: 40 });
  const lost = seen(busy, "unknown", undefined, 30);
  expect(lost).toMatchObject({ lastInCall: undefined, known: "busy" });
  expect(seen(lost, "idle", undefined, 40)).toMatchObject({ lastInCall: 40 });
});

test("what ended behind a pending lamp ended when that went; what ended before did not", () => {
  const idle = seen(seen(unseen(0), "ringing", "a", 10), "idle", undefined, 30);
  expect(uncovered(idle, 20, 900)).toMatchObject({ lastRang: 900, lastInCall: undefined });
  expect(uncovered(idle, 31, 900)).toMatchObject({ lastRang: 30 });
});
