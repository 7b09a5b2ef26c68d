import { beforeEach, describe, expect, test } from "vitest";
import { STAY } from "../../../firmware/domain/attempt/attempt.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { MediaTarget } from "../../../firmware/sip/media.ts";
import type { Landed } from "../../../firmware/sip/pickup/landing.ts";
import type { Target } from "../../../firmware/sip/pickup/method.ts";
import { Transfer } from "../../../firmware/sip/pickup/transfer.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { ScriptedAgent, ScriptedLines, watchOf } from "./scripted.ts";

const CODE: Target = { kind: "dial", user: "**101" };
const REPLACES: Target = { kind: "replaces", uri: "sip:100@192.0.2.9", replaces: "c;to-tag=t;from-tag=f;early-only" };
const ANSWER = "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 17000 RTP/AVP 0\r\n";

let clock: ManualClock;
let agent: ScriptedAgent;
let lines: ScriptedLines;
let landed: Landed | undefined;
let stop: AbortController;
let spoken: MediaTarget[];
let port: number | undefined;

function attempt(target = CODE, phone: LineState = "idle", whenBusy: "refuse" | "ring" = "refuse"): void {
  lines = new ScriptedLines({ "101": "ringing", "102": phone });
  const audio = { port, speak: (to: MediaTarget) => spoken.push(to) };
  const landing = new Transfer({ agent: agent.agent, clock, phone: { line: "102", dial: "*80102", whenBusy }, audio });
  void landing.attempt({ target, line: "101", by: 4000 }, watchOf(lines), stop.signal).then((one) => {
    landed = one;
  });
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  clock = new ManualClock();
  agent = new ScriptedAgent();
  landed = undefined;
  stop = new AbortController();
  spoken = [];
  port = 4000;
});

/** The panel has the caller, and its INVITE is at the phone. */
function taken(target?: Target): void {
  attempt(target);
  agent.legs[0]?.answer(ANSWER);
  lines.see("101", "idle");
}

describe("landing by transfer", () => {
  test("takes the call, gives a sign of audio at once, calls the phone and joins the two", async () => {
    attempt();
    const caller = agent.leg("**101");
    expect(caller.sdp).toContain("m=audio 4000 RTP/AVP 0 8");
    expect(caller.sdp).toContain("a=sendrecv");
    caller.answer(ANSWER);
    expect(spoken).toEqual([{ address: "192.0.2.1", port: 17_000, format: 0 }]);
    lines.see("101", "idle");
    const phone = agent.leg("*80102");
    expect(phone.sdp).toContain("a=inactive");
    expect(phone.headers.join("\n")).toContain("answer-after=0");
    phone.answer(ANSWER);
    lines.see("102", "busy");
    caller.answerRefer(202);
    caller.sipfrag(200, true);
    phone.over();
    clock.advance(STAY);
    caller.over();
    await settled();
    expect(agent.done.slice(0, 3)).toEqual([
      "INVITE sip:**101@pbx.test",
      "INVITE sip:*80102@pbx.test",
      "REFER sip:*80102@pbx.test?Replaces=x",
    ]);
    expect(agent.done.slice(3)).toEqual(["end sip:**101@pbx.test"]);
    expect(spoken).toHaveLength(1);
    expect(landed?.outcome.kind).toBe("picked-up");
    expect([lines.listeners, clock.pending]).toEqual([0, 0]);
  });

  test("by Replaces, which whoever does not know it has to refuse (RFC 3891 §3)", () => {
    attempt(REPLACES);
    expect(agent.legs[0]?.target).toBe("sip:100@192.0.2.9");
    expect(agent.legs[0]?.headers).toEqual(["Require: replaces", "Replaces: c;to-tag=t;from-tag=f;early-only"]);
  });

  test("a caller's phone that rings instead is left alone", async () => {
    attempt(REPLACES);
    agent.legs[0]?.rings();
    agent.legs[0]?.refuse(487);
    await settled();
    expect(agent.done).toEqual(["INVITE sip:100@192.0.2.9", "end sip:100@192.0.2.9"]);
    expect(landed?.outcome).toMatchObject({ kind: "refused" });
  });

  test("without a port for audio it works all the same", () => {
    port = undefined;
    attempt();
    expect(agent.leg("**101").sdp).toContain("a=inactive");
  });

  test("an answer without audio is no reason to fail", () => {
    attempt();
    agent.leg("**101").answer("");
    expect(spoken).toEqual([]);
    expect(agent.leg("*80102").target).toBe("sip:*80102@pbx.test");
  });

  test("a phone that is in a call is rung where that is wished, and not made to answer", () => {
    attempt(CODE, "busy", "ring");
    agent.leg("**101").answer(ANSWER);
    expect(agent.leg("102").headers).toEqual([]);
  });
});

describe("a caller who cannot be landed goes back to the line that rang", () => {
  test.each([
    ["the phone rejects", () => agent.leg("*80102").refuse(486)],
    ["the phone does not answer", () => clock.advance(3000)],
    ["the panel is stopped", () => stop.abort()],
    [
      "the join is refused",
      () => {
        agent.leg("*80102").answer(ANSWER);
        agent.leg("**101").answerRefer(603);
      },
    ],
  ])("%s", async (_, happens) => {
    taken();
    happens();
    expect(agent.done.at(-1)).toBe("REFER sip:101@pbx.test");
    agent.leg("**101").answerRefer(202);
    agent.leg("**101").sipfrag(180, false);
    await settled();
    expect(landed?.outcome.kind).not.toBe("picked-up");
    expect(landed?.outcome.reason).toContain("the caller was sent back to the line");
    expect(landed?.definite).toBe(false);
  });

  test("and so does one who answered after we had given up, once the outcome is out", async () => {
    attempt();
    clock.advance(4000);
    await settled();
    expect(landed?.outcome.kind).toBe("failed");
    expect(agent.done.at(-1)).toBe("end sip:**101@pbx.test");
    agent.leg("**101").answerLate(ANSWER);
    expect(agent.done.at(-1)).toBe("REFER sip:101@pbx.test");
    agent.leg("**101").answerRefer(202);
    agent.leg("**101").sipfrag(180, false);
    expect(agent.done.at(-1)).toBe("end sip:**101@pbx.test");
    agent.leg("**101").over();
    expect([lines.listeners, clock.pending]).toEqual([0, 0]);
  });

  test("a phone that answers after we gave it up has no owner here: the leg ends itself", () => {
    taken();
    clock.advance(3000);
    expect(() => agent.leg("*80102").answerLate()).toThrow("not wanted any more");
  });

  test("a phone's leg that is not up can replace nothing: the caller goes back", async () => {
    taken();
    const phone = agent.leg("*80102");
    phone.answer(ANSWER);
    agent.leg("**101").sipfrag(400, true);
    phone.replaceable = undefined;
    agent.leg("**101").answerRefer(202);
    clock.advance(10);
    await settled();
    expect(agent.done.at(-1)).toBe("REFER sip:101@pbx.test");
  });
});
