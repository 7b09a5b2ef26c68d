import { expect } from "vitest";
import { TestPanel } from "../flows/panel.ts";
import type { Phone } from "../flows/phone.ts";
import type { Asterisk } from "../real/asterisk/asterisk.ts";

/** Generous bounds of waits, not speeds (ms). */
const SOON = 10_000;
/** Baresip tells every five seconds what it has heard. */
const HEARD = 20_000;
const RECOVERY = 20_000;
const IDLE = ["idle", "idle", "idle", "idle", "idle"] as const;

/** A whole daemon with real phones: 100 calls, 101 rings, 102 stands beside the panel and answers by itself. */
export class Scene {
  readonly pbx: Asterisk;
  readonly panel: TestPanel;
  readonly caller: Phone;
  readonly target: Phone;
  readonly desk: Phone;

  /** @param pbx has been started */
  constructor(pbx: Asterisk) {
    this.pbx = pbx;
    this.panel = new TestPanel({ host: pbx.host, port: pbx.port, transport: "udp" });
    this.caller = pbx.phone("100", "manual");
    this.target = pbx.phone("101", "manual");
    this.desk = pbx.phone("102", "answers");
  }

  async start(): Promise<void> {
    await Promise.all(this.#phones.map((phone) => phone.start()));
    await this.panel.start();
    await this.panel.untilLamps(IDLE, SOON);
  }

  /** The phones end with their PBX. */
  async stop(): Promise<void> {
    await this.panel.stop();
    await this.pbx.stop();
  }

  async ring(): Promise<void> {
    await this.panel.untilReleased("1");
    await this.caller.call("101");
    await this.target.until("ringing", SOON);
    await this.panel.untilLamp("1", "ringing", SOON);
  }

  /** RTP in both directions, counted from now. */
  async heardBothWays(): Promise<void> {
    for (const phone of [this.caller, this.desk]) {
      const before = phone.heard;
      await expect.poll(() => phone.heard - before, { timeout: HEARD, interval: 20 }).toBeGreaterThan(10);
    }
  }

  /** Every phone and lamp idle, and no leg in the PBX. Rejects where that does not come by itself. */
  async nothingLeft(within = SOON): Promise<void> {
    for (const phone of this.#phones) await phone.until("idle", within);
    await this.panel.untilLamps(IDLE, within);
    await expect.poll(() => this.pbx.channels(), { timeout: within, interval: 50 }).toBe(0);
  }

  /** After something went wrong: the next one has to find things as they were. */
  async tidy(): Promise<void> {
    await this.hangUp();
    await this.nothingLeft(RECOVERY);
  }

  async hangUp(): Promise<void> {
    await Promise.all(this.#phones.map((phone) => phone.hangUp()));
  }

  get #phones(): readonly Phone[] {
    return [this.caller, this.target, this.desk];
  }
}
