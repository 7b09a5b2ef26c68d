import { beforeEach, describe, expect, test } from "vitest";
import { GRACE, STAY } from "../../../firmware/domain/attempt/attempt.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import { DeskPhone } from "../../../firmware/sip/pickup/desk-phone.ts";
import type { Landed } from "../../../firmware/sip/pickup/landing.ts";
import type { Target } from "../../../firmware/sip/pickup/method.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { ScriptedAgent, ScriptedLines, watchOf } from "./scripted.ts";

const CODE: Target = { kind: "dial", user: "**101" };
const REPLACES: Target = {
  kind: "replaces",
  uri: "sip:100@192.0.2.9:5062",
  replaces: "c@x;to-tag=t;from-tag=f;early-only",
};

let clock: ManualClock;
let agent: ScriptedAgent;
let lines: ScriptedLines;
let landed: Landed | undefined;
let stop: AbortController;
let referred: number[];

function landing(): DeskPhone {
  const phone = { line: "102", dial: "*80102", whenBusy: "refuse" } as const;
  return new DeskPhone({ agent: agent.agent, clock, phone, referred: (code) => referred.push(code) });
}

function attempt(target = CODE, phone: LineState = "idle"): void {
  lines = new ScriptedLines({ "101": "ringing", "102": phone });
  void landing()
    .attempt({ target, line: "101", by: 4000 }, watchOf(lines), stop.signal)
    .then((one) => {
      landed = one;
    });
}

/** Runs until nothing is left to do but to wait. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  clock = new ManualClock();
  agent = new ScriptedAgent();
  landed = undefined;
  stop = new AbortController();
  referred = [];
});

describe("landing on the desk phone", () => {
  test.each([
    ["the pickup code", CODE, "sip:**101@pbx.test"],
    [
      "the call to be replaced, escaped for Refer-To (RFC 3261 §19.1.1)",
      REPLACES,
      "sip:100@192.0.2.9:5062?Replaces=c%40x%3Bto-tag%3Dt%3Bfrom-tag%3Df%3Bearly-only&Require=replaces",
    ],
  ])(
    "calls the phone by its auto-answer code, with no open microphone, and refers it to %s",
    async (_, target, uri) => {
      attempt(target);
      const leg = agent.leg("*80102");
      lines.see("102", "ringing");
      leg.answer();
      lines.see("102", "busy");
      leg.answerRefer(202);
      lines.see("101", "idle");
      leg.over();
      clock.advance(STAY);
      await settled();
      expect(agent.done).toEqual(["INVITE sip:*80102@pbx.test", `REFER ${uri}`, "end sip:*80102@pbx.test"]);
      expect(leg.headers.join("\n")).toContain("answer-after=0");
      expect(leg.sdp).toContain("a=inactive");
      expect(landed?.outcome.kind).toBe("picked-up");
      expect(referred).toEqual([202]);
      expect([lines.listeners, clock.pending]).toEqual([0, 0]);
    },
  );

  test("tells how long each step took", async () => {
    attempt();
    const leg = agent.leg("*80102");
    clock.advance(120);
    leg.answer();
    lines.see("102", "busy");
    clock.advance(7.26);
    leg.answerRefer(202);
    clock.advance(30);
    lines.see("101", "idle");
    leg.over();
    clock.advance(STAY);
    await settled();
    expect(landed?.steps).toEqual([
      { step: "calling", took: 120 },
      { step: "referring", took: 7.3 },
      { step: "watching", took: 30 },
      { step: "settling", took: STAY },
    ]);
  });

  test("sees the phone before the line where one NOTIFY, or one list, tells of both", async () => {
    attempt();
    const leg = agent.leg("*80102");
    leg.answer();
    lines.see("102", "busy");
    leg.answerRefer(202);
    leg.over("them");
    // Both views are new when the first is told: the caller hung up, and the phone fell silent.
    lines.see("102", "idle");
    lines.see("101", "idle");
    clock.advance(GRACE);
    await settled();
    expect(landed?.outcome.kind).not.toBe("picked-up");
  });

  test("sends nothing to a phone that is busy", async () => {
    attempt(CODE, "busy");
    await settled();
    expect(agent.done).toEqual([]);
    expect(landed?.outcome.kind).toBe("refused");
  });

  test("ends its leg when the daemon stops, says so, and watches on until the leg is over", async () => {
    attempt();
    stop.abort();
    await settled();
    expect(agent.done.at(-1)).toBe("end sip:*80102@pbx.test");
    expect(landed?.outcome).toEqual({ kind: "failed", reason: "the panel is stopping" });
    agent.leg("*80102").refuse(487);
    expect([lines.listeners, clock.pending]).toEqual([0, 0]);
  });

  test("begins nothing that it would have to end when the daemon has stopped already", async () => {
    stop.abort();
    attempt();
    await settled();
    expect(landed?.outcome.kind).toBe("failed");
    expect(agent.done).toEqual([]);
  });

  test("ends its leg at the deadline", async () => {
    attempt();
    clock.advance(4000);
    await settled();
    expect(agent.done.at(-1)).toBe("end sip:*80102@pbx.test");
    expect(landed?.outcome.kind).toBe("no-answer");
  });

  test.each([603, 405, 501])(
    "a REFER that is refused with %i leaves nothing done, and another landing free",
    async (code) => {
      attempt();
      const leg = agent.leg("*80102");
      leg.answer();
      lines.see("102", "busy");
      leg.answerRefer(code);
      leg.over();
      lines.see("102", "idle");
      await settled();
      expect(landed).toMatchObject({ definite: true, outcome: { kind: "refused", code } });
      expect(referred).toEqual([code]);
    },
  );
});

describe("a call from the desk phone", () => {
  test("is placed in the same way, without anything that must ring", async () => {
    lines = new ScriptedLines({ "102": "idle" });
    const watch = { ...watchOf(lines), quarry: () => "there" as const };
    void landing()
      .dial("0123", 4000, watch, stop.signal)
      .then((one) => {
        landed = one;
      });
    const leg = agent.leg("*80102");
    leg.answer();
    lines.see("102", "busy");
    leg.answerRefer(202);
    leg.sipfrag(200, true);
    leg.over();
    clock.advance(STAY);
    await settled();
    expect(agent.done).toEqual(["INVITE sip:*80102@pbx.test", "REFER sip:0123@pbx.test", "end sip:*80102@pbx.test"]);
    expect(landed?.outcome.kind).toBe("done");
  });
});
