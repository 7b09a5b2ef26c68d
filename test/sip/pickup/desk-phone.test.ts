import { beforeEach, describe, expect, test } from "vitest";
import { STAY } from "../../../firmware/domain/attempt.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Outcome } from "../../../firmware/domain/outcome.ts";
import type { Agent, Leg, LegEvents, Response } from "../../../firmware/sip/agent.ts";
import { DeskPhone } from "../../../firmware/sip/pickup/desk-phone.ts";
import type { LineReport } from "../../../firmware/sip/watcher.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";

const answer = (status: number): Response => ({
  status,
  phrase: "",
  header: () => undefined,
  toTag: "theirs",
  cseq: 1,
  routes: [],
  contact: undefined,
});

/** The far end of one leg, moved by hand. */
class ScriptedCall {
  readonly done: string[] = [];
  events: LegEvents | undefined;
  referAnswered: ((response: Response) => void) | undefined;

  readonly agent = {
    mediaAddress: "192.0.2.7",
    uri: (user: string) => `sip:${user}@pbx.test`,
    invite: (target: string, headers: readonly string[], sdp: string, events: LegEvents): Leg => {
      this.done.push(`INVITE ${target}`);
      this.headers = headers;
      this.sdp = sdp;
      this.events = events;
      return {
        refer: (to, answered) => {
          this.done.push(`REFER ${to}`);
          this.referAnswered = answered;
        },
        end: () => this.done.push("end"),
      };
    },
  } satisfies Pick<Agent, "mediaAddress" | "uri" | "invite">;
  headers: readonly string[] = [];
  sdp = "";
}

const report = (line: string, state: LineState): LineReport => ({
  line,
  state,
  ring: state === "ringing" ? "a" : undefined,
  at: 0,
});

let clock: ManualClock;
let call: ScriptedCall;
let views: { line: LineReport; phone: LineReport };
let listeners: Set<() => void>;
let outcome: Outcome | undefined;
let stop: AbortController;

function attempt(phone: LineState = "idle"): void {
  views = { line: report("101", "ringing"), phone: report("102", phone) };
  const landing = new DeskPhone({
    agent: call.agent as Partial<Agent> as Agent,
    clock,
    phone: { line: "102", dial: "*80102", whenBusy: "refuse" },
    deadline: 4000,
  });
  const watch = {
    line: () => views.line,
    phone: () => views.phone,
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  void landing.attempt({ kind: "dial", user: "**101" }, watch, stop.signal).then((o) => {
    outcome = o;
  });
}

function see(change: { line?: LineState; phone?: LineState }): void {
  if (change.line) views.line = report("101", change.line);
  if (change.phone) views.phone = report("102", change.phone);
  for (const listener of [...listeners]) listener();
}

beforeEach(() => {
  clock = new ManualClock();
  call = new ScriptedCall();
  listeners = new Set();
  outcome = undefined;
  stop = new AbortController();
});

describe("landing on the desk phone", () => {
  test("calls the phone by its auto-answer code, with no open microphone, and refers it to the pickup code", async () => {
    attempt();
    see({ phone: "ringing" });
    call.events?.accepted(answer(200));
    see({ phone: "busy" });
    call.referAnswered?.(answer(202));
    see({ line: "idle" });
    call.events?.ended("us");
    clock.advance(STAY);
    await Promise.resolve();
    expect(call.done).toEqual(["INVITE sip:*80102@pbx.test", "REFER sip:**101@pbx.test", "end"]);
    expect(call.headers.join("\n")).toContain("answer-after=0");
    expect(call.sdp).toContain("a=inactive");
    expect(outcome?.kind).toBe("picked-up");
    expect([listeners.size, clock.pending]).toEqual([0, 0]);
  });

  test("sends nothing to a phone that is busy", async () => {
    attempt("busy");
    await Promise.resolve();
    expect(call.done).toEqual([]);
    expect(outcome?.kind).toBe("refused");
  });

  test("ends its leg when the daemon stops, and says so", async () => {
    attempt();
    stop.abort();
    await Promise.resolve();
    expect(call.done.at(-1)).toBe("end");
    expect(outcome?.kind).toBe("failed");
    expect([listeners.size, clock.pending]).toEqual([0, 0]);
  });

  test("begins nothing that it would have to end when the daemon has stopped already", async () => {
    stop.abort();
    attempt();
    await Promise.resolve();
    expect(outcome?.kind).toBe("failed");
    expect(call.done).toEqual([]);
  });

  test("ends its leg at the deadline", async () => {
    attempt();
    clock.advance(4000);
    await Promise.resolve();
    expect(call.done.at(-1)).toBe("end");
    expect(outcome?.kind).toBe("no-answer");
  });
});
