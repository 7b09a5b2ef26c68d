import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Caller } from "../../firmware/domain/caller.ts";
import type { Privacy } from "../../firmware/domain/privacy.ts";
import { TestPanel } from "./panel.ts";
import type { Phone } from "./phone.ts";

const SOON = { timeout: 10_000, interval: 20 };

export interface PbxWithCallers {
  readonly host: string;
  /** SIP over UDP and TCP alike. */
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  phone(number: string, habit: "manual"): Omit<Phone, "heard" | "lastCancel">;
}

/** What such a PBX tells of 100, who calls 101. */
export interface ToldOfCaller {
  readonly ringing: Caller;
  /** Undefined for one that names nobody once a call is answered. */
  readonly talking: Caller | undefined;
  /** Before a number: the call is made without the caller's name and number. Absent where nothing does that. */
  readonly withheld?: string;
}

/** Who calls, as the whole daemon reports it over MQTT: as much as privacy allows of what the PBX tells, while it lasts. */
export function callerFlows(transport: "udp" | "tcp", make: () => PbxWithCallers, told: ToldOfCaller): void {
  describe(`who calls, over ${transport}`, () => {
    let pbx: PbxWithCallers;
    let caller: ReturnType<PbxWithCallers["phone"]>;
    let target: ReturnType<PbxWithCallers["phone"]>;
    let panel: TestPanel;

    beforeAll(async () => {
      pbx = make();
      await pbx.start();
      caller = pbx.phone("100", "manual");
      target = pbx.phone("101", "manual");
      await Promise.all([caller.start(), target.start()]);
    }, 120_000);
    afterAll(async () => {
      await Promise.all([caller.stop(), target.stop()]);
      await pbx.stop();
    }, 30_000);
    afterEach(async () => {
      await caller.hangUp();
      await target.until("idle", SOON.timeout);
      await panel.stop();
    }, 30_000);

    async function panelOf(privacy: Privacy): Promise<void> {
      panel = new TestPanel({ host: pbx.host, port: pbx.port, transport, change: (own) => ({ ...own, privacy }) });
      await panel.start();
      await panel.untilLamp("1", "idle", SOON.timeout);
    }

    const { name, number } = told.ringing;
    const unmasked = new RegExp([...(name ? [`"${name}"`] : []), `"${number}"`, `sip:${number}@`].join("|"));
    const lamp = () => panel.message("1");

    /** It rings, is answered, and ends: who is behind the lamp each time, if anybody. */
    async function life(ringing: Caller | undefined, talking: Caller | undefined): Promise<void> {
      await caller.call("101");
      await expect.poll(lamp, SOON).toMatchObject({ state: "ringing" });
      expect(lamp()?.caller).toEqual(ringing);
      await target.until("ringing", SOON.timeout);
      await target.answer();
      await expect.poll(lamp, SOON).toMatchObject({ state: "busy" });
      expect(lamp()?.caller).toEqual(talking);
      await caller.hangUp();
      await expect.poll(lamp, SOON).toMatchObject({ state: "idle" });
      expect(lamp()).not.toHaveProperty("caller");
    }

    test("full: as the PBX tells it", async () => {
      await panelOf("full");
      await life(told.ringing, told.talking);
    }, 90_000);

    test("masked: of an extension nothing but that somebody calls", async () => {
      await panelOf("masked");
      const masked = { number: "••••" };
      await life(masked, told.talking && masked);
      expect(panel.payloads.join("\n")).not.toMatch(unmasked);
    }, 90_000);

    test("off: nothing", async () => {
      await panelOf("off");
      await life(undefined, undefined);
      const all = `${panel.payloads.join("\n")}\n${panel.log.text}`;
      expect(all).not.toMatch(unmasked);
      expect(all).not.toMatch(/"caller"|•/);
    }, 90_000);

    if (told.withheld === undefined) return;
    test("full: nothing of a caller who withholds his number", async () => {
      await panelOf("full");
      await caller.call(`${told.withheld}101`);
      await expect.poll(lamp, SOON).toMatchObject({ state: "ringing" });
      expect(lamp()).not.toHaveProperty("caller");
    }, 90_000);
  });
}
