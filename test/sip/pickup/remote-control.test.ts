import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GRACE, STAY } from "../../../firmware/domain/attempt/attempt.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Landed } from "../../../firmware/sip/pickup/landing.ts";
import { RemoteControl } from "../../../firmware/sip/pickup/remote-control.ts";
import { roomIn, watching } from "../../../firmware/sip/pickup/sight.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { answering, HttpPhone } from "./http-phone.ts";
import { ScriptedLines, watchOf } from "./scripted.ts";

let clock: ManualClock;
let phone: HttpPhone;
let stop: AbortController;
let lines: ScriptedLines;

beforeEach(async () => {
  clock = new ManualClock();
  phone = await new HttpPhone().start();
  stop = new AbortController();
});
afterEach(() => phone.stop());

function landing(transfer = true): RemoteControl {
  const dial = phone.url("/dial?to={number}");
  const remote = { dial, ...(transfer && { transfer: phone.url("/transfer?to={number}") }) };
  return new RemoteControl({ clock, phone: { whenBusy: "refuse" }, remote });
}

function attempt(state: LineState = "idle"): Promise<Landed> {
  lines = new ScriptedLines({ "101": "ringing", "102": state });
  const what = { target: { kind: "dial", user: "**101" }, line: "101", by: 4000 } as const;
  return landing().attempt(what, watchOf(lines), stop.signal);
}

/** The phone's answer has been read, after which only the lines can tell more. */
const answered = () => expect.poll(() => phone.heard.length > 0 && phone.connections === 0).toBe(true);

describe("landing by remote control", () => {
  test("tells the phone to dial the code, and believes only what the PBX shows", async () => {
    const landed = attempt();
    await answered();
    lines.see("102", "busy");
    lines.see("101", "idle");
    clock.advance(GRACE);
    expect((await landed).outcome.kind).toBe("picked-up");
    expect(phone.heard.map(({ line }) => line)).toEqual(["GET /dial?to=**101"]);
    expect([lines.listeners, clock.pending]).toEqual([0, 0]);
  });

  test.each([401, 403, 404])(
    "a phone that refuses with %i has done nothing: another landing may be tried",
    async (code) => {
      phone.behave = answering(code);
      expect(await attempt()).toMatchObject({ definite: true, outcome: { code } });
    },
  );

  test("a phone that is silent is given up at the deadline, and its connection with it", async () => {
    phone.behave = () => undefined;
    const landed = attempt();
    await expect.poll(() => phone.heard.length).toBe(1);
    clock.advance(4000);
    const { outcome, definite } = await landed;
    expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("did not answer in time") });
    expect(definite).toBe(false);
    await expect.poll(() => phone.connections).toBe(0);
  });

  test("the daemon stops: the request is cut off", async () => {
    phone.behave = () => undefined;
    const landed = attempt();
    await expect.poll(() => phone.heard.length).toBe(1);
    stop.abort();
    expect((await landed).outcome.kind).toBe("failed");
    await expect.poll(() => phone.connections).toBe(0);
    expect([lines.listeners, clock.pending]).toEqual([0, 0]);
  });

  test("a phone in a call is not asked", async () => {
    expect((await attempt("busy")).outcome.kind).toBe("refused");
    expect(phone.heard).toEqual([]);
  });

  test("a call that can only be replaced is for another landing", async () => {
    lines = new ScriptedLines({ "101": "ringing", "102": "idle" });
    const target = { kind: "replaces", uri: "sip:100@x", replaces: "c" } as const;
    const landed = await landing().attempt({ target, line: "101", by: 4000 }, watchOf(lines), stop.signal);
    expect(landed).toMatchObject({ definite: true, outcome: { kind: "refused" } });
    expect(phone.heard).toEqual([]);
  });
});

describe("what else it can do", () => {
  test("dial a number", async () => {
    lines = new ScriptedLines({ "102": "idle" });
    const landed = landing().dial("#9 1", 4000, { ...watchOf(lines), quarry: () => "there" }, stop.signal);
    await answered();
    lines.see("102", "busy");
    clock.advance(STAY);
    expect((await landed).outcome.kind).toBe("done");
    expect(phone.heard.map(({ line }) => line)).toEqual(["GET /dial?to=%239%201"]);
  });

  test("park the phone's call", async () => {
    lines = new ScriptedLines({ "701": "idle", "102": "busy" });
    const watch = watching(lines, "102", ["701"], roomIn(lines, ["701"]));
    const landed = landing().park("701", 4000, watch, stop.signal);
    await answered();
    lines.see("701", "busy");
    lines.see("102", "idle");
    clock.advance(STAY);
    expect((await landed).outcome.kind).toBe("done");
    expect(phone.heard.map(({ line }) => line)).toEqual(["GET /transfer?to=701"]);
  });

  test("not park where such a phone cannot, with what to look at", async () => {
    lines = new ScriptedLines({ "701": "idle", "102": "busy" });
    const watch = watching(lines, "102", ["701"], roomIn(lines, ["701"]));
    const { outcome } = await landing(false).park("701", 4000, watch, stop.signal);
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("pickup.phone.remote") });
    expect(phone.heard).toEqual([]);
  });
});
