import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OutcomeKind } from "../../../firmware/domain/outcome.ts";
import type { LandingName, Settings } from "../../../firmware/domain/settings.ts";
import type { EventMessage } from "../../flows/panel.ts";
import { became, pickupCell } from "../pickup-table.ts";
import { Asterisk } from "./asterisk.ts";
import { PickupScene, shown } from "./pickup-scene.ts";

const SOON = 10_000;
const LANDINGS: readonly LandingName[] = ["desk-phone", "transfer", "remote-control"];
const PBX = "Asterisk 22";

interface Method {
  readonly name: string;
  /** The key that is pressed for a call to 101. */
  readonly key: string;
  readonly change: (settings: Settings) => Settings;
  /** How the phone that rang is told. */
  readonly cancel: string;
}

const method =
  (method: Settings["pickup"]["method"], group?: string) =>
  (settings: Settings): Settings => ({
    ...settings,
    pickup: { ...settings.pickup, method },
    ...(group !== undefined && {
      scope: { ...settings.scope, pickup: "pbx" },
      profile: { ...settings.profile, pickup: { ...settings.profile.pickup, group } },
    }),
  });

const METHODS: readonly Method[] = [
  { name: "directed code", key: "1", change: method("feature-code"), cancel: "elsewhere" },
  { name: "oldest of a local group", key: "6", change: method("feature-code"), cancel: "elsewhere" },
  { name: "group code *77", key: "6", change: method("group-code", "*77"), cancel: "elsewhere" },
  { name: "group code *8", key: "6", change: method("group-code", "*8"), cancel: "Q.850;cause=16" },
];

/** What is expected of a press: an outcome, and whether the caller is then with the desk phone. */
interface Expected {
  readonly outcome: OutcomeKind;
  readonly code?: number;
}
const PICKED_UP: Expected = { outcome: "picked-up" };
const REFUSED: Expected = { outcome: "refused" };
const TOO_LATE: Expected = { outcome: "too-late" };

interface Situation {
  readonly name: string;
  /** The panel's account, where it is another one; such a panel has seen nothing of its rights. */
  readonly user?: string;
  /** Up to the press, and then what it came to. */
  play(scene: PickupScene, method: Method): Promise<EventMessage>;
  expected(method: Method, landing: LandingName): Expected;
  /** Who rang, where a phone rang that a pickup silences. */
  readonly silenced?: string;
  /** How it is told, where not as the method has it. */
  readonly told?: string;
  /** What else has to hold then. */
  after?(scene: PickupScene, expected: Expected): Promise<void>;
}

/**
 * Asterisk carries out its built-in code only for a phone that dials it: a call that is transferred to it finds no such number.
 */
const where = (method: Method, landing: LandingName, otherwise: Expected): Expected =>
  method.name === "group code *8" && landing === "desk-phone" ? REFUSED : otherwise;

const talking = (...numbers: string[]) =>
  async function stillTalking(scene: PickupScene): Promise<void> {
    for (const number of numbers) await scene.phone(number).until("talking", SOON);
  };

const SITUATIONS: readonly Situation[] = [
  {
    name: "rings; the phone answers on the header only",
    silenced: "101",
    play: async (scene, { key }) => {
      await scene.ring("101", "1");
      return scene.panel.pressed(key);
    },
    expected: (method, landing) => where(method, landing, PICKED_UP),
    after: (scene, { outcome }) => (outcome === "picked-up" ? scene.heard() : Promise.resolve()),
  },
  {
    name: "rings as one of a ring group",
    silenced: "103",
    // The other member is let go by Dial(), whatever took the call.
    told: "elsewhere",
    play: async (scene, { key }) => {
      await scene.phone("100").call("200");
      for (const [number, at] of [
        ["101", "1"],
        ["103", "3"],
      ] as const) {
        await scene.phone(number).until("ringing", SOON);
        await scene.panel.untilLamp(at, "ringing", SOON);
      }
      return scene.panel.pressed(key);
    },
    expected: (method, landing) => where(method, landing, PICKED_UP),
    after: async (scene, { outcome }) => {
      if (outcome === "picked-up") for (const number of ["101", "103"]) await scene.phone(number).until("idle", SOON);
    },
  },
  {
    name: "another call rings beside it",
    silenced: "101",
    play: async (scene, { key }) => {
      await scene.ring("101", "1");
      await scene.ring("103", "3", "105");
      return scene.panel.pressed(key);
    },
    expected: (method, landing) => where(method, landing, PICKED_UP),
    after: async (scene) => expect(scene.phone("103").state).toBe("ringing"),
  },
  {
    name: "call waiting at a phone that talks",
    play: async (scene, { key }) => {
      await scene.talk("104", "101");
      // The first call rang there as well.
      await scene.panel.untilLamp("1", "busy", SOON);
      await scene.phone("100").call("101");
      await scene.panel.untilLamp("1", "ringing", SOON);
      return scene.panel.pressed(key);
    },
    expected: (method, landing) => where(method, landing, PICKED_UP),
    after: talking("101", "104"),
  },
  {
    name: "just answered",
    play: async (scene, { key }) => {
      await scene.ring("101", "1");
      await scene.phone("101").answer();
      await scene.phone("101").until("talking", SOON);
      return scene.panel.pressed(key);
    },
    expected: () => TOO_LATE,
    after: talking("100", "101"),
  },
  {
    name: "just hung up",
    play: async (scene, { key }) => {
      await scene.ring("101", "1");
      await scene.phone("100").hangUp();
      return scene.panel.pressed(key);
    },
    expected: () => TOO_LATE,
    after: (scene) => scene.phone("102").until("idle", SOON),
  },
  {
    name: "the desk phone talks",
    play: async (scene, { key }) => {
      await scene.talk("104", "102");
      await scene.panel.untilLamp("2", "busy", SOON);
      await scene.ring("101", "1");
      return scene.panel.pressed(key);
    },
    expected: () => REFUSED,
    after: talking("102", "104"),
  },
  {
    name: "panel in none of the PBX's groups",
    user: "panel2",
    silenced: "101",
    play: async (scene, { key }) => {
      await scene.ring("101", "1");
      return scene.panel.pressed(key);
    },
    // Whose group counts is whose channel dials: the desk phone's, where the call lands by it.
    expected: (method, landing) => where(method, landing === "transfer" ? "desk-phone" : landing, PICKED_UP),
  },
  {
    name: "panel may not transfer",
    user: "panel3",
    silenced: "101",
    play: async (scene, { key }) => {
      await scene.ring("101", "1");
      return scene.panel.pressed(key);
    },
    expected: (_, landing) => (landing === "remote-control" ? PICKED_UP : { outcome: "refused", code: 603 }),
    after: async (scene, { outcome }) => {
      if (outcome === "refused")
        expect([scene.phone("100").state, scene.phone("101").state]).toEqual(["calling", "ringing"]);
    },
  },
];

