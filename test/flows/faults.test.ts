import { afterEach, describe, expect, test } from "vitest";
import type { Millis } from "../../firmware/domain/millis.ts";
import { FAULT_NAMES, type FaultName } from "../../sim/pbx/faults/faults.ts";
import { StillPanel } from "./still-panel.ts";

interface Case {
  readonly fault: FaultName;
  readonly level?: number;
  /** Nothing can be known of the PBX meanwhile. */
  readonly dead?: true;
  /** How long a phone rings, and after that all is quiet, under it; beside half a minute of calls. */
  readonly stays: Millis;
  /** How long a lamp may be wrong under it. */
  readonly wrong: Millis;
  /** How long a lamp may be unknown, or wrong, under it; as long as it lasts where absent. */
  readonly unsure?: Millis;
  /** How long after it every lamp says what is so. */
  readonly back: Millis;
  /** How long after it the panel may not know yet that the PBX has given a subscription up: lamps are right by luck. */
  readonly deaf?: Millis;
}

/** Long enough for every subscription to be refreshed: that is after 108 s at the latest. */
const REFRESHED: Millis = 112_000;
/** A refresh that nothing follows for 5 s: all that shows a PBX which tells nothing of its changes. */
const BLIND: Millis = 113_500;
/** Two subscriptions in a row were lost at once: the third try is after 1 s. */
const RENEWED: Millis = 1_500;
/** The PBX has been silent for 5 s. */
const SILENT: Millis = 5_500;
/** A PBX that was lost is tried every 4 s at least. */
const FOUND: Millis = 4_500;
/** What failed again and again is tried once a minute. */
const PATIENT: Millis = 70_000;
/** From the PBX's first knowledge to the lamp. */
const AT_ONCE: Millis = 20;

const CASES: readonly Case[] = [
  { fault: "lose-notify", stays: REFRESHED, wrong: BLIND, back: PATIENT, deaf: BLIND },
  // UDP repeats them after half a second, 1 s, 2 s: with these dice the third arrives.
  { fault: "lose-notify", level: 0.5, stays: 20_000, wrong: 3_600, unsure: 3_600, back: AT_ONCE },
  { fault: "delay-notify", stays: 20_000, wrong: 2_001, unsure: 2_001, back: 2_001 },
  // So late that the PBX takes the panel for gone, since nobody answers.
  { fault: "delay-notify", level: 40_000, stays: REFRESHED, wrong: BLIND, back: PATIENT, deaf: BLIND },
  { fault: "duplicate-notify", stays: 20_000, wrong: AT_ONCE, unsure: AT_ONCE, back: AT_ONCE },
  // One that waits to be overtaken is repeated meanwhile, and is overtaken by itself. A list with a gap waits for its refresh.
  { fault: "reorder-notify", stays: 20_000, wrong: 701, unsure: 7_000, back: FOUND },
  { fault: "corrupt-notify", stays: 40_000, wrong: AT_ONCE, back: PATIENT },
  { fault: "corrupt-notify", level: 0.5, stays: 40_000, wrong: AT_ONCE, back: PATIENT },
  // A PBX that cannot send its NOTIFY ends the subscription without a word.
  { fault: "oversize-notify", stays: REFRESHED, wrong: BLIND, back: PATIENT, deaf: BLIND },
  { fault: "oversize-notify", level: 60, stays: 20_000, wrong: AT_ONCE, unsure: AT_ONCE, back: AT_ONCE },
  // What the PBX says again and again is believed for as long as a call may ring: pbx.longestRing, 180 s.
  { fault: "stuck-ring", stays: 185_000, wrong: 182_000, back: BLIND },
  { fault: "count-anew", stays: 20_000, wrong: 600, unsure: RENEWED, back: AT_ONCE },
  { fault: "slow-answers", stays: 20_000, wrong: AT_ONCE, unsure: AT_ONCE, back: AT_ONCE },
  { fault: "slow-answers", level: 8_000, stays: REFRESHED, wrong: AT_ONCE, unsure: AT_ONCE, back: AT_ONCE },
  { fault: "brief-interval", stays: REFRESHED, wrong: AT_ONCE, unsure: AT_ONCE, back: AT_ONCE },
  { fault: "refuse-refresh", stays: REFRESHED, wrong: AT_ONCE, unsure: RENEWED, back: AT_ONCE },
  { fault: "refuse-refresh", level: 481, stays: REFRESHED, wrong: AT_ONCE, unsure: RENEWED, back: AT_ONCE },
  { fault: "end-subscriptions", stays: 40_000, wrong: AT_ONCE, back: PATIENT },
  { fault: "wrong-via", stays: REFRESHED, wrong: AT_ONCE, unsure: AT_ONCE, back: AT_ONCE },
  { fault: "silent-death", dead: true, stays: 20_000, wrong: SILENT, back: FOUND },
  { fault: "crash", dead: true, stays: 20_000, wrong: SILENT, back: FOUND },
  { fault: "amnesia", dead: true, stays: 20_000, wrong: SILENT, back: FOUND },
  // Its database is there again before anybody has seen that it was away.
  { fault: "restart-storm", stays: 20_000, wrong: AT_ONCE, unsure: AT_ONCE, back: AT_ONCE },
  { fault: "restart-storm", level: 400, stays: 5_000, wrong: AT_ONCE, unsure: AT_ONCE, back: AT_ONCE },
  { fault: "ignore-refer", stays: 1_000, wrong: AT_ONCE, unsure: AT_ONCE, back: AT_ONCE },
  { fault: "forbid-transfers", stays: 1_000, wrong: AT_ONCE, unsure: AT_ONCE, back: AT_ONCE },
];

