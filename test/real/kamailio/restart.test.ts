import { describe, expect, type TestContext, test } from "vitest";
import type { LineId } from "../../../firmware/domain/line.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import { cell, took } from "../matrix.ts";
import type { Habits } from "./files.ts";
import { PBX } from "./kamailio.ts";
import { Scene, type SceneOptions } from "./scene.ts";
import { ALIVE, SOON, TRANSPORTS } from "./watch.ts";

const LINES: readonly LineId[] = ["100", "101", "102", "103"];
/** How long it may take from the start until all that was forgotten is asked for afresh, on a busy machine. */
const BACK: Millis = 20_000;
/** With ghosts that live for so many seconds, longer than a restart on a busy machine, and then until they are swept. */
const everything: Habits = { keeps: "everything", lifetime: 24 };
const SWEPT: Millis = 40_000;

const all = (state: LineState): ReadonlyMap<LineId, LineState> => new Map(LINES.map((line) => [line, state]));

/** 100 calls 101. */
async function ringing(context: TestContext, transport: SipTransportName, options: SceneOptions = {}): Promise<Scene> {
  const scene = await new Scene(transport, LINES, options).start(context);
  await scene.watch.proved();
  await scene.call("100", "101");
  await scene.watch.proved();
  return scene;
}

/** Dead long enough to be missed. */
async function restarted({ pbx, watch }: Scene): Promise<void> {
  await pbx.kill();
  watch.truth.lost();
  await watch.truth.untilLamps(all("unknown"), ALIVE + 1000);
  watch.truth.found();
  await pbx.start();
}

/** Killed and started again: what it kept decides what it then says, and that is what lamps show. */
describe.each(TRANSPORTS)("lamps of a Kamailio that is killed with -9, over %s", { concurrent: true }, (transport) => {
  test("it keeps nothing", cell(PBX, transport, "kill -9, nothing kept"), async (context) => {
    const scene = await ringing(context, transport);
    const { pbx, watch } = scene;
    await restarted(scene);
    took(context.task, await watch.proved(BACK));
    expect(new Set((await pbx.lineStates(LINES)).values())).toEqual(new Set(["idle"]));
    // It has forgotten its phones, too.
    const others = [scene.phone("102"), scene.phone("103")];
    await Promise.all(others.map((phone) => phone.stop()));
    await Promise.all(others.map((phone) => phone.start()));
    await scene.call("103", "102");
    await watch.proved();
  });

  test("it keeps subscriptions", cell(PBX, transport, "kill -9, subscriptions kept"), async (context) => {
    const scene = await ringing(context, transport, { habits: { keeps: "subscriptions" } });
    await restarted(scene);
    took(context.task, await scene.watch.proved(BACK));
    // The phone rings on, and nothing but the phone knows it.
    expect([scene.phone("101").state, scene.watch.truth.lamp("101")]).toEqual(["ringing", "idle"]);
    await scene.call("103", "102");
    await scene.watch.proved();
  });

  test("it keeps everything, and a ghost rings", cell(PBX, transport, "kill -9, ghost of a ring"), async (context) => {
    const scene = await ringing(context, transport, { habits: everything, longestRing: 12_000 });
    const { pbx, watch } = scene;
    await restarted(scene);
    await watch.lamp("101", "ringing", BACK);
    await watch.lamp("100", "busy");
    expect([await pbx.published("101"), await pbx.calls()]).toEqual([["early"], []]);
    // Its end is not heard of. Other calls are.
    await Promise.all(["100", "101"].map((line) => scene.phone(line).hangUp()));
    await scene.call("103", "102");
    expect(watch.truth.lamp("101")).toBe("ringing");
    await scene.phone("103").hangUp();
    await watch.lamp("102", "idle");
    await watch.lamp("101", "idle", SWEPT);
    await watch.proved();
    expect(await pbx.published("101")).toEqual([]);
  });

  test(
    "it keeps everything, and a ghost is busy",
    cell(PBX, transport, "kill -9, ghost of a call"),
    async (context) => {
      const scene = await ringing(context, transport, { habits: everything });
      const { pbx, watch } = scene;
      const both = (state: LineState) => Promise.all(["100", "101"].map((line) => watch.lamp(line, state, SWEPT)));
      await scene.phone("101").answer();
      await both("busy");
      await restarted(scene);
      await both("busy");
      expect(await pbx.published("101")).toContain("confirmed");
      // The end of the call is told of beside the ghost, under another id, if at all.
      await scene.phone("100").hangUp();
      await scene.phone("101").until("idle", SOON);
      await both("idle");
      await watch.proved();
      expect(await pbx.published("101")).not.toContain("confirmed");
      expect(watch.shown("101")).toEqual(["unknown", "idle", "ringing", "busy", "unknown", "busy", "idle"]);
    },
  );

  test("a ghost rings for too long", cell(PBX, transport, "stuck ring: unknown"), async (context) => {
    const scene = await ringing(context, transport, { habits: everything, longestRing: 2000 });
    const { pbx, watch } = scene;
    await restarted(scene);
    await watch.lamp("101", "ringing", BACK);
    await scene.phone("101").hangUp();
    await watch.lamp("101", "unknown");
    expect(await pbx.published("101")).toEqual(["early"]);
    await watch.lamp("101", "idle", SWEPT);
    await watch.proved();
  });
});

test("over udp, a restart too quick to be missed", cell(PBX, "udp", "quick restart, refresh 481"), async (context) => {
  // Nor would it be if it took half a minute.
  const scene = await ringing(context, "udp", { habits: { minExpires: 1, maxExpires: 12 }, alive: 30_000 });
  const { pbx, watch } = scene;
  await pbx.kill();
  await pbx.start();
  // The link was never seen to go: nothing but the next refresh can show it.
  await watch.lamp("101", "unknown", 2 * SOON);
  await watch.proved(BACK);
  expect(await watch.truth.untilFault("line 101", SOON)).toMatch(/forgotten/);
  expect(watch.shown("101")).toEqual(["unknown", "idle", "ringing", "unknown", "idle"]);
});
