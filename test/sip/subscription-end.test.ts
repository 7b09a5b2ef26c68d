import { describe, expect, it } from "vitest";
import type { Subscription } from "../../firmware/sip/subscription.ts";
import type { ManualClock } from "../../sim/manual-clock.ts";
import type { FakeAgent } from "./fake-agent.ts";
import { subscribed } from "./subscribed.ts";

describe("a refusal", () => {
  it.each([
    [401, "the PBX does not accept the name or password of panel1: correct pbx.user or pbx.password"],
    [403, "the PBX does not let panel1 watch 999: give that account the right to subscribe to it"],
    [404, "the PBX has no hint for 999 in the context that panel1 may watch: add it, or change the key"],
    [405, "the PBX takes no subscriptions, so 999 cannot be watched: switch them on there"],
    [489, 'the PBX does not offer the event "dialog" for 999: load that package there'],
    [603, "the PBX declines subscriptions of panel1, to 999 too: allow them for that account"],
    [416, "the PBX refuses the subscription to 999 (416): see its log"],
    [302, "the PBX refuses the subscription to 999 (302): see its log"],
  ])("%d is told once, clearly, and tried again ever more slowly", (status, sentence) => {
    const { agent, clock, log, told, why, subscription } = subscribed({ line: "999", random: 0.5 });
    agent.onRequest = (asked) => clock.at(clock.now() + 1, () => asked.answer(status));
    subscription.restart();
    clock.advance(1);
    expect(told).toEqual(["pending", "lost"]);
    expect(why.at(-1)).toBe(sentence);
    // A PBX that is booting answers the same: within ten seconds it is asked again twice.
    clock.advance(10_000);
    expect(agent.asked).toHaveLength(3);
    clock.advance(24 * 3_600_000);
    expect(agent.asked.length).toBeLessThan(24 * 12 * 1.2 + 10);
    expect(log.of("warn")).toEqual([sentence]);
    agent.onRequest = () => undefined;
    clock.advance(300_000);
    agent.last.answer(200);
    agent.notify(agent.last.callId, { body: "idle" });
    expect(told.at(-1)).toBe("notified idle");
    expect(log.of("info")).toEqual(["the line can be watched again"]);
  });

  it("that passes is tried again soon, no sooner than Retry-After asks, and never in a storm", () => {
    const { agent, clock, log, subscription } = subscribed();
    subscription.restart();
    agent.last.answer(503, { headers: { "Retry-After": "18000;duration=3600" } });
    clock.advance(3_599_999);
    expect(agent.asked).toHaveLength(1);
    clock.advance(1);
    expect(agent.asked).toHaveLength(2);
    agent.last.answer(503, { headers: { "Retry-After": "7 (busy)" } });
    clock.advance(6_999);
    expect(agent.asked).toHaveLength(2);
    clock.advance(1);
    expect(agent.asked).toHaveLength(3);
    agent.onRequest = (asked) => clock.at(clock.now() + 1, () => asked.answer(500));
    agent.last.answer(500);
    clock.advance(3_600_000);
    expect(agent.asked.length).toBeLessThan(75);
    expect(log.of("warn")).toEqual([]);
  });
});

