import { expect, test } from "vitest";
import { seen, unseen } from "../../firmware/domain/view.ts";

test("each ring has an epoch of its own, also when one follows the other without a pause", () => {
  const first = seen(unseen(0), "ringing", "a", 10);
  expect(first).toMatchObject({ state: "ringing", epoch: 1, since: 10 });
  expect(seen(first, "ringing", "a", 20)).toBe(first);
  expect(seen(first, "ringing", "b", 20)).toMatchObject({ epoch: 2, since: 10, ring: "b" });
});

test("remembers when a ring ended, but not one that was lost from sight", () => {
  const ringing = seen(unseen(0), "ringing", "a", 10);
  expect(seen(ringing, "idle", undefined, 30)).toMatchObject({ lastRang: 30, ring: undefined });
  expect(seen(ringing, "busy", undefined, 30)).toMatchObject({ lastRang: 30 });
  expect(seen(ringing, "unknown", undefined, 30)).toMatchObject({ lastRang: undefined });
});
