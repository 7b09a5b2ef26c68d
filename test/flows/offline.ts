import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { TestPanel } from "./panel.ts";
import type { Phone, TestPbx } from "./phone.ts";

/** Generous bounds of waits, not speeds: 2 cores may be busy. */
const SOON = 10_000;
/** From the PBX's answer to the phone, to the lamp. */
const LAMP = 1000;

/** A PBX whose mailboxes, one for each phone, can be filled from outside. */
export interface PbxWithMailboxes extends TestPbx {
  /** So many new ones. */
  setMessages(number: string, count: number): Promise<void>;
}

/** A phone that is not registered, on a PBX that tells so by `Event: presence`. The same code for every PBX. */
export function offlineFlows(transport: "udp" | "tcp", make: () => TestPbx): void {
  describe(`phones that come and go, over ${transport}`, () => {
    const { pbx, panel, phone } = bench(make);

    test("unregistered is offline and never idle; the lamp follows within a second, both ways", async () => {
      const first = await phone("101");
      await phone("102");
      const lamps = panel({ transport, offline: "presence" });
      await lamps.start();
      await lamps.untilLamps(["idle", "idle", "offline", "offline", "offline"], SOON);
      for (let round = 0; round < 2; round++) {
        const leaver = round === 0 ? first : await phone("101");
        await lamps.untilLamp("1", "idle", LAMP);
        expect(await pbx().lineState("101")).toBe("idle");
        await leaver.stop();
        await lamps.untilLamp("1", "offline", LAMP);
        expect(await pbx().lineState("101")).toBe("offline");
      }
      const others = lamps.lampMessages.filter(({ key }) => key === "3" || key === "4" || key === "5");
      expect(new Set(others.map(({ state }) => state))).toEqual(new Set(["unknown", "offline"]));
    }, 90_000);

    test("a call goes from ringing to busy to idle, and passes through nothing else", async () => {
      const [caller, target] = [await phone("100"), await phone("101")];
      const lamps = panel({ transport, offline: "presence" });
      await lamps.start();
      await lamps.untilLamp("1", "idle", SOON);
      const from = lamps.lampMessages.length;
      await caller.call("101");
      await lamps.untilLamp("1", "ringing", SOON);
      await target.answer();
      await lamps.untilLamp("1", "busy", SOON);
      await caller.hangUp();
      await lamps.untilLamp("1", "idle", SOON);
      const states = lamps.lampMessages.slice(from).filter(({ key }) => key === "1");
      expect(states.map(({ state }) => state)).toEqual(["ringing", "busy", "idle"]);
    }, 90_000);

    test("a PBX killed with -9 and back: who is not registered is offline again, and was never idle", async () => {
      const lamps = panel({ transport, offline: "presence" });
      await lamps.start();
      await lamps.untilLamps(["offline", "offline", "offline", "offline", "offline"], SOON);
      const from = lamps.lampMessages.length;
      await pbx().kill();
      await lamps.untilLamps(["unknown", "unknown", "unknown", "unknown", "unknown"], 6000);
      await pbx().start();
      await lamps.untilLamps(["offline", "offline", "offline", "offline", "offline"], 10_000);
      const states = new Set(lamps.lampMessages.slice(from).map(({ state }) => state));
      expect(states).toEqual(new Set(["unknown", "offline"]));
    }, 60_000);
  });
}

/** Messages in a mailbox, told by `Event: message-summary`. */
export function messageFlows(transport: "udp" | "tcp", make: () => PbxWithMailboxes): void {
  describe(`messages, over ${transport}`, () => {
    const { pbx, panel, phone } = bench(make);

    test("waiting while there are new ones and the phone is there, idle when they are heard", async () => {
      const target = await phone("101");
      const caller = await phone("100");
      const lamps = panel({ transport, offline: "presence", mailbox: "101" });
      await lamps.start();
      await lamps.untilLamp("1", "idle", SOON);
      await pbx().setMessages("101", 3);
      await lamps.untilLamp("1", "waiting", LAMP);
      await caller.call("101");
      await lamps.untilLamp("1", "ringing", SOON);
      await caller.hangUp();
      await lamps.untilLamp("1", "waiting", SOON);
      await target.stop();
      await lamps.untilLamp("1", "offline", LAMP);
      await phone("101");
      await lamps.untilLamp("1", "waiting", LAMP);
      await pbx().setMessages("101", 0);
      await lamps.untilLamp("1", "idle", LAMP);
    }, 90_000);
  });
}

/** One PBX for all tests; phones and panel of each test end with it. */
function bench<Pbx extends TestPbx>(make: () => Pbx) {
  let pbx: Pbx;
  const phones: Phone[] = [];
  const panels: TestPanel[] = [];

  beforeAll(async () => {
    pbx = make();
    await pbx.start();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(phones.splice(0).map((each) => each.stop()));
    await Promise.all(panels.splice(0).map((each) => each.stop()));
  }, 90_000);
  afterAll(() => pbx.stop(), 20_000);

  return {
    pbx: () => pbx,
    panel(options: Omit<ConstructorParameters<typeof TestPanel>[0], "host" | "port">): TestPanel {
      const made = new TestPanel({ host: pbx.host, port: pbx.port, ...options });
      panels.push(made);
      return made;
    },
    async phone(number: string): Promise<Phone> {
      const made = pbx.phone(number, "manual");
      phones.push(made);
      await made.start();
      return made;
    },
  };
}
