import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { BEAT, type CadenceName, litAt } from "../../../firmware/domain/cadence.ts";
import { Chromium, keepPicture } from "./browser.ts";
import { film, turnsOf } from "./film.ts";
import { House, settingsOf } from "./house.ts";

/** From a bit to the light of its pixel, as a rule. */
const SOON = 120;
/** A busy machine draws some frames late, and so spoils a film; a wrong pattern, or one out of phase, spoils every film. */
const FILMS = 6;
const LENS = '[data-key="3"] .lens';

const chromium = new Chromium();
const house = new House(settingsOf("panels/town/blfd.yaml"));
let decoder: Page;

beforeAll(async () => {
  await Promise.all([chromium.start(), house.start()]);
  decoder = await chromium.blank();
}, 90_000);
afterAll(async () => {
  await chromium.stop();
  await house.stop();
});
afterEach(async () => {
  await house.quiet();
  expect(chromium.errors).toEqual([]);
});

const small = { viewport: { width: 420, height: 420 } };
const state = (page: Page, text: string) =>
  page.locator('[data-key="3"] .state', { hasText: new RegExp(`^${text}$`) }).waitFor();

/** Filmed: every turn of the light is one of the cadence, to the same side, by the panel's own clock. */
async function inPhase(page: Page, cadence: CadenceName, length: number, leastTurns: number): Promise<void> {
  const { clock } = house;
  const offset = Date.now() - clock.now();
  // The opening of a pattern is over when it has been shown for a while.
  await new Promise((resolve) => setTimeout(resolve, 400));
  const spoilt: string[] = [];
  while (spoilt.length < FILMS) {
    const turns = turnsOf(await film(page, LENS, length, decoder)).map(({ at, lit }) => ({ at: at - offset, lit }));
    const late = turns.map(({ at, lit }) => latenessOf(cadence, at, lit));
    const [usual = Infinity] = [...late].sort((one, other) => one - other).slice(late.length / 2);
    if (turns.length >= leastTurns && late.every(Number.isFinite) && usual < SOON) return;
    spoilt.push(`${turns.length} turns, late by ${late.map(Math.round)} ms`);
  }
  expect.fail(`${cadence} is not seen in phase: ${spoilt.join("; ")}`);
}

/** Filmed: the light is on, and stays on for longer than any pattern takes. */
async function steady(page: Page): Promise<void> {
  const spoilt: string[] = [];
  while (spoilt.length < FILMS) {
    const frames = await film(page, LENS, BEAT + 500, decoder);
    const lit = frames.filter(({ red, green }) => red - green > 60).length;
    if (frames.length > 0 && lit === frames.length) return;
    spoilt.push(`lit in ${lit} of ${frames.length} frames`);
  }
  expect.fail(`it is not seen to be steady: ${spoilt.join("; ")}`);
}

/** How long ago the cadence turned to that side; infinite where it is on the other. */
function latenessOf(cadence: CadenceName, at: number, lit: boolean): number {
  if (litAt(cadence, at) !== lit) return Number.POSITIVE_INFINITY;
  let began = Math.floor(at);
  while (litAt(cadence, began - 1) === lit) began--;
  return at - began;
}

test("a ringing key's LED flashes on the screen as its cadence says, in phase with the panel", async () => {
  const page = await chromium.open(house.address, small);
  await state(page, "idle");
  await house.ring("103");
  await state(page, "ringing");
  // Eight turns in two seconds; on a busy machine a frame may be left out.
  await inPhase(page, "flash", 3000, 8);
  await keepPicture(page, "ringing");
}, 240_000);

test("a held call's LED goes slowly, in phase, and a busy one's not at all", async () => {
  const page = await chromium.open(house.address, small);
  await house.ring("103");
  await state(page, "ringing");
  await house.simulation.phones.get("103")?.answer();
  await state(page, "busy");
  await steady(page);
  await house.simulation.phones.get("201")?.hold();
  await state(page, "held");
  await inPhase(page, "slow", 4500, 3);
}, 240_000);

test("where less motion is wanted nothing flashes: the lamp is lit, its pattern drawn and named", async () => {
  const page = await chromium.open(house.address, { ...small, reducedMotion: "reduce" });
  await house.ring("103");
  await state(page, "ringing");
  const pattern = page.locator('[data-key="3"] .pattern');
  await page.locator('[data-key="3"] .pattern:text-is("flashing")').waitFor();
  const drawn = await pattern.evaluate((element) => element.style.backgroundImage);
  // Four times lit in two seconds, each with its beginning and its end.
  expect(drawn.match(/currentcolor/gi)).toHaveLength(8);
  await steady(page);
  await keepPicture(page, "reduced-motion");
  // Nothing is claimed of a lamp that gets no current, whatever is reported of its line.
  house.simulation.unplug("lamps");
  await page.locator(`${LENS}[data-colour=""]`).waitFor();
  await expect.poll(() => pattern.textContent(), { timeout: 20_000 }).toBe("");
  house.simulation.replug("lamps");
  await page.locator(`${LENS}[data-colour="red"]`).waitFor();
  // Asked for less or more of it while the page is open: at once.
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.locator('[data-key="3"] .pattern:empty').waitFor({ state: "hidden" });
  const turns = async () => turnsOf(await film(page, LENS, 2000, decoder)).length;
  await expect.poll(turns, { timeout: 60_000 }).toBeGreaterThan(2);
}, 240_000);
