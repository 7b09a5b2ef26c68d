import { describe, expect, it } from "vitest";
import { Registration } from "../../firmware/sip/registration.ts";
import { afterRegisterRefusal, SLOW, SOON } from "../../firmware/sip/retry.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { RecordingLog } from "../recording-log.ts";
import { FakeAgent } from "./fake-agent.ts";

function registering(random = 0) {
  const clock = new ManualClock();
  const agent = new FakeAgent();
  const log = new RecordingLog();
  const told: (true | string)[] = [];
  const registration = new Registration({ agent, clock, log, random: () => random });
  registration.onState((registered, why) => told.push(registered || (why ?? "no reason")));
  return { clock, agent, log, told, registration };
}

describe("registration", () => {
  it("asks for the account at the domain, and is registered by the 200", () => {
    const { agent, told, registration } = registering();
    expect(agent.asked).toEqual([]);
    registration.start();
    registration.start();
    expect(agent.asked).toHaveLength(1);
    expect(agent.last.spec).toEqual({
      method: "REGISTER",
      target: "sip:pbx.test",
      to: "sip:panel1@pbx.test",
      identity: { callId: "call-1", localTag: "tag-2", cseq: 1, routes: [] },
      headers: ["Contact: <sip:panel1@192.0.2.7:40123>", "Expires: 600"],
    });
    expect(registration.registered).toBe(false);
    agent.last.answer(200);
    expect(registration.registered).toBe(true);
    expect(told).toEqual([true]);
  });

  it.each([
    ["its own Contact", { Contact: "<sip:panel1@192.0.2.7:40123>;expires=100", Expires: "900" }, 75_000],
    [
      "its own among others",
      { Contact: "<sip:old@x:1>;expires=9, <sip:panel1@192.0.2.7:40123;ob>;q=1;expires=100" },
      75_000,
    ],
    ["Expires, where only others are listed", { Contact: "<sip:old@x:1>;expires=9", Expires: "200" }, 150_000],
    ["Expires, where its Contact does not say", { Contact: "<sip:panel1@192.0.2.7:40123>", Expires: "200" }, 150_000],
    ["Expires", { Expires: "200" }, 150_000],
    ["what it asked for", {}, 450_000],
    ["a huge time, cut to what a timer holds", { Expires: "4294967295" }, 1_500_000_000],
  ])("is renewed in time by %s", (_name, headers, due) => {
    const { agent, clock, registration } = registering();
    registration.start();
    agent.last.answer(200, { headers });
    expect(clock.next).toBe(due);
    clock.advance(due);
    expect(agent.asked).toHaveLength(2);
  });

  it("counts CSeq on within one Call-ID, over challenges", () => {
    const { agent, clock, registration } = registering();
    registration.start();
    agent.last.answer(200, { challenges: 1 });
    clock.advance(450_000);
    expect(agent.last.spec.identity).toMatchObject({ callId: "call-1", localTag: "tag-2", cseq: 3 });
  });

  it("is no storm where the 200 says nothing, or nothing useful", () => {
    const { agent, clock, registration } = registering();
    const headers = [{}, { Expires: "0" }, { Expires: "1" }, { Expires: "soon" }];
    agent.onRequest = (asked) => {
      clock.at(clock.now() + 1, () => asked.answer(200, { headers: headers[agent.asked.length % 4] ?? {} }));
    };
    registration.start();
    clock.advance(3_600_000);
    expect(agent.asked.length).toBeLessThan(60);
  });

  it("is none where the 200 grants no time", () => {
    const { agent, told, registration } = registering();
    registration.start();
    agent.last.answer(200, { headers: { Contact: "<sip:panel1@192.0.2.7:40123>;expires=0" } });
    expect(told).toEqual(["the PBX registered the panel for no time at all"]);
  });

  it("tells a wrong password once, and tries again slowly", () => {
    const { agent, clock, log, told, registration } = registering(0.5);
    agent.onRequest = (asked) => clock.at(clock.now() + 1, () => asked.answer(401));
    registration.start();
    clock.advance(24 * 3_600_000);
    const sentence = "the PBX does not accept the name or password of panel1: correct pbx.user or pbx.password";
    expect(told).toEqual([sentence]);
    expect(log.of("warn")).toEqual([sentence]);
    expect(agent.asked.length).toBeLessThan(24 * 12 * 1.2 + 10);
    agent.onRequest = () => undefined;
    clock.advance(300_000);
    agent.last.answer(200);
    expect(told).toEqual([sentence, true]);
  });

  it("asks for longer after 423, with Min-Expires and without, and not for ever", () => {
    const { agent, clock, told, registration } = registering();
    registration.start();
    agent.last.answer(423, { headers: { "Min-Expires": "1000" } });
    agent.last.answer(423);
    agent.last.answer(423, { headers: { "Min-Expires": "10" } });
    expect(agent.asked.map((asked) => asked.expires)).toEqual([600, 1_000, 4_000, 16_000]);
    agent.onRequest = (asked) => clock.at(clock.now() + 1, () => asked.answer(423));
    agent.last.answer(423);
    clock.advance(3_600_000);
    expect(told).toEqual(["the PBX finds every registration time too short: lower its minimum"]);
    expect(agent.asked.length).toBeLessThan(5 * 30);
  });

  it.each([408, 500, 503])("tries again after %d, at growing intervals", (status) => {
    const { agent, clock, told, registration } = registering();
    registration.start();
    agent.last.answer(200);
    clock.advance(450_000);
    agent.onRequest = (asked) => clock.at(clock.now() + 1, () => asked.answer(status));
    agent.last.answer(status);
    expect(told).toHaveLength(2);
    clock.advance(500);
    expect(agent.asked).toHaveLength(3);
    clock.advance(600_000);
    expect(agent.asked.length).toBeGreaterThan(10);
    expect(agent.asked.length).toBeLessThan(25);
  });

  it("honours Retry-After", () => {
    const { agent, clock, registration } = registering();
    registration.start();
    agent.last.answer(503, { headers: { "Retry-After": "120" } });
    expect(clock.next).toBe(120_000);
  });

  it("is gone with the link and back with it, whatever is still on its way", () => {
    const { agent, clock, told, registration } = registering();
    registration.start();
    agent.last.answer(200);
    clock.advance(450_000);
    const late = agent.last;
    agent.link(false, "nothing came from the PBX for 5 s");
    expect(told).toEqual([true, "no link to the PBX: nothing came from the PBX for 5 s"]);
    late.answer(200);
    expect(registration.registered).toBe(false);
    expect(clock.pending).toBe(0);
    agent.contact = "<sip:panel1@192.0.2.9:2>";
    agent.link(true);
    expect(agent.last.header("Contact")).toBe("<sip:panel1@192.0.2.9:2>");
    agent.last.answer(200);
    expect(registration.registered).toBe(true);
  });

  it("waits for a link that is down at the start", () => {
    const { agent, told, registration } = registering();
    agent.up = false;
    registration.start();
    expect(agent.asked).toEqual([]);
    expect(told).toEqual(["no link to the PBX: the PBX has not been reached yet"]);
    agent.link(true);
    expect(agent.asked).toHaveLength(1);
  });

  it("unregisters when stopped, and waits no longer than a second", async () => {
    for (const answers of [true, false]) {
      const { agent, clock, registration } = registering();
      registration.start();
      agent.last.answer(200);
      const stopped = registration.stop();
      expect(agent.last.expires).toBe(0);
      expect(registration.registered).toBe(false);
      if (answers) agent.last.answer(200);
      else clock.advance(1_000);
      await stopped;
      expect(clock.pending).toBe(0);
      agent.link(false);
      agent.link(true);
      expect(agent.asked).toHaveLength(2);
    }
  });

  it("that never was says nothing when stopped, and takes no late answer", async () => {
    const { agent, clock, registration } = registering();
    await registration.stop();
    registration.start();
    await registration.stop();
    agent.last.answer(200);
    expect(registration.registered).toBe(false);
    clock.advance(3_600_000);
    expect(agent.asked).toHaveLength(1);
  });

  it("does not stumble over a listener", () => {
    const { agent, log, told, registration } = registering();
    const cancel = registration.onState(() => {
      throw new Error("bug");
    });
    registration.onState(() => told.push("second"));
    registration.start();
    agent.last.answer(200);
    cancel();
    expect(told).toEqual([true, "second"]);
    expect(log.of("error")).toHaveLength(1);
  });

  it.each([
    [302, SLOW, true],
    [401, SLOW, true],
    [403, SLOW, true],
    [404, SLOW, true],
    [405, SLOW, true],
    [407, SLOW, true],
    [408, SOON, false],
    [423, SLOW, true],
    [480, SOON, false],
    [491, SOON, false],
    [500, SOON, false],
    [501, SLOW, true],
    [503, SOON, false],
    [603, SLOW, true],
    [604, SLOW, true],
  ])("after %d", (status, limits, fault) => {
    expect(afterRegisterRefusal(status, undefined, "panel1")).toMatchObject({ after: 0, limits, fault });
  });
});
