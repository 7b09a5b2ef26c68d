import { expect } from "vitest";
import type { OutcomeKind } from "../../../firmware/domain/outcome.ts";
import type { LandingName, Settings } from "../../../firmware/domain/settings.ts";
import { ActionUri } from "../../flows/action-uri.ts";
import { GROUP_KEY, PARK_KEY } from "../../flows/bench-settings.ts";
import { type EventMessage, TestPanel } from "../../flows/panel.ts";
import type { Baresip } from "../baresip.ts";
import type { Asterisk } from "./asterisk.ts";
import { Leftovers } from "./leftovers.ts";

const SOON = 10_000;

/** How a panel of the scene takes calls. */
export interface Way {
  readonly landing: LandingName;
  readonly user?: string;
  readonly change?: (settings: Settings) => Settings;
  /** What a first press comes to, by which a panel that lands calls by transfer sees that it may. */
  readonly proof?: OutcomeKind;
}

/** Phones around one Asterisk, and a panel among them: 100 and 105 call, 101, 103 and 104 ring, 102 stands beside the panel. */
export class PickupScene {
  readonly pbx: Asterisk;
  readonly left: Leftovers;
  readonly phones = new Map<string, Baresip>();
  readonly #remote: ActionUri;
  #panel: TestPanel | undefined;
  #way: Way | undefined;

  constructor(pbx: Asterisk) {
    this.pbx = pbx;
    this.left = new Leftovers(pbx);
    this.#remote = new ActionUri({
      vendor: "yealink",
      dial: (number) => this.phone("102").call(number),
      transfer: (number) => this.phone("102").transfer(number),
    });
  }

  async start(): Promise<void> {
    await this.pbx.start();
    for (const number of ["100", "101", "102", "103", "104", "105"]) {
      const phone = this.pbx.phone(number, number === "102" ? "answers-on-header" : "manual");
      this.phones.set(number, phone);
      await phone.start();
    }
    await this.#remote.start();
  }

  /** After it, no port of any call is open. */
  async stop(): Promise<void> {
    await this.#panel?.stop();
    await this.left.none(2 * SOON);
    await this.#remote.stop();
    await this.pbx.stop();
  }

  phone(number: string): Baresip {
    const phone = this.phones.get(number);
    if (!phone) throw new Error(`no phone ${number}`);
    return phone;
  }

  get panel(): TestPanel {
    if (!this.#panel) throw new Error("no panel stands there yet");
    return this.#panel;
  }

  /** A panel of that kind, where none stands; one that lands calls by transfer has seen that it may, if that is wanted. */
  async stand(way: Way, proven = true): Promise<void> {
    if (this.#way === way) return;
    this.#way = way;
    const { landing, user = "panel1", change = (same: Settings) => same } = way;
    await this.#panel?.stop();
    const remote = { dial: this.#remote.template("dial"), transfer: this.#remote.template("transfer") };
    const { host, port } = this.pbx;
    this.#panel = new TestPanel({
      host,
      port,
      transport: "udp",
      password: `pw${user}`,
      change: (settings) =>
        change({
          ...settings,
          pbx: { ...settings.pbx, user },
          profile: {
            ...settings.profile,
            pickup: { ...settings.profile.pickup, ringGroup: "*9{line}", park: "{slot}", parking: "700" },
          },
          keys: [...settings.keys, GROUP_KEY, PARK_KEY],
          pickup: {
            ...settings.pickup,
            landings: [landing],
            deadline: SOON,
            phone: { line: "102", dial: "*80102", whenBusy: "refuse", remote },
          },
        }),
    });
    await this.#panel.start();
    await this.calm();
    if (landing !== "transfer" || !proven) return;
    await this.ring("101", "1");
    const { outcome } = await this.panel.pressed("1");
    expect(outcome).toBe(way.proof ?? "picked-up");
    await this.clear();
  }

  /** A call from one phone to another rings there, and at that key. */
  async ring(to: string, key: string, from = "100"): Promise<void> {
    await this.phone(from).call(to);
    await this.phone(to).until("ringing", SOON);
    await this.panel.untilLamp(key, "ringing", SOON);
  }

  async talk(from: string, to: string): Promise<void> {
    await this.phone(from).call(to);
    await this.phone(to).until("ringing", SOON);
    await this.phone(to).answer();
    await Promise.all([from, to].map((each) => this.phone(each).until("talking", SOON)));
    await expect.poll(() => this.pbx.hasJoined(from, to), { timeout: SOON }).toBe(true);
  }

  /** How the phone that rang last was told that it need not: what is shown of it in the table. */
  cancelOf(number: string): string {
    const reasons = this.phone(number).lastCancel ?? [];
    if (reasons.some((reason) => reason.includes("Call completed elsewhere"))) return "elsewhere";
    return reasons.find((reason) => reason.startsWith("Q.850")) ?? "no reason";
  }

  /** Every call over, nothing left of any, and every lamp as the PBX itself says. */
  async clear(): Promise<void> {
    await Promise.all([...this.phones.values()].map((phone) => phone.hangUp()));
    for (const key of ["1", "6", "7"]) await this.panel.untilReleased(key);
    await this.left.noCalls(SOON);
    await this.calm();
  }

  async calm(): Promise<void> {
    for (const [key, line] of [
      ["1", "101"],
      ["2", "102"],
      ["3", "103"],
      ["4", "104"],
      ["7", "701"],
    ] as const) {
      await this.panel.untilLamp(key, "idle", SOON);
      await expect.poll(() => this.pbx.lineState(line), { timeout: SOON }).toMatch(/idle|offline/);
    }
  }

  /** The caller talks to the desk phone. */
  async landed(caller = "100"): Promise<void> {
    await Promise.all([caller, "102"].map((number) => this.phone(number).until("talking", SOON)));
  }

  /** And both hear. Baresip tells that every five seconds. */
  async heard(caller = "100"): Promise<void> {
    for (const number of [caller, "102"]) {
      await expect.poll(() => this.phone(number).heard, { timeout: 2 * SOON }).toBeGreaterThan(0);
    }
  }
}

export const shown = ({ outcome }: EventMessage, cancel: string | undefined): string =>
  cancel === undefined ? String(outcome) : `${outcome}, ${cancel}`;
