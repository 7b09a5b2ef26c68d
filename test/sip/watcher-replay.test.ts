import { describe, expect, it } from "vitest";
import type { LineState } from "../../firmware/domain/line-state.ts";
import { type CapturedNotify, notifiesIn } from "./captured-notify.ts";
import { watching } from "./watching.ts";

interface Story {
  readonly line: string;
  /** In the order in which they were captured. */
  readonly files: readonly string[];
  /** The lamp after each NOTIFY that is for this line. */
  readonly states: readonly LineState[];
}

/** What a real Asterisk 22 sent, byte for byte, and what the lamp has to show after each. */
const stories: Readonly<Record<string, Story>> = {
  "a call in, a call out, a second call beside it, and a phone that leaves": {
    line: "101",
    files: [
      "02-subscribe-idle.sip",
      "03-ringing-early.sip",
      "04-answered-confirmed.sip",
      "07-call-terminated.sip",
      "08-outgoing-ringing.sip",
      "10-inuse-and-ringing.sip",
      "11-back-to-inuse.sip",
      // Not captured: the end of that call. Idle by dialog-info, which tells a phone that is gone from none.
      "12-unregistered-state.sip",
      "13-unsubscribe-terminated.sip",
    ],
    states: ["idle", "ringing", "busy", "idle", "busy", "ringing", "busy", "idle", "unknown"],
  },
  "a call that the other side holds": { line: "100", files: ["05b-hold-100-is-held.sip"], states: ["held"] },
  "a park slot that is taken and left": {
    line: "701",
    files: ["sub-park-parked.sip", "sub-park-retrieved.sip", "sub-park-empty.sip"],
    states: ["busy", "idle", "unknown"],
  },
  "a lamp that the dialplan sets by itself": {
    line: "800",
    files: ["sub-custom-devstate.sip"],
    states: ["idle", "ringing", "busy", "held", "busy", "idle", "ringing", "idle", "unknown"],
  },
};

/** Those of the one subscription to that line's dialogs. */
function told({ line, files }: Story): readonly CapturedNotify[] {
  const all = files.flatMap(notifiesIn).filter((notify) => notify.line === line && notify.event === "dialog");
  const [first] = all.filter(({ contentType }) => contentType === "application/dialog-info+xml");
  return all.filter(({ callId }) => callId === first?.callId);
}

describe("Asterisk's own NOTIFYs", () => {
  it.each(Object.entries(stories))("%s", (_name, story) => {
    const { agent, watcher } = watching([story.line]);
    watcher.start();
    const notifies = told(story);
    agent.last.answer(200, { toTag: notifies[0]?.fromTag ?? "" });
    const states = notifies.map((notify) => {
      expect(agent.notify(agent.last.callId, notify)).toBe(200);
      return watcher.view(story.line).state;
    });
    expect(states).toEqual(story.states);
  });
});
