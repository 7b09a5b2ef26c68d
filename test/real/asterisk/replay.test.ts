import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { LineId } from "../../../firmware/domain/line.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import { createLog } from "../../../firmware/log.ts";
import { loadPanel } from "../../../sim/rehearsal/load-panel.ts";
import { type Conversation, conversationIn } from "../../../sim/replay/conversation.ts";
import { panelOf } from "../../../sim/replay/panel-of-capture.ts";
import { playBack } from "../../../sim/replay/playback.ts";
import { readCapture } from "../../../sim/replay/read-capture.ts";
import { Replay } from "../../../sim/replay/replay.ts";
import { scoreOf } from "../../../sim/replay/score.ts";
import type { Baresip } from "../baresip.ts";
import { Truth } from "../truth.ts";
import { WatchPanel } from "../watch-panel.ts";
import { Asterisk } from "./asterisk.ts";
import { ALIVE, watchOptions } from "./watch.ts";
import { WireCapture } from "./wire-capture.ts";

const SOON = 20_000;
const LINES: readonly LineId[] = ["100", "101", "103"];

type History = ReadonlyMap<LineId, readonly LineState[]>;

/** Of a replay on a panel that is made from the capture. */
async function replayed(conversation: Conversation): Promise<History> {
  const settings = panelOf(scoreOf(conversation), conversation.spoken, loadPanel("town"));
  const replay = new Replay({ conversation, settings });
  const moments = await playBack(replay, conversation.took);
  await replay.scene.course.whilst(replay.stop());
  return historyOf(moments.flatMap((one) => (one.kind === "lamp" ? [{ line: one.of, state: one.state }] : [])));
}

/** By line, from unknown on, each state once in a row. */
function historyOf(shown: readonly { readonly line: LineId; readonly state: LineState }[]): History {
  const history = new Map<LineId, LineState[]>(LINES.map((line) => [line, ["unknown"]]));
  for (const { line, state } of shown) if (history.get(line)?.at(-1) !== state) history.get(line)?.push(state);
  return history;
}

describe("a conversation with a real Asterisk, replayed", () => {
  const pbx = new Asterisk();
  let caller: Baresip;
  let target: Baresip;
  let wire: WireCapture | undefined;
  let panel: WatchPanel | undefined;

  beforeAll(async () => {
    await pbx.start();
    caller = pbx.phone("100", "manual");
    target = pbx.phone("101", "manual");
    await Promise.all([caller.start(), target.start()]);
  }, 120_000);
  afterAll(() => pbx.stop());
  afterEach(async () => {
    await panel?.stop();
    await wire?.stop();
    panel = undefined;
    wire = undefined;
    await Promise.all([caller.hangUp(), target.hangUp()]);
    await expect.poll(() => pbx.channels(), { timeout: SOON }).toBe(0);
  });

  // Each with an account of its own, so that a log with both is told apart.
  test.each<[SipTransportName, string]>([
    ["udp", "panel1"],
    ["tcp", "panel2"],
  ])("over %s: lamps are as they were, by each way of capturing it", async (transport, user) => {
    const written: string[] = [];
    const { trace } = createLog({ level: "trace", out: { write: (line) => written.push(line) } });
    const truth = new Truth(new SystemClock(), ALIVE);
    const capture = new WireCapture(pbx.portOf(transport));
    wire = capture;
    await capture.start();
    panel = new WatchPanel(watchOptions(pbx, transport, LINES, { pbx: { user } }), (note) => truth.note(note), trace);
    await panel.start();
    await truth.untilLamps(
      new Map([
        ["100", "idle"],
        ["101", "idle"],
        ["103", "offline"],
      ]),
      SOON,
    );

    await caller.call("101");
    await truth.untilLamps(
      new Map([
        ["100", "busy"],
        ["101", "ringing"],
      ]),
      SOON,
    );
    // The lamp may be quicker than the phone.
    await target.until("ringing", SOON);
    await target.answer();
    await target.until("talking", SOON);
    await truth.untilLamps(
      new Map([
        ["100", "busy"],
        ["101", "busy"],
      ]),
      SOON,
    );
    await target.hold(true);
    await truth.untilLamp("100", "held", SOON);
    await target.hangUp();
    await truth.untilLamps(
      new Map([
        ["100", "idle"],
        ["101", "idle"],
      ]),
      SOON,
    );

    const live = historyOf(truth.notes.flatMap((note) => (note.kind === "lamp" ? [note] : [])));
    const own = conversationIn(readCapture(Buffer.from(written.join(""))));
    expect(await replayed(own)).toEqual(live);
    expect(written.join("")).not.toMatch(/response=/);

    // What Asterisk says, and what dumpcap has got, is on disk a moment later.
    const complete = async (read: () => Promise<Buffer>): Promise<Conversation> => {
      let found = own;
      const spoken = async (): Promise<number> => {
        found = conversationIn(readCapture(await read()), user);
        return found.spoken.length;
      };
      await expect.poll(spoken, { timeout: SOON, interval: 500 }).toBeGreaterThanOrEqual(own.spoken.length);
      return found;
    };
    expect(await replayed(await complete(async () => Buffer.from(await pbx.log())))).toEqual(live);
    const captured = await complete(() => capture.text());
    expect(captured.flaws).toEqual([]);
    expect(await replayed(captured)).toEqual(live);
  });
});
