import { beforeEach, describe, expect, test } from "vitest";
import { STAY } from "../../../firmware/domain/attempt/attempt.ts";
import type { Task } from "../../../firmware/domain/task.ts";
import { NO_CODES, PickupScene, type Wish } from "./pickup-scene.ts";

let scene: PickupScene;
beforeEach(() => {
  scene = new PickupScene();
});

describe("one landing", () => {
  test("has its INVITE out before attempt() returns, and tells method, reason, landing and steps", async () => {
    const press = scene.press(scene.pickup());
    expect(scene.agent.done).toEqual(["INVITE sip:*80102@pbx.test"]);
    scene.taken();
    const { outcome, trial } = await press.end();
    expect(outcome.kind).toBe("picked-up");
    expect(trial).toMatchObject({
      method: "feature-code",
      because: "profile test does not allow ringing calls to be replaced",
      landing: "desk-phone",
    });
    expect(trial.steps.map(({ step }) => step)).toEqual(["calling", "referring", "watching", "settling"]);
    expect([scene.lines.listeners, scene.clock.pending]).toEqual([0, 0]);
  });

  test("no ring but the one that was meant is taken", async () => {
    const task = scene.taking();
    scene.lines.see("101", "idle");
    scene.lines.see("101", "ringing");
    const press = scene.press(scene.pickup(), task);
    expect((await press.end()).outcome.kind).toBe("too-late");
    expect(scene.agent.done).toEqual([]);
  });

  test("nothing can be done without a phone, or without a code", async () => {
    for (const [wish, why] of [
      [{ codes: NO_CODES }, "no code for directed pickup"],
      [{ landings: [] }, "no landing"],
      [{ phone: "none" }, "no desk phone is configured"],
    ] as const) {
      const { outcome, trial } = await scene.press(scene.pickup(wish)).end();
      expect([outcome, trial]).toEqual([{ kind: "failed", reason: expect.stringContaining(why) }, { steps: [] }]);
    }
    expect(scene.agent.done).toEqual([]);
  });
});

describe("ring groups", () => {
  const code = () =>
    scene.agent.done.filter((done) => done.startsWith("REFER")).map((done) => /sip:(.*)@/.exec(done)?.[1]);

  test("one that can be seen takes its own code at once", () => {
    for (const line of ["101", "103"]) scene.lines.tell(line, [{ remote: { identity: "sip:100@x" } }]);
    scene.press(scene.pickup());
    scene.agent.leg("*80102").answer();
    expect(code()).toEqual(["*9101"]);
  });

  test("one that cannot is found by the next press on the same ring, and each further press tries the other code", async () => {
    const one = scene.pickup();
    for (let i = 0; i < 3; i++) {
      const press = scene.press(one);
      scene.forbidden();
      await press.end();
    }
    expect(code()).toEqual(["**101", "*9101", "**101"]);
    scene.sees({ "101": "idle" });
    scene.sees({ "101": "ringing" });
    const next = scene.press(one);
    scene.forbidden();
    await next.end();
    expect(code().at(-1)).toBe("**101");
  });

  test("a press that sent nothing says nothing of the code", async () => {
    const one = scene.pickup();
    scene.lines.see("102", "busy");
    await scene.press(one).end();
    scene.lines.see("102", "idle");
    scene.press(one);
    scene.agent.leg("*80102").answer();
    expect(code()).toEqual(["**101"]);
  });
});

describe("a group code", () => {
  const wish: Wish = { codes: NO_CODES, scope: "pbx" };
  const group = (): Task => ({ ...scene.taking(), group: ["101", "103"] });

  test("takes what the PBX thinks, so that each of what rings may be it", async () => {
    scene.lines.see("103", "ringing");
    const press = scene.press(scene.pickup(wish), group());
    scene.refer(202);
    expect(scene.agent.done[1]).toBe("REFER sip:*8@pbx.test");
    scene.lines.see("103", "idle");
    scene.agent.leg("*80102").over();
    scene.clock.advance(STAY);
    expect((await press.end()).outcome.kind).toBe("picked-up");
  });

  test("is not used where the panel's own scope decides", async () => {
    const press = scene.press(scene.pickup({ ...wish, scope: ["101", "103"] }), group());
    expect((await press.end()).outcome.kind).toBe("failed");
    expect(scene.agent.done).toEqual([]);
  });
});

test("parking needs the phone's own remote control, and says so", async () => {
  const press = scene.press(scene.pickup(), { kind: "park", slot: "702" });
  expect((await press.end()).outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("remote") });
  expect(scene.agent.done).toEqual([]);
});