const PHONES = ["100", "101", "102", "103", "104"];

/** They concern one subscription like another, whatever it tells of. */
const ANY_SUBSCRIPTION: readonly FaultName[] = [
  "slow-answers",
  "brief-interval",
  "refuse-refresh",
  "wrong-via",
  "ignore-refer",
  "forbid-transfers",
];
const OF_LISTS = CASES.filter(({ fault }) => !ANY_SUBSCRIPTION.includes(fault));

/** In [0, 1), even, and the same every time. */
function dice(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

let panel: StillPanel;
afterEach(() => panel.stop());

async function standing(list?: string): Promise<void> {
  panel = new StillPanel({ random: dice(), ...(list !== undefined && { list }) });
  await panel.start();
  panel.longestLie = panel.longestDoubt = 0;
}

/** Calls come, are answered and end; then a phone rings for long, and then nothing happens for as long. */
async function aDay(stays: Millis): Promise<void> {
  panel.does("100", { calls: "101" });
  await panel.run(4_000);
  panel.does("101", "answers");
  panel.does("103", { calls: "104" });
  await panel.run(4_000);
  panel.does("100", "hangs up");
  await panel.run(4_000);
  panel.does("103", "hangs up");
  panel.does("104", { calls: "103" });
  await panel.run(4_000);
  panel.does("104", "hangs up");
  await panel.run(4_000);
  panel.does("100", { calls: "101" });
  await panel.run(stays);
  panel.does("100", "hangs up");
  await panel.run(stays);
}

describe.each([
  { watched: "a subscription for each line", list: undefined, cases: CASES },
  { watched: "one list for all", list: "blflist", cases: OF_LISTS },
])("lamps under faults of the PBX, $watched", ({ list, cases }) => {
  test.each(cases)(
    "$fault $level",
    async ({ fault, level = true, dead = false, stays, wrong, unsure, back, deaf = 0 }) => {
      await standing(list);
      await panel.whilst(panel.pbx.fault(fault, level));
      panel.dead = dead;
      await aDay(stays);
      expect(panel.longestLie).toBeLessThanOrEqual(wrong);
      if (unsure !== undefined) expect(panel.longestDoubt).toBeLessThanOrEqual(unsure);
      if (dead) expect(panel.lamps).toEqual(["unknown", "unknown", "unknown", "unknown"]);

      await panel.whilst(panel.pbx.fault(fault, false));
      panel.dead = false;
      // What it did last may still be on its way.
      await panel.run(AT_ONCE);
      await panel.until("every lamp right", () => panel.right, back);
      await panel.run(deaf);
      await panel.until("every lamp right", () => panel.right, back);
      // And it stays so, with what is new.
      await panel.until("phones registered again", () => panel.pbx.lineState("101") === "idle", 120_000);
      for (const phone of PHONES) panel.does(phone, "hangs up");
      await panel.until("rest", () => PHONES.every((phone) => panel.phoneState(phone) === "idle"), 60_000);
      panel.longestLie = 0;
      panel.does("100", { calls: "101" });
      await panel.until("a ring", () => panel.lamp("101") === "ringing" && panel.right, 1_000);
      expect(panel.longestLie).toBeLessThanOrEqual(AT_ONCE);
    },
  );
});

/** 101 rings, and its key is pressed: the desk phone answers, and the PBX does not do what it is asked for. */
test.each([
  ["ignore-refer", "failed"],
  ["forbid-transfers", "refused"],
] as const)("a pickup under %s is shown as %s, the phone rings on and nothing is left", async (fault, feedback) => {
  await standing();
  await panel.whilst(panel.pbx.fault(fault));
  panel.does("100", { calls: "101" });
  await panel.until("a ring", () => panel.lamp("101") === "ringing", 1_000);
  panel.press("101");
  await panel.until("feedback", () => panel.cadence("101") === feedback, 5_000);
  await panel.until("the ring again", () => panel.lamp("101") === "ringing", 5_000);
  await panel.until("the desk phone at rest", () => panel.phoneState("102") === "idle", 1_000);
  await panel.until("no more than two legs", () => panel.pbx.dialogs === 2, 1_000);
  expect([panel.phoneState("100"), panel.phoneState("101")]).toEqual(["calling", "ringing"]);
  expect(panel.longestLie).toBeLessThanOrEqual(AT_ONCE);
});

test("a PBX that is back within the alive time and knows nobody: only the next refresh tells", async () => {
  await standing();
  await panel.whilst(panel.pbx.fault("amnesia"));
  await panel.run(1_000);
  await panel.whilst(panel.pbx.fault("amnesia", false));
  await panel.until("phones registered again", () => panel.pbx.lineState("101") === "idle", 120_000);
  panel.does("100", { calls: "101" });
  await panel.run(BLIND);
  expect(panel.longestLie).toBeLessThanOrEqual(BLIND);
  expect(panel.right).toBe(true);
});

test("every fault there is has a case", () => {
  expect([...new Set(CASES.map(({ fault }) => fault))].sort()).toEqual([...FAULT_NAMES].sort());
  panel = new StillPanel();
});
