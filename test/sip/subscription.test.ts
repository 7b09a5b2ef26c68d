import { describe, expect, it } from "vitest";
import { subscribed } from "./subscribed.ts";

describe("a subscription begins", () => {
  it("asks with everything the package needs, and does nothing before it is told to", () => {
    const { agent, subscription, told } = subscribed({ supported: "eventlist" });
    expect(agent.asked).toEqual([]);
    subscription.restart();
    expect(agent.asked).toHaveLength(1);
    expect(agent.last.spec).toEqual({
      method: "SUBSCRIBE",
      target: "sip:101@pbx.test:5060",
      to: "sip:101@pbx.test:5060",
      identity: { callId: "call-1", localTag: "tag-2", cseq: 1, routes: [] },
      headers: [
        "Event: dialog",
        "Accept: application/dialog-info+xml",
        "Expires: 120",
        "Contact: <sip:panel1@192.0.2.7:40123>",
        "Supported: eventlist",
      ],
    });
    expect(told).toEqual(["pending"]);
  });

  it("is active by the NOTIFY, not by the 200", () => {
    const { agent, subscription, told } = subscribed();
    subscription.restart();
    agent.last.answer(200, { headers: { Expires: "120" } });
    expect(subscription.state).toBe("pending");
    expect(agent.notify(agent.last.callId, { body: "idle" })).toBe(200);
    expect(subscription.state).toBe("active");
    expect(told).toEqual(["pending", "notified idle"]);
  });

  it("takes a NOTIFY that comes before the 200, and refreshes in the dialog that it made", () => {
    const { agent, clock, subscription, told } = subscribed();
    subscription.restart();
    const notify = { fromTag: "early", body: "idle", contact: "sip:pbx.test:5062", routes: ["<sip:edge;lr>"] };
    expect(agent.notify(agent.last.callId, notify)).toBe(200);
    expect(told).toEqual(["pending", "notified idle"]);
    agent.last.answer(202, {
      headers: { Expires: "120" },
      toTag: "other-branch",
      contact: "sip:wrong",
      routes: ["<sip:wrong>"],
    });
    clock.advance(90_000);
    expect(agent.asked).toHaveLength(2);
    expect(agent.last.spec.target).toBe("sip:pbx.test:5062");
    expect(agent.last.spec.identity).toMatchObject({ remoteTag: "early", routes: ["<sip:edge;lr>"] });
    expect(subscription.state).toBe("active");
  });

  it("follows the NOTIFY where the 200 came from another branch of a fork, and answers the other branch 481", () => {
    const { agent, clock, subscription } = subscribed();
    subscription.restart();
    agent.last.answer(200, { toTag: "a" });
    const { callId } = agent.last;
    expect(agent.notify(callId, { fromTag: "b", cseq: 1 })).toBe(200);
    expect(agent.notify(callId, { fromTag: "a", cseq: 7 })).toBe(481);
    expect(agent.notify(callId, { fromTag: "b", cseq: 2 })).toBe(200);
    clock.advance(90_000);
    expect(agent.last.spec.identity.remoteTag).toBe("b");
  });

  it("keeps the first 2xx's route set, and follows a changed remote target", () => {
    const { agent, clock, establish } = subscribed();
    establish({ routes: ["<sip:p1;lr>", "<sip:p2;lr>"] });
    clock.advance(90_000);
    agent.last.answer(200, { headers: { Expires: "120" }, routes: ["<sip:p9;lr>"], contact: "sip:moved" });
    clock.advance(90_000);
    expect(agent.last.spec.target).toBe("sip:moved");
    expect(agent.last.spec.identity.routes).toEqual(["<sip:p1;lr>", "<sip:p2;lr>"]);
  });

  it("is not active by a pending NOTIFY", () => {
    const { agent, subscription, told, why } = subscribed();
    subscription.restart();
    agent.last.answer(200);
    expect(agent.notify(agent.last.callId, { state: "pending;expires=60", body: "neutral" })).toBe(200);
    expect(told).toEqual(["pending", "pending"]);
    expect(why.at(-1)).toBe("the PBX has not yet allowed panel1 to watch 101");
    agent.notify(agent.last.callId, { body: "idle" });
    expect(told.at(-1)).toBe("notified idle");
  });

  it("asks again, in the same dialog, where a 200 is followed by nothing", () => {
    const { agent, clock, subscription, told, why } = subscribed();
    subscription.restart();
    agent.last.answer(200);
    clock.advance(4_999);
    expect(told).toEqual(["pending"]);
    clock.advance(1);
    expect(told).toEqual(["pending", "lost"]);
    expect(why.at(-1)).toContain("tells nothing");
    clock.advance(500);
    expect(agent.asked).toHaveLength(2);
    expect(agent.last.spec.identity).toMatchObject({ callId: "call-1", remoteTag: "pbx", cseq: 2 });
    // What comes late is as good, also when it comes unasked.
    agent.notify(agent.last.callId, { body: "ringing" });
    expect(told.at(-1)).toBe("notified ringing");
    agent.last.answer(200);
    clock.advance(20_000);
    expect(subscription.state).toBe("active");
  });

  it("asks ever more seldom where nothing ever follows", () => {
    const { agent, clock, subscription } = subscribed();
    agent.onRequest = (asked) => clock.at(clock.now() + 1, () => asked.answer(200));
    subscription.restart();
    clock.advance(3_600_000);
    expect(agent.asked.length).toBeGreaterThan(10);
    expect(agent.asked.length).toBeLessThan(3_600 / 60 + 15);
    expect(subscription.state).toBe("lost");
  });
});

