import { expect, test } from "vitest";
import { KeyGuard } from "../../firmware/panel/key-guard.ts";
import { ManualClock } from "../../sim/manual-clock.ts";

function guarded() {
  const clock = new ManualClock(0);
  const story: string[] = [];
  const guard = new KeyGuard({
    clock,
    onContact: (key, closed, at) => story.push(`${at}: ${key} ${closed ? "closed" : "open"}`),
    onStuck: (key, why) => story.push(`${clock.now()}: ${key} ${why ?? "free"}`),
  });
  return { clock, story, guard };
}

const STUCK = "pressed for 30 s: it does nothing until it is released";

test("a key that is held for too long presses nothing until it is free", () => {
  const { clock, story, guard } = guarded();
  guard.contact("1", true, 0);
  guard.contact("2", true, 0);
  clock.advance(200);
  guard.contact("2", false, 200);
  clock.advance(40_000);
  guard.contact("1", false, 40_200);
  clock.advance(50);
  guard.contact("1", true, 40_250);
  clock.advance(5000);
  guard.contact("1", false, 45_250);
  clock.advance(5000);
  guard.contact("1", true, 50_250);
  expect(story).toEqual([
    "0: 1 closed",
    "0: 2 closed",
    "200: 2 open",
    `30000: 1 ${STUCK}`,
    "40200: 1 open",
    "45250: 1 open",
    "46250: 1 free",
    "50250: 1 closed",
  ]);
});

test("a key that is found held is stuck after that time, and told once", () => {
  const { clock, story, guard } = guarded();
  guard.found(new Set(["1"]));
  clock.advance(20_000);
  guard.found(new Set(["1"]));
  clock.advance(10_000);
  guard.found(new Set(["1"]));
  clock.advance(60_000);
  expect(story).toEqual([`30000: 1 ${STUCK}`]);
});

test("leaves nothing running", () => {
  const { clock, story, guard } = guarded();
  guard.found(new Set(["1"]));
  guard.contact("2", true, 0);
  guard.halt();
  clock.advance(60_000);
  expect([clock.pending, story.length]).toEqual([0, 1]);
});