describe("a subscription that the PBX ends", () => {
  it.each([
    ["terminated", 500],
    ["terminated;reason=deactivated", 500],
    ["terminated;reason=timeout", 500],
    ["terminated;reason=nobody-knows", 500],
    ["terminated;reason=probation;retry-after=30", 30_000],
    ["terminated;reason=giveup;retry-after=1", 1_000],
    ["terminated;reason=rejected", 3_000],
  ])("%s: lost at once, answered 200, body not believed, asked again in a new dialog after %d ms", (state, wait) => {
    const { agent, clock, told, establish } = subscribed();
    const callId = establish();
    expect(agent.notify(callId, { state, body: "still ringing" })).toBe(200);
    expect(told.slice(-2)).toEqual(["notified first", "lost"]);
    clock.advance(wait - 1);
    expect(agent.asked).toHaveLength(1);
    clock.advance(1);
    expect(agent.asked).toHaveLength(2);
    expect(agent.last.callId).not.toBe(callId);
    agent.last.answer(200);
    expect(told.at(-1)).toBe("lost");
    agent.notify(agent.last.callId, { body: "idle" });
    expect(told.at(-1)).toBe("notified idle");
  });

  it("again and again: ever more seldom, with one SUBSCRIBE each time", () => {
    const { agent, clock, establish } = subscribed();
    agent.onRequest = (asked) => {
      clock.at(clock.now() + 1, () => {
        if (asked.answered) return;
        asked.answer(200);
        agent.notify(asked.callId, { state: "active;expires=120" });
        agent.notify(asked.callId, { state: "terminated;reason=deactivated" });
      });
    };
    agent.notify(establish(), { state: "terminated;reason=deactivated" });
    clock.advance(600_000);
    expect(agent.asked.length).toBeLessThan(25);
  });

  it("after a good time is asked for quickly again", () => {
    const { agent, clock, establish } = subscribed();
    let callId = establish();
    for (let round = 0; round < 8; round++) {
      agent.notify(callId, { state: "terminated" });
      clock.advance(500);
      callId = agent.last.callId;
      expect(agent.asked).toHaveLength(2 + round);
      agent.last.answer(200, { headers: { Expires: "3600" } });
      agent.notify(callId, { state: "active;expires=3600" });
      clock.advance(61_000);
    }
  });
});

describe("stop", () => {
  it("unsubscribes in the dialog, answers what still comes, and waits for the PBX", async () => {
    const { agent, clock, told, establish, subscription } = subscribed();
    const callId = establish();
    const stopped = subscription.stop();
    expect(told.at(-1)).toBe("none");
    expect(agent.last.expires).toBe(0);
    expect(agent.last.spec.identity).toMatchObject({ callId, remoteTag: "pbx", cseq: 2 });
    expect(agent.notify(callId, { state: "terminated;reason=timeout", body: "last words" })).toBe(200);
    agent.last.answer(200, { headers: { Expires: "0" } });
    await stopped;
    expect(told.at(-1)).toBe("none");
    expect(clock.pending).toBe(0);
    expect(agent.claims).toBe(0);
  });

  it("waits no longer than a second", async () => {
    const { agent, clock, establish, subscription } = subscribed();
    establish();
    const stopped = subscription.stop();
    clock.advance(1_000);
    await stopped;
    expect(agent.claims).toBe(0);
    agent.last.answer(200);
  });

  it.each([
    ["before it began", () => undefined],
    ["with nothing established", (subscription: Subscription) => subscription.restart()],
  ])("%s says nothing", async (_name, prepare) => {
    const { agent, clock, subscription } = subscribed();
    prepare(subscription);
    const asked = agent.asked.length;
    await subscription.stop();
    expect(agent.asked).toHaveLength(asked);
    clock.advance(600_000);
    expect(agent.asked).toHaveLength(asked);
    expect(agent.claims).toBe(0);
  });

  it.each([
    ["while a refresh is under way", (_agent: FakeAgent, clock: ManualClock) => clock.advance(90_000)],
    ["when the link is gone", (agent: FakeAgent) => void Object.assign(agent, { up: false })],
  ])("%s says nothing more", async (_name, prepare) => {
    const { agent, clock, establish, subscription } = subscribed();
    const callId = establish();
    prepare(agent, clock);
    const asked = agent.asked.length;
    await subscription.stop();
    expect(agent.asked).toHaveLength(asked);
    expect(agent.notify(callId)).toBe(481);
  });

  it("while it waits for a retry: no retry", async () => {
    const { agent, clock, establish, subscription } = subscribed();
    agent.notify(establish(), { state: "terminated" });
    await subscription.stop();
    clock.advance(600_000);
    expect(agent.asked).toHaveLength(1);
  });
});
