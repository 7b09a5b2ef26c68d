import { afterAll, beforeAll, expect, test } from "vitest";
import type { Phone, PhoneHabit } from "../../flows/phone.ts";
import { Asterisk } from "./asterisk.ts";
import { BuiltPanel } from "./built-panel.ts";

const SOON = 10_000;
const START_WITHIN = 30_000;

/** What a stranger installs, and nothing of the tests in between. */
let pbx: Asterisk;
let panel: BuiltPanel;
const phones: Phone[] = [];

beforeAll(async () => {
  pbx = new Asterisk();
  await pbx.start();
  panel = new BuiltPanel(pbx.port);
}, 120_000);
afterAll(async () => {
  await panel?.stop();
  await Promise.all(phones.map((phone) => phone.stop()));
  await pbx.stop();
});

async function phone(number: string, habit: PhoneHabit): Promise<Phone> {
  const made = pbx.phone(number, habit);
  phones.push(made);
  await made.start();
  return made;
}

test("the built daemon: a lamp flashes, a key takes the call, and a signal leaves it dark", async () => {
  const [caller, target, desk] = await Promise.all([
    phone("100", "manual"),
    phone("101", "manual"),
    phone("102", "answers-on-header"),
  ]);
  await panel.start(START_WITHIN);

  await caller.call("101");
  await target.until("ringing", SOON);
  await panel.flashes(SOON);

  panel.close();
  await desk.until("talking", SOON);
  await target.until("idle", SOON);
  await expect.poll(() => panel.output, { timeout: SOON }).toContain("picked-up");
  panel.open();
  expect(panel.output).not.toContain("pwpanel1");
  await caller.hangUp();
  await expect.poll(() => pbx.channels(), { timeout: SOON }).toBe(0);

  // Ended in the middle of a flash, it leaves nothing lit.
  await caller.call("101");
  await expect.poll(() => panel.lit, { timeout: SOON, interval: 20 }).toBe(true);
  expect(await panel.terminate(SOON)).toBe(0);
  expect(panel.lit).toBe(false);
}, 120_000);
