import { describe, expect, it } from "vitest";
import { LIST_PATIENCE } from "../../firmware/sip/watched-list.ts";
import { MOST_UNANSWERED, Watcher } from "../../firmware/sip/watcher.ts";
import { ManualClock } from "../../sim/manual-clock.ts";
import { RecordingLog } from "../recording-log.ts";
import { type Asked, FakeAgent } from "./fake-agent.ts";
import { listOf, member } from "./lists.ts";
import { full } from "./watching.ts";

const LINES = Array.from({ length: 1_000 }, (_, index) => String(1_000 + index));
/** Even, and the same every time. */
function dice(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

interface Setting {
  readonly answers?: (asked: Asked) => number;
  /** Between a request and its answer. */
  readonly delay?: number;
  readonly list?: string;
}

/** Many lines and their PBX: a 200 is followed by a NOTIFY. */
function storming(lines: readonly string[], { answers = () => 200, delay = 20, list }: Setting = {}) {
  const clock = new ManualClock();
  const agent = new FakeAgent();
  const watcher = new Watcher({ agent, clock, log: new RecordingLog(), random: dice() }, lines, () => ({}), list);
  const pbx = { answers };
  const everybody = lines.map((line) => member(line));
  let times: number[] = [];
  let versions = 0;
  agent.onRequest = (asked) => {
    times.push(clock.now());
    clock.at(clock.now() + delay, () => {
      const status = pbx.answers(asked);
      asked.answer(status, { headers: { Expires: "120" } });
      if (status !== 200 || asked.expires === 0) return;
      const isList = list !== undefined && asked.spec.to === agent.uri(list);
      const whole = { version: versions++, full: true, members: everybody };
      agent.notify(asked.callId, isList ? listOf(whole) : { body: full(0) });
    });
  };
  return {
    clock,
    agent,
    watcher,
    pbx,
    idle: () => lines.filter((line) => watcher.view(line).state === "idle").length,
    /** SUBSCRIBEs since this was last asked: how many, the most in any second, and the most unanswered ever. */
    storm() {
      const sent = times;
      times = [];
      let from = 0;
      let peak = 0;
      for (const [index, time] of sent.entries()) {
        while ((sent[from] ?? time) <= time - 1_000) from++;
        peak = Math.max(peak, index - from + 1);
      }
      return { sent: sent.length, peak, inFlight: agent.peak };
    },
  };
}

describe("a thousand lines", () => {
  it("start, and come back after a loss, as fast as the PBX answers: 20 in flight, 1,000/s where it takes 20 ms", () => {
    const all = storming(LINES);
    all.watcher.start();
    all.clock.advance(1_000);
    expect(all.idle()).toBe(1_000);
    expect(all.storm()).toEqual({ sent: 1_000, peak: 1_000, inFlight: MOST_UNANSWERED });
    all.agent.link(false);
    all.clock.advance(30_000);
    all.agent.link(true);
    all.clock.advance(1_000);
    expect(all.idle()).toBe(1_000);
    expect(all.storm()).toEqual({ sent: 1_000, peak: 1_000, inFlight: MOST_UNANSWERED });
  });

  it("come back slowly to a slow PBX: 20/s where it takes a second", () => {
    const all = storming(LINES, { delay: 1_000 });
    all.watcher.start();
    all.clock.advance(50_000);
    expect(all.idle()).toBe(1_000);
    expect(all.storm()).toEqual({ sent: 1_000, peak: MOST_UNANSWERED, inFlight: MOST_UNANSWERED });
  });

  it("are refreshed at under 80/s though they began together, and at under 150/s by a PBX that has forgotten them", () => {
    const all = storming(LINES);
    all.watcher.start();
    all.clock.advance(5_000);
    all.storm();
    all.clock.advance(110_000);
    const refreshed = all.storm();
    expect(refreshed.sent).toBe(1_000);
    expect(refreshed.peak).toBeLessThan(80);
    // Restarted within the time in which the link is believed in.
    all.pbx.answers = ({ spec }) => (spec.identity.remoteTag === undefined ? 200 : 481);
    // The first refresh that fails shows it, and the others are asked within 40 s of that rather than in their turn.
    let first = all.storm();
    while (first.sent === 0) {
      all.clock.advance(1_000);
      first = all.storm();
    }
    all.clock.advance(40_000);
    const forgotten = all.storm();
    expect(all.idle()).toBe(1_000);
    expect(first.sent + forgotten.sent).toBeGreaterThan(1_900);
    expect(first.sent + forgotten.sent).toBeLessThan(2_500);
    expect(forgotten.peak).toBeLessThan(150);
  });

  it.each([
    [503, 25, 50, 60],
    [404, 5, 30, 300],
  ])(
    "that get %i ask less and less: after ten minutes %i/s and never over %i/s, and are all back %i s after it is over",
    (status, mean, most, back) => {
      const all = storming(LINES, { answers: () => status });
      all.watcher.start();
      all.clock.advance(600_000);
      expect(all.storm().inFlight).toBe(MOST_UNANSWERED);
      all.clock.advance(300_000);
      const { sent, peak } = all.storm();
      expect(sent / 300).toBeLessThan(mean);
      // Spread by chance: there are no waves.
      expect(peak).toBeLessThanOrEqual(most);
      all.pbx.answers = () => 200;
      all.clock.advance(back * 1_000);
      expect(all.idle()).toBe(1_000);
      expect(all.storm().peak).toBeLessThanOrEqual(most + 80);
    },
  );
});

/** As many as one NOTIFY of 64 KB holds, as the test writes it. */
const LISTED = LINES.slice(0, 150);

describe("the lines of a list", () => {
  it("start by one SUBSCRIBE, come back by one, are refreshed by one, and by two where the PBX has forgotten it", () => {
    const all = storming(LISTED, { list: "blflist" });
    all.watcher.start();
    all.clock.advance(5_000);
    expect(all.idle()).toBe(150);
    expect(all.storm()).toMatchObject({ sent: 1, inFlight: 1 });
    all.agent.link(false);
    all.agent.link(true);
    all.clock.advance(5_000);
    expect(all.idle()).toBe(150);
    expect(all.storm().sent).toBe(1);
    all.clock.advance(110_000);
    expect(all.storm().sent).toBe(1);
    all.pbx.answers = ({ spec }) => (spec.identity.remoteTag === undefined ? 200 : 481);
    all.clock.advance(110_000);
    expect(all.storm().sent).toBe(2);
    expect(all.idle()).toBe(150);
  });

  it("wait for it while the PBX starts, and ask each for itself, 20 in flight, if it stays away", () => {
    const all = storming(LISTED, { list: "blflist" });
    all.watcher.start();
    all.clock.advance(1_000);
    all.storm();
    all.pbx.answers = ({ spec }) => (spec.to === all.agent.uri("blflist") ? 404 : 200);
    all.agent.link(false);
    all.agent.link(true);
    all.clock.advance(LIST_PATIENCE - 1);
    expect(all.storm().sent).toBeLessThan(4);
    all.clock.advance(1_000);
    expect(all.idle()).toBe(150);
    expect(all.storm()).toMatchObject({ sent: 150, inFlight: MOST_UNANSWERED });
    // Back by the list, without a moment of unknown.
    all.pbx.answers = () => 200;
    let dark = 0;
    all.watcher.onReport(() => dark++);
    all.clock.advance(600_000);
    expect(all.idle()).toBe(150);
    expect(dark).toBe(0);
    all.storm();
    all.clock.advance(110_000);
    expect(all.storm().sent).toBeLessThanOrEqual(2);
  });
});
