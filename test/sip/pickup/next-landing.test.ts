import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LandingName } from "../../../firmware/domain/settings.ts";
import type { Pickup } from "../../../firmware/sip/pickup/pickup.ts";
import { answering, HttpPhone } from "./http-phone.ts";
import { CODES, DEADLINE, PHONE, PickupScene } from "./pickup-scene.ts";

let scene: PickupScene;
beforeEach(() => {
  scene = new PickupScene();
});

describe("the next landing", () => {
  let desk: HttpPhone;
  beforeEach(async () => {
    desk = await new HttpPhone().start();
    desk.behave = answering(403);
  });
  afterEach(() => desk.stop());
  const both = (first: LandingName = "desk-phone"): Pickup =>
    scene.pickup({
      landings: [first, "remote-control"],
      phone: { ...PHONE, remote: { dial: desk.url("/dial?to={number}") } },
    });

  test.each([603, 405, 501])(
    "is tried after a REFER refused with %i, and its steps follow on the first one's",
    async (code) => {
      const press = scene.press(both());
      scene.forbidden(code);
      await expect.poll(() => press.tried).toBeDefined();
      const { outcome, trial } = await press.end();
      expect(desk.heard.map(({ line }) => line)).toEqual(["GET /dial?to=**101"]);
      expect(outcome).toMatchObject({ kind: "refused", code: 403 });
      expect(trial.landing).toBe("remote-control");
      expect(trial.steps.map(({ step }) => step)).toEqual(["calling", "referring", "clearing", "asking"]);
    },
  );

  test.each<[string, () => void]>([
    ["after 403, which may be of the target", () => scene.refer(403)],
    ["after a timeout of the REFER", () => scene.refer(408)],
    ["after a phone that does not answer", () => scene.clock.advance(DEADLINE)],
    ["after a phone that is busy", () => scene.agent.leg("*80102").refuse(486)],
    ["after an abort", () => scene.stop.abort()],
    [
      "once the line does not ring any more",
      () => {
        scene.refer(603);
        scene.lines.see("101", "idle");
        scene.agent.leg("*80102").over();
        scene.lines.see("102", "idle");
      },
    ],
    [
      "for another ring at the same line",
      () => {
        scene.refer(603);
        scene.sees({ "101": "idle" });
        scene.sees({ "101": "ringing" });
        scene.agent.leg("*80102").over();
        scene.lines.see("102", "idle");
      },
    ],
    [
      "where hardly any time is left",
      () => {
        scene.clock.advance(3500);
        scene.agent.leg("*80102").refuse(603);
      },
    ],
  ])("is not tried %s", async (_, happens) => {
    const press = scene.press(both());
    happens();
    const { trial } = await press.end();
    expect(trial.landing).toBe("desk-phone");
    expect(desk.heard).toEqual([]);
  });

  test("is not the same one again where another stands in for it", async () => {
    const press = scene.press(scene.pickup({ landings: ["transfer", "desk-phone"] }));
    scene.forbidden();
    expect((await press.end()).outcome).toMatchObject({ kind: "refused", code: 603 });
    expect(scene.agent.done.filter((done) => done.startsWith("INVITE"))).toHaveLength(1);
  });

  test("is told to dial, where the first one replaces", async () => {
    scene.lines.tell("101", [{ callId: "c", localTag: "l", remoteTag: "r", remote: { identity: "sip:100@x" } }]);
    const made = scene.pickup({
      landings: ["desk-phone", "remote-control"],
      codes: { ...CODES, replaces: true },
      phone: { ...PHONE, remote: { dial: desk.url("/dial?to={number}") } },
    });
    const press = scene.press(made);
    scene.forbidden();
    expect(scene.agent.done[1]).toContain("?Replaces=");
    await expect.poll(() => press.tried).toBeDefined();
    expect(desk.heard.map(({ line }) => line)).toEqual(["GET /dial?to=**101"]);
    expect(press.tried?.trial).toMatchObject({ method: "feature-code", because: "the desk phone can only dial" });
  });
});
