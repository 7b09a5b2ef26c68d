import { describe, expect, type TestContext, test } from "vitest";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import { cell } from "../matrix.ts";
import type { Habits } from "./files.ts";
import { PBX } from "./kamailio.ts";
import { Scene } from "./scene.ts";
import { SOON, TRANSPORTS } from "./watch.ts";

function scene(context: TestContext, transport: SipTransportName, habits: Habits): Promise<Scene> {
  return new Scene(transport, ["100", "101"], { habits }).start(context);
}

/** Rings, is answered, ends: every step as the PBX has it. */
async function lifeOfACall(scene: Scene): Promise<void> {
  const { watch } = scene;
  await scene.call("100", "101");
  await watch.proved();
  await scene.phone("101").answer();
  await watch.lamp("101", "busy");
  await watch.proved();
  await scene.phone("100").hangUp();
  await Promise.all(scene.lines.map((line) => watch.lamp(line, "idle")));
  await watch.proved();
}

/** What a Kamailio can be told to do otherwise, and lamps that are true all the same. */
describe.each(TRANSPORTS)("lamps on a Kamailio with other habits, over %s", { concurrent: true }, (transport) => {
  test("idle is a dialog that is over", cell(PBX, transport, "dummy dialog for idle"), async (context) => {
    const made = await scene(context, transport, { dummy: true });
    await made.watch.proved();
    await lifeOfACall(made);
  });

  test("the callee is told of before it rings", cell(PBX, transport, "callee's Trying"), async (context) => {
    const made = await scene(context, transport, { calleeTrying: true });
    await made.watch.proved();
    await lifeOfACall(made);
    expect(made.watch.shown("101").filter((state) => state === "ringing")).toHaveLength(1);
  });

  test("subscriptions are too short for it", cell(PBX, transport, "423 with Min-Expires"), async (context) => {
    const made = await scene(context, transport, { minExpires: 900 });
    await made.watch.proved();
    await lifeOfACall(made);
  });

  test("subscriptions are too long for it", cell(PBX, transport, "shortened Expires, refreshed"), async (context) => {
    // It holds what is published of a call to the same bound: a busy machine needs time to look at it.
    const made = await scene(context, transport, { minExpires: 1, maxExpires: 12 });
    const { watch } = made;
    await watch.proved();
    const told = watch.told("101");
    // Its own expect: the common one knows one test at a time.
    await context.expect.poll(() => watch.told("101"), { timeout: 6 * SOON }).toBeGreaterThan(told + 1);
    expect(watch.shown("101")).toEqual(["unknown", "idle"]);
    await lifeOfACall(made);
  });

  test("an idle line is not told of", cell(PBX, transport, "200 without NOTIFY"), async (context) => {
    const made = await scene(context, transport, { fastNotify: false });
    const { watch } = made;
    expect(await watch.truth.untilFault("line 101", 2 * SOON)).toMatch(/tells nothing of it/);
    expect(watch.shown("101")).toEqual(["unknown"]);
    await lifeOfACall(made);
  });
});
