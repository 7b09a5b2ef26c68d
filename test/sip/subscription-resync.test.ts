import { describe, expect, it } from "vitest";
import { subscribed } from "./subscribed.ts";

describe("resync", () => {
  it("asks for full state in the dialog, and for silence after that begins anew", () => {
    const { agent, clock, told, establish, subscription } = subscribed();
    const callId = establish();
    subscription.resync();
    expect(agent.asked).toHaveLength(1);
    clock.advance(500);
    expect(agent.last.callId).toBe(callId);
    agent.last.answer(200);
    expect(subscription.state).toBe("active");
    clock.advance(5_000);
    expect(told.at(-1)).toBe("lost");
  });

  it("in the middle of a NOTIFY, before the 200, or twice: one refresh, after the answer", () => {
    const { agent, clock, subscription, whenNotified } = subscribed();
    whenNotified(() => subscription.resync());
    subscription.restart();
    agent.notify(agent.last.callId);
    agent.notify(agent.last.callId);
    clock.advance(1_000);
    expect(agent.asked).toHaveLength(1);
    whenNotified(() => undefined);
    agent.last.answer(200);
    clock.advance(500);
    expect(agent.asked).toHaveLength(2);
    agent.last.answer(200);
    agent.notify(agent.last.callId);
    clock.advance(10_000);
    expect(agent.asked).toHaveLength(2);
    expect(subscription.state).toBe("active");
  });

  it("is not put off by a renewal that is due later", () => {
    const { agent, clock, establish, subscription, whenNotified } = subscribed();
    const callId = establish();
    whenNotified(() => subscription.resync());
    agent.notify(callId, { state: "active;expires=30" });
    clock.advance(500);
    expect(agent.asked).toHaveLength(2);
  });

  it("gives a silent PBX its full time again", () => {
    const { agent, clock, subscription } = subscribed();
    subscription.restart();
    agent.last.answer(200);
    clock.advance(4_000);
    subscription.resync();
    clock.advance(5_000);
    expect(agent.asked).toHaveLength(2);
    expect(subscription.state).toBe("pending");
    agent.last.answer(200);
    clock.advance(5_000);
    expect(subscription.state).toBe("lost");
  });

  it("after every NOTIFY is no storm", () => {
    const { agent, clock, subscription, whenNotified } = subscribed();
    whenNotified(() => subscription.resync());
    agent.onRequest = (asked) => {
      clock.at(clock.now() + 1, () => {
        asked.answer(200);
        agent.notify(asked.callId);
      });
    };
    subscription.restart();
    clock.advance(600_000);
    expect(agent.asked.length).toBeLessThan(25);
    expect(agent.asked.length).toBeGreaterThan(8);
  });
});
