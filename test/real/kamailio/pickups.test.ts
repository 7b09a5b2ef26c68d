import { describe, expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { PhoneManners } from "../../../sim/phone/calls.ts";
import type { SimPhone } from "../../../sim/phone/phone.ts";
import type { EventMessage } from "../../flows/panel.ts";
import { type ProxyPbx, replacesBench, replacesFlows, SOON } from "../../flows/replaces.ts";
import { became, pickupCell } from "../pickup-table.ts";
import { EarlyCaller, type ReplacesHabit } from "./early-caller.ts";
import { Kamailio, PBX } from "./kamailio.ts";

const METHOD = "Replaces";
const LANDING = "desk-phone";

/** A proxy has no intercom code, and hands the panel's own auto-answer headers on. */
class RealProxy implements ProxyPbx<EarlyCaller> {
  readonly dial = "102";
  readonly cancelledFor = [];
  readonly #clock = new SystemClock();
  readonly #kamailio = new Kamailio();

  get host(): string {
    return this.#kamailio.host;
  }

  get port(): number {
    return this.#kamailio.portOf("udp");
  }

  get log(): string {
    return this.#kamailio.log;
  }

  start(): Promise<void> {
    return this.#kamailio.start();
  }

  stop(): Promise<void> {
    return this.#kamailio.stop();
  }

  phone(number: string, manners?: PhoneManners): SimPhone {
    return this.#kamailio.phone(number, manners);
  }

  caller(habit: ReplacesHabit = "honours"): EarlyCaller {
    return new EarlyCaller({ number: "100", server: { host: this.host, port: this.port }, clock: this.#clock, habit });
  }

  /** Calls that are over (5) are known for some seconds more. */
  async isCalm(): Promise<boolean> {
    return (await this.#kamailio.calls()).every(({ state }) => state >= 5);
  }
}

/** The phones are of the tests, since no ready softphone replaces a call that rings. */
describe("pickup by Replaces on a real Kamailio", () => {
  const pbx = new RealProxy();
  const bench = replacesBench(pbx);
  const { desk, target, pressed, ring } = bench;

  const options = (situation: string) => pickupCell(PBX, METHOD, situation, LANDING);
  const noted = (task: Parameters<typeof became>[0], event: EventMessage, rest: string) =>
    became(task, `${event.outcome}${rest}`, event.outcome === "picked-up" ? "" : event.reason);

  replacesFlows(pbx, bench, { options, noted });

  test("lacks it", options("the caller's phone lacks it"), async ({ task }) => {
    const made = await ring(() => pbx.caller("lacks"));
    const event = await pressed();
    expect(event.outcome).toBe("refused");
    expect([made.state, made.answers, target().state]).toEqual(["calling", [420], "ringing"]);
    await desk().until("idle", SOON);
    noted(task, event, "");
  });

  test("rings all the same", options("the caller's phone rings instead"), async ({ task }) => {
    const made = await ring(() => pbx.caller("rings"));
    const event = await pressed();
    expect(event).toMatchObject({ outcome: "failed", reason: expect.stringContaining("hang up the desk phone") });
    expect(target().state).toBe("ringing");
    // The panel has said so before its own leg is gone, which would be what the phone hangs up.
    await desk().until("calling", SOON);
    await desk().hangUp();
    await made.until("calling", SOON);
    expect([made.answers, target().state]).toEqual([[180, 487], "ringing"]);
    noted(task, event, "");
  });

  test("forked", options("rings at two phones of the line"), async ({ task }) => {
    const second = pbx.phone("101");
    await second.start();
    try {
      const made = await ring();
      await second.until("ringing", SOON);
      const event = await pressed();
      // Whichever fork was told last is replaced, and the other one ends with the caller's call.
      expect(event.outcome).toMatch(/picked-up|refused/);
      if (event.outcome === "picked-up") {
        expect(made.state).toBe("replaced");
        for (const phone of [target(), second]) await phone.until("idle", SOON);
      } else expect([made.state, target().state, second.state]).toEqual(["calling", "ringing", "ringing"]);
      noted(task, event, "");
    } finally {
      await second.stop();
    }
  });
});
