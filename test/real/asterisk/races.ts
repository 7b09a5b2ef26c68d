import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LandingName, Settings } from "../../../firmware/domain/settings.ts";
import { TestPanel } from "../../flows/panel.ts";
import type { Baresip } from "../baresip.ts";
import { Asterisk } from "./asterisk.ts";
import { Leftovers } from "./leftovers.ts";

const SOON = 10_000;
const LANDINGS = ["desk-phone", "transfer"] as const satisfies readonly LandingName[];

interface Place {
  readonly desk: string;
  readonly deskKey: string;
  readonly user: string;
}

const PLACES: readonly Place[] = [
  { desk: "102", deskKey: "2", user: "panel1" },
  { desk: "104", deskKey: "4", user: "panel4" },
];

/**
 * Two daemons whose keys are pressed at once for one ring, again and again: one of them has the call each time.
 *
 * @param say told what became of the losers
 */
export function races(count: number, say: (line: string) => void): void {
  const pbx = new Asterisk();
  const left = new Leftovers(pbx);
  let phones: Baresip[] = [];
  let panels: TestPanel[] = [];

  beforeAll(async () => {
    await pbx.start();
    phones = [
      pbx.phone("100", "manual"),
      pbx.phone("101", "manual"),
      ...PLACES.map(({ desk }) => pbx.phone(desk, "answers-on-header")),
    ];
    await Promise.all(phones.map((phone) => phone.start()));
  }, 120_000);
  afterAll(() => pbx.stop());
  afterEach(async () => {
    await Promise.all(panels.splice(0).map((panel) => panel.stop()));
    await Promise.all(phones.map((phone) => phone.hangUp()));
    await left.noCalls(SOON);
  }, 90_000);

  async function panelBeside({ desk, user }: Place, landing: LandingName): Promise<TestPanel> {
    const { host, port } = pbx;
    const change = (settings: Settings): Settings => ({
      ...settings,
      pbx: { ...settings.pbx, user },
      pickup: {
        ...settings.pickup,
        landings: [landing],
        deadline: SOON,
        phone: { line: desk, dial: `*80${desk}`, whenBusy: "refuse" },
      },
    });
    const panel = new TestPanel({ host, port, transport: "udp", password: `pw${user}`, change });
    await panel.start();
    return panel;
  }

  async function calm(): Promise<void> {
    for (const panel of panels) {
      for (const key of ["1", ...PLACES.map(({ deskKey }) => deskKey)]) await panel.untilLamp(key, "idle", SOON);
      await panel.untilReleased("1");
    }
  }

  describe.each(LANDINGS)("two panels and one ring, landing %s", (landing) => {
    const name = `${count} races: one of them has the call each time, and the other one is told`;
    test(name, { timeout: 60_000 + 6000 * count }, async ({ onTestFailed }) => {
      onTestFailed(async () => {
        process.stderr.write(`what Asterisk saw: ${await pbx.saveLog()}\n`);
      });
      const [caller, target, ...desks] = phones;
      panels = await Promise.all(PLACES.map((place) => panelBeside(place, landing)));
      await left.forget();
      const losers: string[] = [];
      for (let race = 1; race <= count; race++) {
        await calm();
        await caller?.call("101");
        await target?.until("ringing", SOON);
        for (const panel of panels) await panel.untilLamp("1", "ringing", SOON);
        const told = (await Promise.all(panels.map((panel) => panel.pressed("1")))).map(({ outcome }) => outcome);
        expect([...told].sort(), `race ${race}`).toEqual(["picked-up", expect.stringMatching(/^(refused|too-late)$/)]);
        const winner = desks[told.indexOf("picked-up")];
        await winner?.until("talking", SOON);
        await desks.find((desk) => desk !== winner)?.until("idle", SOON);
        losers.push(told.find((outcome) => outcome !== "picked-up") ?? "");
        await caller?.hangUp();
        await winner?.until("idle", SOON);
        await calm();
        await left.noCalls(SOON);
      }
      const kinds = [...new Set(losers)].map((kind) => `${losers.filter((each) => each === kind).length} ${kind}`);
      say(`two panels, ${count} rings, landing ${landing}: one winner each; the losers: ${kinds.join(", ")}`);
    });
  });
}
