import { beforeEach, describe, expect, test } from "vitest";
import { STAY } from "../../../firmware/domain/attempt/attempt.ts";
import { PickupScene } from "./pickup-scene.ts";

let scene: PickupScene;
beforeEach(() => {
  scene = new PickupScene();
});

describe("the right to transfer", () => {
  const made = () => {
    const one = scene.pickup({ landings: ["transfer"] });
    one.start();
    return one;
  };

  test("is shown where no caller is at stake, and only then does the panel take one", async () => {
    const one = made();
    const first = scene.press(one);
    scene.taken();
    const { outcome, trial } = await first.end();
    expect(outcome.kind).toBe("picked-up");
    expect(trial).toMatchObject({ landing: "desk-phone", because: expect.stringContaining("stands in for transfer") });

    scene.sees({ "102": "idle", "101": "ringing" });
    scene.press(one);
    expect(scene.agent.done.at(-1)).toBe("INVITE sip:**101@pbx.test");
    scene.agent.leg("**101").refuse(487);
  });

  test("is shown by a dialled call as well", async () => {
    const one = made();
    const press = scene.press(one, { kind: "dial", line: "103", number: "9" });
    scene.refer(202);
    scene.agent.leg("*80102").sipfrag(200, true);
    scene.agent.leg("*80102").over();
    scene.clock.advance(STAY);
    expect((await press.end()).outcome.kind).toBe("done");
    scene.lines.see("102", "idle");
    scene.press(one);
    expect(scene.agent.done.at(-1)).toBe("INVITE sip:**101@pbx.test");
  });

  test.each([
    ["403, which may be of the target", 403],
    ["603", 603],
    ["408", 408],
  ])("is not shown by %s", async (_, code) => {
    const one = made();
    const first = scene.press(one);
    scene.forbidden(code);
    await first.end();
    scene.press(one);
    expect(scene.agent.done.at(-1)).toBe("INVITE sip:*80102@pbx.test");
  });

  test("has to be shown anew after every loss of the link", async () => {
    const one = made();
    const first = scene.press(one);
    scene.taken();
    await first.end();
    scene.agent.link(false);
    scene.agent.link(true);
    scene.sees({ "102": "idle", "101": "ringing" });
    scene.press(one);
    expect(scene.agent.done.at(-1)).toBe("INVITE sip:*80102@pbx.test");
  });

  test("is not used for a parked call, which would have nowhere to go back to", async () => {
    const one = made();
    const first = scene.press(one);
    scene.taken();
    await first.end();
    scene.lines.see("102", "idle");
    scene.press(one, { kind: "retrieve", slot: "701" });
    expect(scene.agent.done.at(-1)).toBe("INVITE sip:*80102@pbx.test");
    scene.agent.leg("*80102").answer();
    expect(scene.agent.done.at(-1)).toBe("REFER sip:701@pbx.test");
  });
});

describe("the port for audio", () => {
  test("is open while there is a link, where the panel may take a call itself", () => {
    const one = scene.pickup({ landings: ["transfer"] });
    one.start();
    scene.agent.link(false);
    scene.agent.link(true);
    one.stop();
    expect(scene.opened).toEqual(["192.0.2.7", "closed", "192.0.2.7", "closed"]);
    expect(scene.agent.listeners).toBe(0);
  });

  test("is never opened where it may not", () => {
    const one = scene.pickup({ landings: ["desk-phone"] });
    one.start();
    scene.agent.link(true);
    expect(scene.opened).toEqual([]);
    one.stop();
  });
});
