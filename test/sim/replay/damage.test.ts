import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadPanel } from "../../../sim/rehearsal/load-panel.ts";
import { type Conversation, conversationIn } from "../../../sim/replay/conversation.ts";
import { panelOf } from "../../../sim/replay/panel-of-capture.ts";
import { playBack } from "../../../sim/replay/playback.ts";
import { readCapture } from "../../../sim/replay/read-capture.ts";
import { Replay } from "../../../sim/replay/replay.ts";
import { scoreOf } from "../../../sim/replay/score.ts";

const CAPTURES = ["kamailio-kill-9-everything-kept.sip", "sub-rls-blflist-ringing.sip", "life-notify-481.sip"].map(
  (file) => readFileSync(new URL(`../../captures/${file}`, import.meta.url)),
);
const town = loadPanel("town");

/** A stretch of a capture is lost, and something else may stand there. */
const damaged = fc
  .record({
    capture: fc.constantFrom(...CAPTURES),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(3000),
    instead: fc.oneof(
      fc.constant(""),
      fc.string(),
      fc.constantFrom("\r\n\r\n", "==== 1 x <-- y\n", "SIP/2.0 200 OK\r\n"),
    ),
  })
  .map(({ capture, from, length, instead }) => {
    const at = Math.floor(from * capture.length);
    return Buffer.concat([capture.subarray(0, at), Buffer.from(instead), capture.subarray(at + length)]);
  });

/** Undefined where a sentence says that there is nothing to play. */
function conversationOf(bytes: Buffer): Conversation | undefined {
  try {
    return conversationIn(readCapture(bytes));
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(/^(?:holds no conversation|nobody watches a line)/);
    return undefined;
  }
}

test("a damaged capture is played as far as it goes, and what cannot be read has its place", async () => {
  await fc.assert(
    fc.asyncProperty(damaged, async (bytes) => {
      const conversation = conversationOf(bytes);
      if (conversation === undefined) return;
      const lines = bytes.toString("latin1").split("\n").length;
      for (const { line } of conversation.flaws) expect(line > 0 && line <= lines).toBe(true);
      const replay = new Replay({ conversation, settings: panelOf(scoreOf(conversation), conversation.spoken, town) });
      for (const { at } of await playBack(replay, conversation.took)) expect(at).toBeGreaterThanOrEqual(0);
      await replay.scene.course.whilst(replay.stop());
    }),
    { numRuns: 60 },
  );
}, 60_000);
