import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import { loadPanel } from "../../../sim/rehearsal/load-panel.ts";
import { type Conversation, conversationIn } from "../../../sim/replay/conversation.ts";
import { panelOf } from "../../../sim/replay/panel-of-capture.ts";
import { playBack } from "../../../sim/replay/playback.ts";
import { readCapture } from "../../../sim/replay/read-capture.ts";
import { Replay } from "../../../sim/replay/replay.ts";
import { scoreOf } from "../../../sim/replay/score.ts";
import { known, statesTold } from "./told-states.ts";

const FOLDER = new URL("../../captures/", import.meta.url);

/** Lines that this daemon does not ask for as the panel of then did: their lamps stay unknown. */
const NOT_ASKED: Readonly<Record<string, readonly string[]>> = {
  // That gave up what it watched and asked for it anew within a millisecond.
  "sub-event-dialog-sla.sip": ["101"],
  // That had this line from a second list.
  "misc-rls-big.sip": ["101"],
};

/** In each of them a panel is told of the calls of a line. */
const conversations = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".sip"))
  .flatMap((file): [string, Conversation][] => {
    const capture = readCapture(readFileSync(new URL(file, FOLDER)));
    try {
      const conversation = conversationIn(capture);
      return statesTold(conversation).size > 0 ? [[file, conversation]] : [];
    } catch {
      return [];
    }
  });

async function shown(conversation: Conversation): Promise<ReadonlyMap<string, readonly LineState[]>> {
  const { spoken, took } = conversation;
  const replay = new Replay({ conversation, settings: panelOf(scoreOf(conversation), spoken, loadPanel("town")) });
  const states = new Map<string, LineState[]>();
  for (const moment of await playBack(replay, took)) {
    if (moment.kind !== "lamp") continue;
    const one = states.get(moment.of) ?? ["unknown"];
    states.set(moment.of, one);
    if (one.at(-1) !== moment.state) one.push(moment.state);
  }
  await replay.scene.course.whilst(replay.stop());
  return states;
}

describe("captures of watch conversations, replayed to the whole daemon", () => {
  test("there are many", () => {
    expect(conversations.length).toBeGreaterThan(70);
  });

  test.each(conversations)("%s", async (file, conversation) => {
    const lamps = await shown(conversation);
    for (const [line, told] of statesTold(conversation)) {
      const states = lamps.get(line) ?? ["unknown"];
      if (NOT_ASKED[file]?.includes(line)) {
        expect(states, `lamp of ${line}`).toEqual(["unknown"]);
        continue;
      }
      expect(known(states), `lamp of ${line}`).toEqual(known(told));
      expect(states.at(-1), `lamp of ${line} in the end`).toBe(told.at(-1));
    }
  });
});
