import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cell, took } from "../matrix.ts";
import { Asterisk } from "./asterisk.ts";
import { customLines, listedLines } from "./files.ts";
import { restarted, TRANSPORTS, TRUE_WITHIN, Watch } from "./watch.ts";

const LIST = "blflist";
const refreshes = 12;

/** Sixty lines by one subscription: full state at first, 30 kB of it, and then what changes. */
describe(`a list of ${listedLines.length} lines on a real Asterisk`, () => {
  const pbx = new Asterisk();
  let watch: Watch | undefined;

  beforeAll(() => pbx.start(), 120_000);
  afterAll(() => pbx.stop());
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      process.stderr.write(`what Asterisk saw: ${await pbx.saveLog()}\n`);
    });
  });
  afterEach(async () => {
    await watch?.stop();
    watch = undefined;
    for (const line of customLines.slice(0, refreshes)) await pbx.setState(line, "idle");
  });

  /** Whose dialogs were asked for since that moment of the log. */
  async function askedFor(from: number): Promise<ReadonlySet<string>> {
    const messages = (await pbx.log()).slice(from).split(/^(?=SUBSCRIBE )/m);
    return new Set(
      messages.flatMap((message) => {
        // Asterisk logs a message that has come in part, up to there, and whole once more when the rest is here.
        const [head = ""] = message.split(/\r?\n\r?\n|\[[\d:.]+\] [A-Z]+\[/, 1);
        const [, target] = /^SUBSCRIBE sips?:([^@]+)@/.exec(head) ?? [];
        return target !== undefined && /^Event: dialog\b/m.test(head) ? [target] : [];
      }),
    );
  }

  // A whole list does not fit in what a network takes as one datagram.
  describe.each(TRANSPORTS.filter((transport) => transport !== "udp"))("over %s", (transport) => {
    test(
      "every lamp true, one subscription, and each change",
      cell(pbx.name, transport, "list of 60"),
      async ({ task }) => {
        const from = (await pbx.log()).length;
        watch = new Watch(pbx, transport, listedLines, { pbx: { list: LIST } });
        await watch.start();
        took(task, await watch.proved(TRUE_WITHIN));
        for (const state of ["ringing", "busy", "held", "ringing"] as const) {
          await Promise.all(customLines.slice(0, refreshes).map((line) => pbx.setState(line, state)));
          await watch.proved();
        }
        expect([...(await askedFor(from))]).toEqual([LIST]);
      },
    );

    test("killed and started again", cell(pbx.name, transport, "list of 60, kill -9"), async ({ task }) => {
      await pbx.setState("801", "ringing");
      watch = new Watch(pbx, transport, listedLines, { pbx: { list: LIST } });
      await watch.start();
      await watch.proved();
      took(task, await restarted(pbx, watch, "kill", 0));
      await pbx.setState("801", "busy");
      await watch.lamp("801", "busy");
      await watch.proved();
    });

    test(
      "a list that is not there: a subscription a line",
      cell(pbx.name, transport, "list refused"),
      async ({ task }) => {
        watch = new Watch(pbx, transport, listedLines, { pbx: { list: "nolist" } });
        await watch.start();
        took(task, await watch.proved(TRUE_WITHIN));
        await pbx.setState("801", "ringing");
        await watch.lamp("801", "ringing");
        await watch.proved();
      },
    );
  });
});
