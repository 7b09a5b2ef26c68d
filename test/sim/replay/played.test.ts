import { describe, expect, test } from "vitest";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import { loadPanel } from "../../../sim/rehearsal/load-panel.ts";
import { conversationIn } from "../../../sim/replay/conversation.ts";
import { panelOf } from "../../../sim/replay/panel-of-capture.ts";
import { type Moment, playBack } from "../../../sim/replay/playback.ts";
import { readCapture } from "../../../sim/replay/read-capture.ts";
import { Replay } from "../../../sim/replay/replay.ts";
import { scoreOf } from "../../../sim/replay/score.ts";
import { Script } from "./script.ts";

async function played(script: Script): Promise<readonly Moment[]> {
  const conversation = conversationIn(readCapture(Buffer.from(script.text)));
  const settings = panelOf(scoreOf(conversation), conversation.spoken, loadPanel("town"));
  const replay = new Replay({ conversation, settings });
  const moments = await playBack(replay, conversation.took);
  await replay.scene.course.whilst(replay.stop());
  return moments;
}

/** `0.5 ringing`: seconds, and what the lamp shows from then on. */
function lamps(moments: readonly Moment[]): readonly string[] {
  return moments.flatMap((one) => (one.kind === "lamp" ? [`${(one.at / 1000).toFixed(1)} ${one.state}`] : []));
}

const told = (moments: readonly Moment[]) => moments.flatMap((one) => (one.kind === "otherwise" ? [one.text] : []));
const states = (...all: readonly [number, LineState][]) => all.map(([at, state]) => `${at.toFixed(1)} ${state}`);

describe("a capture, played", () => {
  test("an hour of it, each report at its own time", async () => {
    const script = new Script()
      .subscribe(0)
      .report(0.1, "idle")
      .report(1800, "ringing")
      .report(1810, "busy")
      .report(3600, "idle");
    expect(lamps(await played(script))).toEqual(
      states([0.1, "idle"], [1800, "ringing"], [1810, "busy"], [3600, "idle"]),
    );
  });

  test("a PBX that falls silent: no lamp shows what it said before, until it says something again", async () => {
    const script = new Script().subscribe(0).report(0.1, "ringing").ask(20).ask(21).ask(23).report(60, "busy");
    const moments = await played(script);
    const [ringing, unknown, busy, ...more] = lamps(moments);
    expect([ringing, more]).toEqual(["0.1 ringing", []]);
    // After the time without a sign of life that the town is set to, from the last one on.
    expect(Number.parseFloat(unknown ?? "")).toBeGreaterThan(20);
    expect(Number.parseFloat(unknown ?? "")).toBeLessThanOrEqual(25.5);
    expect(unknown).toMatch(/ unknown$/);
    expect(busy).toMatch(/^6\d\.\d busy$/);
    expect(told(moments)).toEqual(
      expect.arrayContaining(["the PBX of then does not answer any more", "the PBX of then answers again"]),
    );
  });

  test("an answer that is another one than then is told with its place", async () => {
    const script = new Script().subscribe(0).report(0.1, "idle").report(5, "ringing", { answer: 500 });
    const moments = await played(script);
    expect(lamps(moments)).toEqual(states([0.1, "idle"], [5, "ringing"]));
    expect(told(moments)).toEqual([
      expect.stringMatching(/^a NOTIFY of 101 \(line \d+\) is answered 200; the panel of then answered 500$/),
    ]);
  });

  test("a report that the daemon takes for older than the last is refused, as it would be, until it has asked anew", async () => {
    const script = new Script().subscribe(0).report(0.1, "idle", { cseq: 10 }).report(5, "ringing", { cseq: 9 });
    const moments = await played(script);
    expect(lamps(moments).map((one) => one.split(" ")[1])).toEqual(["idle", "unknown", "ringing"]);
    expect(told(moments)[0]).toMatch(/^a NOTIFY of 101 \(line \d+\) is answered 500; the panel of then answered 200$/);
  });

  test("what began before the capture is played into the daemon's own subscription", async () => {
    const script = new Script().report(3, "held").report(4, "busy");
    expect(lamps(await played(script))).toEqual(states([0, "held"], [1, "busy"]));
  });

  test("a refusal of then is a refusal now, and its end, too", async () => {
    const script = new Script()
      .subscribe(0, { status: 404 })
      .subscribe(30, { status: 200 })
      .report(30.1, "idle")
      .report(100, "idle");
    const moments = await played(script);
    expect(moments[0]).toMatchObject({ kind: "seen" });
    expect(moments.some((one) => one.kind === "seen" && one.text.includes("has no hint for 101"))).toBe(true);
    const [idle, ...more] = lamps(moments);
    expect([idle?.split(" ")[1], more]).toEqual(["idle", []]);
    expect(Number.parseFloat(idle ?? "")).toBeGreaterThan(30);
  });

  test("a panel of then that began anew counts anew", async () => {
    const script = new Script()
      .subscribe(0)
      .report(0.1, "ringing", { cseq: 900 })
      .anew()
      .subscribe(10)
      .report(10.1, "idle", { cseq: 1 });
    const moments = await played(script);
    expect(lamps(moments).map((one) => one.split(" ")[1])).toEqual(["ringing", "unknown", "idle"]);
    expect(told(moments).join()).toContain("the daemon has to ask anew");
  });

  test("what the panel of then did besides is told, and does no harm", async () => {
    const script = new Script().subscribe(0).report(0.1, "ringing").call(1, "**101").report(2, "idle");
    const moments = await played(script);
    expect(lamps(moments)).toEqual(states([0.1, "ringing"], [2, "idle"]));
    expect(told(moments)).toEqual(["the panel of then sent INVITE **101"]);
  });
});
