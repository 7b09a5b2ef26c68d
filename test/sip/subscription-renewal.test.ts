import { describe, expect, it } from "vitest";
import { subscribed } from "./subscribed.ts";

describe("a subscription is refreshed", () => {
  it.each([
    [0, 90_000],
    [0.999_999, 108_000],
  ])("between 75 and 90 % of its time (random %d)", (random, due) => {
    const { agent, clock, establish } = subscribed({ random });
    establish();
    clock.advance(due - 10);
    expect(agent.asked).toHaveLength(1);
    clock.advance(10);
    expect(agent.asked).toHaveLength(2);
  });

  it("with the same headers, the next CSeq after a challenge, and the present contact", () => {
    const { agent, clock, subscription } = subscribed({ supported: "eventlist" });
    subscription.restart();
    agent.last.answer(200, { headers: { Expires: "120" }, challenges: 1 });
    agent.notify(agent.last.callId);
    const first = agent.last.spec;
    agent.contact = "<sip:panel1@192.0.2.8:5>";
    clock.advance(90_000);
    expect(agent.last.spec.headers).toEqual([
      ...first.headers.slice(0, 3),
      `Contact: ${agent.contact}`,
      "Supported: eventlist",
    ]);
    expect(agent.last.spec.to).toBe(first.to);
    expect(agent.last.spec.identity).toMatchObject({ callId: first.identity.callId, remoteTag: "pbx", cseq: 3 });
  });

  it("keeps state and asks no more than that, for a day", () => {
    const { agent, clock, told, establish } = subscribed();
    agent.onRequest = (asked) => {
      clock.at(clock.now() + 1, () => {
        if (asked.answered) return;
        asked.answer(200, { headers: { Expires: "120" } });
        agent.notify(asked.callId, { state: "active;expires=119", body: "idle" });
      });
    };
    establish();
    clock.advance(24 * 3_600_000);
    expect(agent.asked.length).toBeLessThanOrEqual(86_400 / 90 + 2);
    expect(agent.asked.length).toBeGreaterThan(86_400 / 108);
    expect(new Set(agent.asked.map((asked) => asked.callId)).size).toBe(1);
    expect(told.filter((one) => !one.startsWith("notified"))).toEqual(["pending"]);
  });

  it("is lost, once renewals have been followed by NOTIFYs, when one is not: its changes may be lost as well", () => {
    const { agent, clock, told, why, establish } = subscribed();
    const callId = establish();
    clock.advance(90_000);
    agent.last.answer(200, { headers: { Expires: "120" } });
    agent.notify(callId);
    clock.advance(90_000);
    agent.last.answer(200, { headers: { Expires: "120" } });
    clock.advance(4_999);
    expect(told.at(-1)).toBe("notified");
    clock.advance(1);
    expect([told.at(-1), why.at(-1)]).toEqual(["lost", "the PBX took the subscription to 101 but tells nothing of it"]);
    clock.advance(500);
    expect(agent.last.callId).not.toBe(callId);
  });

  it("that told nothing is asked in its dialog after a wait, and anew at once where the PBX has forgotten that one", () => {
    const { agent, clock, subscription } = subscribed();
    subscription.restart();
    const { callId } = agent.last;
    agent.last.answer(200, { headers: { Expires: "120" } });
    clock.advance(5_000);
    expect([subscription.state, agent.asked.length]).toEqual(["lost", 1]);
    clock.advance(500);
    expect([agent.last.callId, agent.asked.length]).toEqual([callId, 2]);
    agent.last.answer(481);
    expect(agent.last.callId).not.toBe(callId);
    // A PBX that refuses that one, too, is given time.
    agent.last.answer(500);
    expect(agent.asked).toHaveLength(3);
    clock.advance(999);
    expect(agent.asked).toHaveLength(3);
    clock.advance(1);
    expect(agent.asked).toHaveLength(4);
  });

  it("is well without a NOTIFY where the PBX never sent one for that, and after one that only happened to come", () => {
    const { agent, clock, told, establish } = subscribed();
    establish();
    const renewed = () => {
      clock.advance(90_000);
      agent.last.answer(200, { headers: { Expires: "120" } });
    };
    renewed();
    renewed();
    clock.advance(5_000);
    agent.notify(agent.last.callId);
    clock.advance(85_000);
    agent.last.answer(200, { headers: { Expires: "120" } });
    clock.advance(10_000);
    expect(told).toEqual(["pending", "notified first", "notified"]);
    expect(agent.asked).toHaveLength(4);
  });

  it.each([
    ["the 200", "30", "active;expires=120"],
    ["the NOTIFY", "120", "active;expires=30"],
    ["the NOTIFY alone", undefined, "active;expires=30"],
  ])("in time where %s shortens it", (_name, expires, state) => {
    const { agent, clock, subscription } = subscribed();
    subscription.restart();
    agent.last.answer(200, expires === undefined ? {} : { headers: { Expires: expires } });
    agent.notify(agent.last.callId, { state });
    clock.advance(22_499);
    expect(agent.asked).toHaveLength(1);
    clock.advance(1);
    expect(agent.asked).toHaveLength(2);
    expect(agent.last.expires).toBe(120);
  });

  it("in time where a NOTIFY before the 200 shortens it", () => {
    const { agent, clock, subscription } = subscribed();
    subscription.restart();
    agent.notify(agent.last.callId, { state: "active;expires=30" });
    agent.last.answer(200, { headers: { Expires: "120" } });
    clock.advance(22_500);
    expect(agent.asked).toHaveLength(2);
  });

  it("takes what it asked for where the 200 does not say", () => {
    const { agent, clock, subscription } = subscribed();
    subscription.restart();
    agent.last.answer(200);
    agent.notify(agent.last.callId, { state: "active" });
    clock.advance(89_999);
    expect(agent.asked).toHaveLength(1);
    clock.advance(1);
    expect(agent.asked).toHaveLength(2);
  });

  it("not more than every two seconds, however short the PBX makes it", () => {
    const { agent, clock, subscription } = subscribed();
    agent.onRequest = (asked) => {
      clock.at(clock.now() + 1, () => {
        asked.answer(200, { headers: { Expires: "1" } });
        agent.notify(asked.callId, { state: "active;expires=0" });
      });
    };
    subscription.restart();
    clock.advance(60_000);
    expect(agent.asked.length).toBeLessThanOrEqual(31);
  });

  it("is lost where the PBX grants no time at all", () => {
    const { agent, clock, establish, subscription, why } = subscribed();
    establish();
    clock.advance(90_000);
    agent.last.answer(200, { headers: { Expires: "0" } });
    expect(subscription.state).toBe("lost");
    expect(why.at(-1)).toBe("the PBX granted no time at all for 101");
  });

  it("sets no timer that a 32 bit one could not hold", () => {
    const { agent, clock, subscription } = subscribed();
    subscription.restart();
    agent.last.answer(200, { headers: { Expires: "4294967295" } });
    agent.notify(agent.last.callId, { state: "active;expires=99999999999999999999" });
    expect(clock.next).toBeGreaterThan(1_000_000_000);
    expect(clock.next).toBeLessThan(2 ** 31);
  });

  it.each([481, 500, 408, 503])("in a new dialog after %d", (status) => {
    const { agent, clock, told, establish, subscription } = subscribed();
    const callId = establish();
    clock.advance(90_000);
    agent.last.answer(status);
    expect(told.at(-1)).toBe("lost");
    expect(agent.notify(callId)).toBe(481);
    clock.advance(500);
    expect(agent.asked).toHaveLength(3);
    expect(agent.last.callId).not.toBe(callId);
    expect(agent.last.spec.identity).toMatchObject({ cseq: 1 });
    expect(agent.last.spec.identity.remoteTag).toBeUndefined();
    expect(subscription.state).toBe("lost");
    agent.notify(agent.last.callId);
    expect(subscription.state).toBe("active");
  });
});

