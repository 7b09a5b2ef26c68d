import { describe, expect, it } from "vitest";
import { MOST_UNANSWERED } from "../../firmware/sip/watcher.ts";
import type { ManualClock } from "../../sim/manual-clock.ts";
import type { FakeAgent } from "./fake-agent.ts";
import { full, watching } from "./watching.ts";

describe("two hundred lines", () => {
  const LINES = Array.from({ length: 200 }, (_, index) => String(1000 + index));

  function pbx({ agent, clock }: { agent: FakeAgent; clock: ManualClock }, answers: () => boolean = () => true): void {
    agent.onRequest = (asked) => {
      clock.at(clock.now() + 20, () => {
        if (!agent.up || !answers()) return;
        asked.answer(200, { headers: { Expires: "120" } });
        agent.notify(asked.callId, { body: full(0) });
      });
    };
  }

  it(`start with at most ${MOST_UNANSWERED} SUBSCRIBEs unanswered, and one each`, () => {
    const all = watching(LINES);
    pbx(all);
    all.watcher.start();
    all.clock.advance((200 / MOST_UNANSWERED) * 20);
    expect(all.states().every((state) => state === "idle")).toBe(true);
    expect(all.agent.peak).toBe(MOST_UNANSWERED);
    expect(all.agent.asked).toHaveLength(200);
  });

  it("on a flapping link have at most twice as many unanswered, and come back at once when it holds", () => {
    const all = watching(LINES);
    let answers = true;
    pbx(all, () => answers);
    all.watcher.start();
    all.clock.advance(200);
    answers = false;
    for (let flap = 0; flap < 10; flap++) {
      all.agent.link(false);
      expect(all.states().every((state) => state === "unknown")).toBe(true);
      all.clock.advance(300);
      all.agent.link(true);
      all.clock.advance(700);
    }
    expect(all.agent.peak).toBe(2 * MOST_UNANSWERED);
    // What the flaps left behind times out by itself (RFC 3261 timer F).
    all.agent.link(false);
    for (const asked of all.agent.unanswered) asked.answer(408);
    answers = true;
    const before = all.agent.asked.length;
    all.agent.link(true);
    all.clock.advance(200);
    expect(all.states().every((state) => state === "idle")).toBe(true);
    expect(all.agent.asked.length - before).toBe(200);
    expect(all.agent.peak).toBe(2 * MOST_UNANSWERED);
  });

  it("after one loss are not held up by what the old link left unanswered", () => {
    const all = watching(LINES);
    let answers = false;
    pbx(all, () => answers);
    all.watcher.start();
    all.clock.advance(1_000);
    expect(all.agent.unanswered).toHaveLength(MOST_UNANSWERED);
    all.agent.link(false);
    answers = true;
    all.agent.link(true);
    all.clock.advance(200);
    expect(all.states().every((state) => state === "idle")).toBe(true);
  });

  it("refused all at once are not a storm", () => {
    const all = watching(LINES);
    all.agent.onRequest = (asked) => all.clock.at(all.clock.now() + 20, () => asked.answer(401));
    all.watcher.start();
    all.clock.advance(3_600_000);
    expect(all.agent.peak).toBeLessThanOrEqual(MOST_UNANSWERED);
    expect(all.agent.asked.length).toBeLessThan(200 * 25);
  });
});
