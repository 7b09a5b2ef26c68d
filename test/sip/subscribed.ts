import { expect } from "vitest";
import type { Notify } from "../../firmware/sip/agent.ts";
import { Pace } from "../../firmware/sip/pace.ts";
import { Subscription } from "../../firmware/sip/subscription.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { RecordingLog } from "../recording-log.ts";
import { type Answer, FakeAgent } from "./fake-agent.ts";

/** A subscription to one line, and both ends of it: what its owner was told, and the PBX as the test plays it. */
export function subscribed({
  random = 0,
  line = "101",
  supported,
}: {
  random?: number;
  line?: string;
  supported?: string;
} = {}) {
  const clock = new ManualClock();
  const agent = new FakeAgent();
  const log = new RecordingLog();
  const told: string[] = [];
  const why: string[] = [];
  let onNotified: (notify: Notify) => void = () => undefined;
  const parts = { agent, clock, log, random: () => random, pace: new Pace(20) };
  const wanted = {
    line,
    event: "dialog",
    accept: "application/dialog-info+xml",
    expires: 120,
    ...(supported !== undefined && { supported }),
  };
  const subscription = new Subscription(parts, wanted, {
    notified(notify) {
      told.push(`notified ${notify.body}`.trim());
      onNotified(notify);
    },
    unvouched(state, sentence) {
      told.push(state);
      why.push(sentence);
    },
  });
  return {
    clock,
    agent,
    log,
    told,
    why,
    subscription,
    /** What the owner does with each NOTIFY. */
    whenNotified(run: (notify: Notify) => void): void {
      onNotified = run;
    },
    /** The first SUBSCRIBE is answered and a NOTIFY follows. */
    establish(answer: Answer = {}): string {
      subscription.restart();
      agent.last.answer(200, { headers: { Expires: "120" }, contact: "sip:pbx.test:5062", ...answer });
      const { callId } = agent.last;
      expect(agent.notify(callId, { body: "first" })).toBe(200);
      expect(subscription.state).toBe("active");
      return callId;
    },
  };
}
