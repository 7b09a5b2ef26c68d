import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, type TestContext, test } from "vitest";
import type { Settings } from "../../firmware/domain/settings.ts";
import type { PhoneManners } from "../../sim/phone/calls.ts";
import type { SimPhone } from "../../sim/phone/phone.ts";
import { type EventMessage, TestPanel } from "./panel.ts";

export const SOON = 10_000;

/** Who calls, and whose call is taken by Replaces. */
export interface Caller {
  readonly state: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  call(number: string): unknown;
  hangUp(): Promise<void>;
}

/** A PBX whose dialog-info names every call, and which leaves transfers to the phones at both ends. */
export interface ProxyPbx<C extends Caller> {
  readonly host: string;
  /** SIP over UDP. */
  readonly port: number;
  /** What calls the desk phone so that it answers by itself. */
  readonly dial: string;
  /** Values of Reason on the CANCEL to the phone whose call was taken. */
  readonly cancelledFor: readonly string[];
  /** What it said, for a test that failed. */
  readonly log: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  phone(number: string, manners?: PhoneManners): SimPhone;
  caller(): C;
  /** No call is left there. */
  isCalm(): Promise<boolean>;
}

/** How a test is recorded, if it is. */
export interface ReplacesRecord {
  options(situation: string): { readonly meta?: object };
  noted(task: TestContext["task"], event: EventMessage, rest: string): void;
}

/** One PBX, three phones and a panel for all tests, and a caller for each; everybody is at rest between them. */
export function replacesBench<C extends Caller>(pbx: ProxyPbx<C>) {
  let desk: SimPhone;
  let target: SimPhone;
  let colleague: SimPhone;
  let phones: readonly SimPhone[];
  let panel: TestPanel;
  let caller: C | undefined;

  beforeAll(async () => {
    await pbx.start();
    desk = pbx.phone("102", { habit: "answers-on-header", refer: "obeys", replaces: true });
    target = pbx.phone("101");
    colleague = pbx.phone("103");
    phones = [desk, target, colleague];
    for (const phone of phones) await phone.start();
    panel = new TestPanel({ host: pbx.host, port: pbx.port, transport: "udp", change: (own) => byReplaces(own, pbx) });
    await panel.start();
  }, 120_000);
  afterAll(async () => {
    await panel.stop();
    await Promise.all(phones.map((phone) => phone.stop()));
    await pbx.stop();
  }, 90_000);
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      process.stderr.write(`what the PBX said: ${pbx.log.slice(-4000)}\n`);
    });
  });
  afterEach(async () => {
    for (const phone of phones) await phone.hangUp();
    await panel.untilReleased("1");
    await caller?.stop();
    await expect.poll(() => pbx.isCalm(), { timeout: SOON }).toBe(true);
    for (const key of ["1", "2", "3"]) await panel.untilLamp(key, "idle", SOON);
  }, 90_000);

  return {
    desk: () => desk,
    target: () => target,
    colleague: () => colleague,
    pressed: () => panel.pressed("1"),
    lamp: (key: string, state: "busy") => panel.untilLamp(key, state, SOON),
    /** 100 calls, 101 rings, and so does its lamp. */
    async ring(make = () => pbx.caller()): Promise<C> {
      const made = make();
      caller = made;
      await made.start();
      void made.call("101");
      await target.until("ringing", SOON);
      await panel.untilLamp("1", "ringing", SOON);
      return made;
    },
  };
}

/** The whole daemon there: what dialog-info tells of a ringing call is handed to the desk phone, which takes its place. */
export function replacesFlows<C extends Caller>(
  pbx: Pick<ProxyPbx<C>, "cancelledFor">,
  { desk, target, colleague, pressed, lamp, ring }: ReturnType<typeof replacesBench<C>>,
  { options, noted }: ReplacesRecord,
): void {
  describe("whoever calls", () => {
    test("rings", options("rings; the caller honours it"), async ({ task }) => {
      const made = await ring();
      const event = await pressed();
      expect(event).toMatchObject({ outcome: "picked-up", method: "replaces", landing: "desk-phone" });
      expect(desk().state).toBe("talking");
      expect(["talking", "replaced"]).toContain(made.state);
      await target().until("idle", SOON);
      expect(target().lastCancel).toEqual(pbx.cancelledFor);
      noted(task, event, pbx.cancelledFor.length === 0 ? ", no reason" : "");
    });

    test("answered before", options("answered a moment before"), async ({ task }) => {
      const made = await ring();
      // The press comes before the panel is told: what it knows of the call is of a moment ago.
      await target().answer();
      const event = await pressed();
      expect(event.outcome).toMatch(/too-late|refused/);
      await expect.poll(() => made.state, { timeout: SOON }).toBe("talking");
      expect(target().state).toBe("talking");
      await desk().until("idle", SOON);
      noted(task, event, ", the call untouched");
    });

    test("hung up", options("just hung up"), async ({ task }) => {
      const made = await ring();
      await made.hangUp();
      const event = await pressed();
      expect(event.outcome).toBe("too-late");
      await desk().until("idle", SOON);
      noted(task, event, "");
    });

    test("desk phone busy", options("the desk phone talks"), async ({ task }) => {
      await colleague().call("102");
      await desk().until("ringing", SOON);
      await desk().answer();
      await lamp("2", "busy");
      const made = await ring();
      const event = await pressed();
      expect(event.outcome).toBe("refused");
      expect([made.state, desk().state, colleague().state]).toEqual(["calling", "talking", "talking"]);
      noted(task, event, "");
    });
  });
}

/** As the shipped profile: the ids of its dialog-info name the caller's call, and transfers are the phones' own. */
function byReplaces(settings: Settings, { dial }: { readonly dial: string }): Settings {
  return {
    ...settings,
    profile: { ...settings.profile, name: "kamailio", pickup: { replaces: true }, transfers: "peer" },
    pickup: { ...settings.pickup, phone: { line: "102", dial, whenBusy: "refuse" } },
  };
}
