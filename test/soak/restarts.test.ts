import { afterAll, beforeAll, expect, test } from "vitest";
import { Asterisk } from "../real/asterisk/asterisk.ts";
import { customLines } from "../real/asterisk/files.ts";
import { restarted, Watch } from "../real/asterisk/watch.ts";
import { say, spread, times } from "./record.ts";

const lines = ["100", "101", ...customLines.slice(0, 46)];
/** What each restart finds otherwise than the last one left it. */
const changing = customLines.slice(0, 8);
const STATES = ["ringing", "busy", "held", "idle"] as const;

let pbx: Asterisk;
let watch: Watch;

beforeAll(async () => {
  pbx = new Asterisk();
  await pbx.start();
  watch = new Watch(pbx, "udp", lines);
  await watch.start();
}, 120_000);
afterAll(async () => {
  await watch?.stop();
  await pbx.stop();
});

test("restarts by kill -9 under a panel of 48 lines", async () => {
  const count = times(50);
  const took: number[] = [];
  const wrong: string[] = [];
  for (let time = 0; time < count; time++) {
    for (const [i, line] of changing.entries()) await pbx.setState(line, STATES[(time + i) % STATES.length] ?? "idle");
    try {
      await watch.proved();
      took.push(await restarted(pbx, watch, "kill", 0));
    } catch (error) {
      wrong.push(`${time}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  say(
    `restarts: ${count} by kill -9 with ${lines.length} lines: every lamp true, counted from fully booted, after ` +
      `${spread(took)}; with a wrong lamp or an unexplained one: ${wrong.length}`,
  );
  expect(wrong).toEqual([]);
  expect(took).toHaveLength(count);
});
