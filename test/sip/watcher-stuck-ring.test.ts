import { describe, expect, it } from "vitest";
import { dialog, full, partial, RINGING, watching } from "./watching.ts";

const LONGEST = 180_000;

/** Line 101 rings; refreshes are answered, and what the PBX then tells is the test's business. */
function ringing() {
  const all = watching(["101"], { longestRing: LONGEST });
  const { agent, clock, watcher } = all;
  agent.onRequest = (asked) => clock.at(clock.now() + 10, () => asked.answer(200, { headers: { Expires: "3600" } }));
  // Without a time of its own, so that the refresh for it comes in none of these tests.
  const says = (body: string) => all.tell("101", { state: "active", body });
  watcher.start();
  clock.advance(10);
  says(full(0));
  says(full(1, RINGING));
  all.reports.length = 0;
  return { ...all, says, state: () => watcher.view("101").state };
}

/** The same, asked about by now. */
function asked() {
  const all = ringing();
  all.clock.advance(LONGEST + 520);
  expect(all.agent.asked).toHaveLength(2);
  return all;
}

describe("a ring that does not end", () => {
  it("is asked for afresh when it gets too old, not before, and flashes until the answer", () => {
    const { agent, clock, state } = ringing();
    clock.advance(LONGEST - 1);
    expect(agent.asked).toHaveLength(1);
    clock.advance(501);
    expect(agent.asked).toHaveLength(2);
    expect(agent.last.callId).toBe(agent.asked[0]?.callId);
    expect(state()).toBe("ringing");
  });

  it("is unknown when the PBX says it again, with a fault that names what to look at", () => {
    const { says, watcher, reports } = asked();
    says(full(1, RINGING));
    expect(watcher.view("101")).toMatchObject({
      state: "unknown",
      ring: undefined,
      why: "the PBX says that 101 is still ringing, longer than pbx.longestRing: a call may hang there",
      trouble: true,
    });
    says(full(2, RINGING));
    expect(reports).toHaveLength(1);
  });

  it("is what the PBX says when it says something else", () => {
    const { says, state, clock, agent } = asked();
    says(full(2, dialog("confirmed")));
    expect(state()).toBe("busy");
    clock.advance(LONGEST * 2);
    expect(agent.asked).toHaveLength(2);
  });

  it("ends by another state, and the next ring is a good one of its own", () => {
    const { says, state, watcher, clock, agent } = asked();
    const first = watcher.view("101").ring;
    says(full(1, RINGING));
    says(full(2));
    expect(state()).toBe("idle");
    says(full(3, RINGING));
    expect(state()).toBe("ringing");
    expect(watcher.view("101").ring).not.toBe(first);
    clock.advance(LONGEST - 1);
    expect(agent.asked).toHaveLength(2);
  });

  it("does not hide another call that rings beside it", () => {
    const { says, state } = asked();
    says(full(1, RINGING));
    expect(state()).toBe("unknown");
    says(full(2, RINGING, dialog("early", "second")));
    expect(state()).toBe("ringing");
    says(full(3, RINGING));
    expect(state()).toBe("unknown");
  });

  it("is not confirmed by a change elsewhere", () => {
    const { says, state } = asked();
    says(partial(2, dialog("early", "101")));
    expect(state()).toBe("ringing");
    says(full(3, RINGING));
    expect(state()).toBe("unknown");
  });

  it("is unknown as well where the question is answered in a new subscription", () => {
    const { agent, clock, says, state } = ringing();
    agent.onRequest = (asked) => clock.at(clock.now() + 10, () => asked.answer(481));
    clock.advance(LONGEST + 520);
    expect(state()).toBe("unknown");
    agent.onRequest = (asked) => clock.at(clock.now() + 10, () => asked.answer(200));
    clock.advance(5_000);
    says(full(0, RINGING));
    expect(state()).toBe("unknown");
  });

  it("counts anew where the line was lost from sight before it was too old", () => {
    const { agent, clock, says, state } = ringing();
    clock.advance(LONGEST - 1_000);
    agent.notify(agent.last.callId, { state: "terminated;reason=deactivated" });
    clock.advance(510);
    says(full(0, RINGING));
    clock.advance(LONGEST - 1);
    expect(agent.asked).toHaveLength(2);
    expect(state()).toBe("ringing");
  });

  it("counts from the return of the link, after which it may be another one", () => {
    const { agent, clock, says, state } = ringing();
    clock.advance(LONGEST - 1_000);
    agent.link(false);
    agent.link(true);
    clock.advance(10);
    says(full(0, RINGING));
    clock.advance(LONGEST - 1);
    expect(agent.asked).toHaveLength(2);
    expect(state()).toBe("ringing");
  });

  it("leaves no timer behind", async () => {
    const { clock, watcher } = ringing();
    const stopped = watcher.stop();
    clock.advance(1_000);
    await stopped;
    expect(clock.pending).toBe(0);
  });
});
