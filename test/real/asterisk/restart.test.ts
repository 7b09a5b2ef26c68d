import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PbxLineState } from "../../flows/phone.ts";
import type { Baresip } from "../baresip.ts";
import { cell, took } from "../matrix.ts";
import { Asterisk, type Ending } from "./asterisk.ts";
import { customLines } from "./files.ts";
import { ALIVE, restarted, TRANSPORTS, Watch } from "./watch.ts";

const lines = ["100", "101", ...customLines.slice(0, 46)];

/** What it says of lines that have no phone is kept in its database, and comes back with it. */
const states: readonly (readonly [line: string, state: PbxLineState])[] = [
  ["801", "ringing"],
  ["802", "busy"],
  ["803", "held"],
];

interface Restart {
  readonly how: Ending;
  readonly down: number;
  readonly event: string;
}

const restarts: readonly Restart[] = [
  { how: "gracefully", down: 0, event: "restart gracefully" },
  { how: "now", down: 0, event: "restart now" },
  { how: "kill", down: 0, event: "kill -9" },
  { how: "kill", down: ALIVE + 2000, event: `kill -9, ${(ALIVE + 2000) / 1000} s away` },
];

describe("an Asterisk that goes and comes back", () => {
  const pbx = new Asterisk();
  let caller: Baresip;
  let target: Baresip;
  let watch: Watch | undefined;

  beforeAll(async () => {
    await pbx.start();
    caller = pbx.phone("100", "manual");
    target = pbx.phone("101", "manual");
    await Promise.all([caller.start(), target.start()]);
  }, 120_000);
  afterAll(() => pbx.stop());
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      process.stderr.write(`what Asterisk saw: ${await pbx.saveLog()}\n`);
    });
  });
  afterEach(async () => {
    await watch?.stop();
    watch = undefined;
    await Promise.all([caller.hangUp(), target.hangUp()]);
  });

  describe.each(TRANSPORTS)("over %s", (transport) => {
    for (const { how, down, event } of restarts) {
      test(
        `${event}: every lamp true in time, and following again`,
        cell(pbx.name, transport, event),
        async ({ task }) => {
          for (const [line, state] of states) await pbx.setState(line, state);
          watch = new Watch(pbx, transport, lines);
          await watch.start();
          await watch.proved();
          // A call that is gone afterwards. Gracefully, it would be waited for.
          if (how !== "gracefully") {
            await caller.call("101");
            await watch.lamp("101", "ringing");
          }

          took(task, await restarted(pbx, watch, how, down));

          await pbx.setState("801", "idle");
          await watch.lamp("801", "idle");
          await pbx.setState("804", "ringing");
          await watch.lamp("804", "ringing");
          await pbx.setState("804", "idle");
          await watch.proved();
          expect(watch.truth.notes.filter((note) => note.kind === "fault")).toEqual([]);
        },
      );
    }
  });
});