const scene = new PickupScene(new Asterisk());

beforeAll(() => scene.start(), 120_000);
afterAll(() => scene.stop(), 90_000);
beforeEach(async ({ onTestFailed }) => {
  await scene.left.forget();
  onTestFailed(async () => {
    process.stderr.write(`what Asterisk saw: ${await scene.pbx.saveLog()}\n`);
  });
});
afterEach(() => scene.clear(), 90_000);

describe.each(METHODS)("pickup by $name", (way) => {
  describe.each(LANDINGS)("landing %s", (landing) => {
    const usual = { landing, change: way.change, proof: where(way, "desk-phone", PICKED_UP).outcome };

    for (const situation of SITUATIONS) {
      const { name, user, silenced, told } = situation;
      test(name, pickupCell(PBX, way.name, name, landing), async ({ task }) => {
        // Whoever is forbidden something has seen nothing of its rights yet.
        await scene.stand(user === undefined ? usual : { ...usual, user }, user === undefined);
        const expected = situation.expected(way, landing);
        const event = await situation.play(scene, way);
        expect(event).toMatchObject(expected);
        const picked = expected.outcome === "picked-up";
        if (picked) await scene.landed();
        let cancel: string | undefined;
        if (picked && silenced !== undefined) {
          await scene.phone(silenced).until("idle", SOON);
          cancel = scene.cancelOf(silenced);
          expect(cancel).toBe(told ?? way.cancel);
        }
        await situation.after?.(scene, expected);
        became(task, shown(event, cancel), picked ? "" : event.reason);
      });
    }
  });
});

describe.each(LANDINGS)("a park slot, landing %s", (landing) => {
  const METHOD = "park slot";
  // How it is fetched; that the phone itself parks its call is the same for all.
  const usual = { landing };

  test(
    "parks and fetches",
    pickupCell(PBX, METHOD, "the phone's call is parked, and fetched", landing),
    async ({ task }) => {
      await scene.stand(usual, false);
      await scene.talk("100", "102");
      await scene.panel.untilLamp("2", "busy", SOON);
      expect(await scene.panel.pressed("7")).toMatchObject({ type: "park", outcome: "done", slot: "701" });
      await scene.panel.untilLamp("7", "held", SOON);
      await scene.panel.untilLamp("2", "idle", SOON);
      expect(scene.phone("100").state).toBe("talking");
      await scene.panel.untilReleased("7");
      const event = await scene.panel.pressed("7");
      expect(event).toMatchObject({ type: "retrieve", outcome: "picked-up", method: "park-slot", slot: "701" });
      await scene.landed();
      became(task, "done, picked-up");
    },
  );

  test("nothing to park", pickupCell(PBX, METHOD, "free, and the phone has no call", landing), async ({ task }) => {
    await scene.stand(usual, false);
    const event = await scene.panel.pressed("7");
    expect(event.outcome).toMatch(/refused|too-late/);
    became(task, String(event.outcome), event.reason);
  });

  test("talks", pickupCell(PBX, METHOD, "taken, and the desk phone talks", landing), async ({ task }) => {
    await scene.stand(usual, false);
    await scene.phone("100").call("700");
    await scene.panel.untilLamp("7", "held", SOON);
    await scene.talk("104", "102");
    await scene.panel.untilLamp("2", "busy", SOON);
    const event = await scene.panel.pressed("7");
    expect(event.outcome).toBe("refused");
    expect([scene.phone("102").state, scene.phone("104").state]).toEqual(["talking", "talking"]);
    became(task, "refused", event.reason);
  });
});

describe("Replaces", () => {
  for (const landing of LANDINGS)
    test(landing, pickupCell(PBX, "Replaces", "rings", landing), async ({ task }) => {
      await scene.stand({ landing, change: method("replaces") }, false);
      await scene.ring("101", "1");
      const event = await scene.panel.pressed("1");
      // Asterisk's dialog-info has neither Call-ID nor tags, so its profile does not offer this.
      expect(event).toMatchObject({ outcome: "failed", reason: expect.stringContaining("does not allow") });
      expect(scene.phone("101").state).toBe("ringing");
      became(task, "cannot apply", `${event.reason}: Asterisk's dialog-info has neither Call-ID nor tags`);
    });
});
