import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type CadenceName, litAt } from "../../../firmware/domain/cadence.ts";
import { Chromium, keepPicture } from "./browser.ts";
import { film, turnsOf } from "./film.ts";
import { House, settingsOf } from "./house.ts";

/** From a bit to the light of its pixel, as a rule; a busy machine may be late once. */
const SOON = 120;
const LENS = '[data-key="3"] .lens';

const chromium = new Chromium();
const house = new House(settingsOf("panels/town/blfd.yaml"));
let decoder: Page;

beforeAll(async () => {
  await Promise.all([chromium.start(), house.start()]);
  decoder = await chromium.blank();
}, 60_000);
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

/** Filmed: every turn of the light is one of the cadence, to the same side, by the panel's own clock. Returns how many. */
async function inPhase(page: Page, cadence: CadenceName, length: number): Promise<number> {
  const { clock } = house;
  const offset = Date.now() - clock.now();
  // The opening of a pattern is over when it has been shown for a while.
  await new Promise((resolve) => setTimeout(resolve, 400));
  const turns = turnsOf(await film(page, LENS, length, decoder));
  const late = turns.map(({ at, lit }) => {
    const now = at - offset;
    expect(litAt(cadence, now), `${cadence} at ${now}, ${JSON.stringify(turns)}`).toBe(lit);
    let began = Math.floor(now);
    while (litAt(cadence, began - 1) === lit) began--;
    return now - began;
  });
  const sorted = late.sort((one, other) => one - other);
  expect(sorted[Math.floor(sorted.length / 2)], `late by ${sorted.map(Math.round)} ms`).toBeLessThan(SOON);
  return turns.length;
}

test("a ringing key's LED flashes on the screen as its cadence says, in phase with the panel", async () => {
  const page = await chromium.open(house.address, small);
  await state(page, "idle");
  await house.ring("103");
  await state(page, "ringing");
  // Eight turns in two seconds; on a busy machine a frame may be left out.
  expect(await inPhase(page, "flash", 3000)).toBeGreaterThanOrEqual(8);
  await keepPicture(page, "ringing");
}, 60_000);

test("a held call's LED goes slowly, in phase, and a busy one's not at all", async () => {
  const page = await chromium.open(house.address, small);
  await house.ring("103");
  await state(page, "ringing");
  await house.simulation.phones.get("103")?.answer();
  await state(page, "busy");
  const steady = await film(page, LENS, 1500, decoder);
  expect(turnsOf(steady)).toEqual([]);
  expect(steady.every(({ red, green }) => red - green > 60)).toBe(true);
  await house.simulation.phones.get("201")?.hold();
  await state(page, "held");
  expect(await inPhase(page, "slow", 4500)).toBeGreaterThanOrEqual(3);
}, 60_000);

test("where less motion is wanted nothing flashes: the lamp is lit, its pattern drawn and named", async () => {
  const page = await chromium.open(house.address, { ...small, reducedMotion: "reduce" });
  await house.ring("103");
  await state(page, "ringing");
  const pattern = page.locator('[data-key="3"] .pattern');
  expect(await pattern.textContent()).toBe("flashing");
  const drawn = await pattern.evaluate((element) => element.style.backgroundImage);
  // Four times lit in two seconds, each with its beginning and its end.
  expect(drawn.match(/currentcolor/gi)).toHaveLength(8);
  const frames = await film(page, LENS, 2500, decoder);
  expect(turnsOf(frames)).toEqual([]);
  expect(frames.every(({ red, green }) => red - green > 60)).toBe(true);
  await keepPicture(page, "reduced-motion");
  // Asked for less or more of it while the page is open: at once.
  await page.emulateMedia({ reducedMotion: "no-preference" });
  expect(turnsOf(await film(page, LENS, 2000, decoder)).length).toBeGreaterThan(2);
}, 60_000);