describe("423", () => {
  it("with Min-Expires: asked again at once for that", () => {
    const { agent, told, subscription } = subscribed();
    subscription.restart();
    agent.last.answer(423, { headers: { "Min-Expires": "300" }, challenges: 1 });
    expect(agent.asked.map((asked) => asked.expires)).toEqual([120, 300]);
    expect(agent.last.spec.identity).toMatchObject({ callId: "call-1", cseq: 3 });
    agent.last.answer(200, { headers: { Expires: "300" } });
    agent.notify(agent.last.callId);
    expect(told).toEqual(["pending", "notified"]);
  });

  it("without it, as Asterisk does: asked again for more", () => {
    const { agent, subscription } = subscribed();
    subscription.restart();
    agent.last.answer(423);
    agent.last.answer(423, { headers: { "Min-Expires": "60" } });
    expect(agent.asked.map((asked) => asked.expires)).toEqual([120, 480, 1_920]);
  });

  it("for ever: a fault, and no storm", () => {
    const { agent, clock, why, subscription } = subscribed();
    let least = 120;
    agent.onRequest = (asked) => {
      clock.at(clock.now() + 1, () => asked.answer(423, { headers: { "Min-Expires": String(++least) } }));
    };
    subscription.restart();
    clock.advance(1_000);
    expect(agent.asked).toHaveLength(5);
    expect(why.at(-1)).toBe("the PBX finds every subscription time for 101 too short: lower its minimum");
    clock.advance(3_600_000);
    expect(agent.asked[5]?.expires).toBe(120);
    expect(agent.asked.length).toBeLessThan(5 * 30);
  });

  it("on a refresh: asked again in the same dialog", () => {
    const { agent, clock, establish, subscription } = subscribed();
    const callId = establish();
    clock.advance(90_000);
    agent.last.answer(423, { headers: { "Min-Expires": "1800" } });
    expect(agent.last.callId).toBe(callId);
    expect(agent.last.expires).toBe(1_800);
    expect(subscription.state).toBe("active");
  });
});