describe("a NOTIFY is answered", () => {
  it("exactly once and after the owner was told, even if the owner throws", () => {
    const { agent, log, subscription, establish, whenNotified } = subscribed();
    const callId = establish();
    whenNotified(() => {
      throw new Error("bug");
    });
    expect(agent.notify(callId, { body: "idle" })).toBe(200);
    expect(log.of("error")).toHaveLength(1);
    expect(subscription.state).toBe("active");
    whenNotified(() => subscription.drop("meanwhile"));
    expect(agent.notify(callId, { body: "idle" })).toBe(200);
    expect(subscription.state).toBe("none");
    expect(agent.claims).toBe(0);
  });

  it.each([
    ["of another event", { event: "presence" }, 489],
    ["without Subscription-State", { state: "" }, 400],
    ["of another dialog", { fromTag: "stranger" }, 481],
  ])("%s: refused, and nothing is told", (_name, fields, status) => {
    const { agent, told, establish } = subscribed();
    const callId = establish();
    const before = told.length;
    expect(agent.notify(callId, fields)).toBe(status);
    expect(told).toHaveLength(before);
  });

  it("also where Event has an id and odd case", () => {
    const { agent, establish } = subscribed();
    expect(agent.notify(establish(), { event: "Dialog ; id=7" })).toBe(200);
  });

  it("of an equal CSeq is taken: a PBX killed with -9 counts again from its database", () => {
    const { agent, told, establish } = subscribed();
    const callId = establish();
    agent.notify(callId, { cseq: 28_887, body: "early" });
    expect(agent.notify(callId, { cseq: 28_887, body: "terminated" })).toBe(200);
    expect(told.at(-1)).toBe("notified terminated");
  });

  it("that was overtaken is dropped, and full state asked for", () => {
    const { agent, clock, told, establish, subscription } = subscribed();
    const callId = establish();
    agent.notify(callId, { cseq: 6, body: "six" });
    expect(agent.notify(callId, { cseq: 5, body: "five" })).toBe(500);
    expect(told.at(-1)).toBe("notified six");
    clock.advance(500);
    expect(agent.last.spec.identity).toMatchObject({ callId, cseq: 2 });
    agent.last.answer(200);
    agent.notify(callId, { cseq: 7, body: "seven" });
    expect(agent.notify(callId, { cseq: 6, body: "six" })).toBe(500);
    expect(subscription.state).toBe("active");
  });

  it("that was missing is no sign of a PBX that counts anew, however many come late", () => {
    const { agent, clock, told, establish } = subscribed();
    const callId = establish();
    agent.notify(callId, { cseq: 900 });
    agent.notify(callId, { cseq: 904, body: "newest" });
    for (const cseq of [902, 901, 903]) expect(agent.notify(callId, { cseq, body: "late" })).toBe(500);
    expect(told.at(-1)).toBe("notified newest");
    clock.advance(500);
    expect(agent.last.spec.identity).toMatchObject({ callId });
    agent.last.answer(200);
    // What came once is missing no more.
    agent.notify(callId, { cseq: 901 });
    agent.notify(callId, { cseq: 902 });
    expect(told.at(-1)).toBe("lost");
  });

  it("of a PBX that counts anew moves the subscription to a new dialog", () => {
    const { agent, clock, told, establish } = subscribed();
    const callId = establish();
    agent.notify(callId, { cseq: 900 });
    agent.notify(callId, { cseq: 1 });
    clock.advance(500);
    agent.last.answer(200);
    agent.notify(callId, { cseq: 2 });
    expect(told.at(-1)).toBe("lost");
    expect(agent.notify(callId, { cseq: 901 })).toBe(481);
    clock.advance(500);
    expect(agent.last.callId).not.toBe(callId);
    agent.notify(agent.last.callId, { cseq: 3, body: "idle" });
    expect(told.at(-1)).toBe("notified idle");
  });
});

describe("the link", () => {
  it("down: forgets the dialog without a word; up: begins anew, and late answers do no harm", () => {
    const { agent, clock, told, establish, subscription } = subscribed();
    const callId = establish();
    subscription.resync();
    clock.advance(500);
    const late = agent.last;
    agent.up = false;
    subscription.drop("no link");
    expect(told.at(-1)).toBe("none");
    clock.advance(600_000);
    expect(agent.asked).toHaveLength(2);
    expect(clock.pending).toBe(0);
    agent.up = true;
    subscription.restart();
    expect(told.at(-1)).toBe("pending");
    late.answer(408);
    expect(agent.notify(callId)).toBe(481);
    expect(agent.last.callId).not.toBe(callId);
    expect(agent.last.spec.identity.cseq).toBe(1);
    agent.notify(agent.last.callId, { body: "idle" });
    expect(told.at(-1)).toBe("notified idle");
  });
});

describe("a new link", () => {
  it("earns quick retries again", () => {
    const { agent, clock, subscription } = subscribed();
    agent.onRequest = (asked) => clock.at(clock.now() + 1, () => asked.answer(503));
    subscription.restart();
    clock.advance(120_000);
    subscription.drop("no link");
    subscription.restart();
    const before = agent.asked.length;
    clock.advance(501);
    expect(agent.asked).toHaveLength(before + 1);
  });
});
