import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LandingName } from "../../firmware/domain/settings.ts";
import { Asterisk } from "../real/asterisk/asterisk.ts";
import { BuiltPanel } from "../real/asterisk/built-panel.ts";
import { Leftovers } from "../real/asterisk/leftovers.ts";
import type { Baresip } from "../real/baresip.ts";
import { say, spread, times } from "./record.ts";

/** A generous bound of a wait (ms). */
const SOON = 20_000;
/** As systemd starts it again (ms). */
const RESTART_AFTER = 2000;
/** No leg of a panel that died may be there any longer (ms). */
const LONGEST = 90_000;
/** When it dies, in ms from the press: from before an INVITE is answered to after the desk phone has the call. */
const [EARLIEST, LATEST] = [5, 65];

const pbx = new Asterisk();
const left = new Leftovers(pbx);
let [caller, target, desk]: Baresip[] = [];

beforeAll(async () => {
  await pbx.start();
  [caller, target, desk] = [
    pbx.phone("100", "manual"),
    pbx.phone("101", "manual"),
    pbx.phone("102", "answers-on-header"),
  ];
  await Promise.all([caller, target, desk].map((phone) => phone?.start()));
}, 120_000);
afterAll(() => pbx.stop());

describe.each<LandingName>(["desk-phone", "transfer"])("landing %s", (landing) => {
  test("the daemon dies by kill -9 in a pickup, and is started again", async () => {
    const count = times(10);
    const panel = new BuiltPanel(pbx.port, landing === "transfer" ? ["transfer", "desk-phone"] : [landing]);
    const took: number[] = [];
    const problems: string[] = [];
    let orphaned = 0;
    await panel.start(SOON);
    for (let time = 0; time < count; time++) {
      try {
        await left.forget();
        if (landing === "transfer") await pickedUp(panel);
        await caller?.call("101");
        await target?.until("ringing", SOON);
        await panel.flashes(SOON);
        panel.close();
        await delay(EARLIEST + ((LATEST - EARLIEST) * (time + Math.random())) / count);
        await panel.kill();
        const killed = performance.now();
        if (await panelHasLegs()) orphaned++;
        panel.open();
        await delay(RESTART_AFTER);
        await panel.start(SOON);
        // Nobody hangs up: what the panel left is ended by the session timer alone.
        const timeout = LONGEST - (performance.now() - killed);
        await expect.poll(panelHasLegs, { timeout, interval: 100 }).toBe(false);
        took.push(performance.now() - killed);
        await Promise.all([caller, target, desk].map((phone) => phone?.hangUp()));
        await left.noneInside(SOON);
      } catch (error) {
        problems.push(`${time}: ${error instanceof Error ? error.message : String(error)}`);
        await Promise.all([caller, target, desk].map((phone) => phone?.hangUp()));
        await left.noneInside(LONGEST).catch(() => undefined);
      }
    }
    await panel.stop();
    say(
      `kill -9 of the daemon, ${count} times from ${EARLIEST} to ${LATEST} ms after the press, landing ${landing}, started again ` +
        `after ${RESTART_AFTER / 1000} s: it left legs in ${orphaned}; the last had ended after ${spread(took)}; later than ${LONGEST / 1000} s: ${problems.length}`,
    );
    expect(problems).toEqual([]);
    expect(orphaned).toBeGreaterThan(0);
  });
});

const panelHasLegs = async (): Promise<boolean> =>
  (await pbx.cli("core show channels concise")).includes("PJSIP/panel1-");

/** A first pickup, by which a panel learns that it may transfer. */
async function pickedUp(panel: BuiltPanel): Promise<void> {
  await caller?.call("101");
  await target?.until("ringing", SOON);
  await panel.flashes(SOON);
  const before = panel.output.length;
  panel.close();
  await desk?.until("talking", SOON);
  panel.open();
  await expect.poll(() => panel.output.slice(before), { timeout: SOON }).toContain("picked-up");
  await caller?.hangUp();
  await desk?.until("idle", SOON);
  await left.noCalls(SOON);
}
