import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Privacy } from "../../../firmware/domain/privacy.ts";
import { Chromium, keepPicture } from "./browser.ts";
import { House, settingsOf } from "./house.ts";

const SOON = { timeout: 10_000 };

const chromium = new Chromium();
let house: House | undefined;

beforeAll(() => chromium.start(), 60_000);
afterAll(() => chromium.stop());
afterEach(async () => {
  await chromium.leave();
  await house?.stop();
  expect(chromium.errors).toEqual([]);
});

/** @param label of key 4, and so the name of whoever is at 104 */
async function pageOf(privacy: Privacy, label = "Sales 2"): Promise<{ house: House; page: Page }> {
  const town = settingsOf("panels/town/blfd.yaml");
  const keys = town.keys.map((key) => (key.id === "4" ? { ...key, label } : key));
  house = new House({ ...town, keys, privacy });
  await house.start();
  const page = await chromium.open(house.address);
  await page.getByRole("button", { name: "Key 3, Sales, 103: idle; lamp dark", exact: true }).waitFor(SOON);
  return { house, page };
}

describe("who calls, on the page", () => {
  test.each([
    ["full", "A supplier 201", ", from A supplier 201"],
    ["masked", "••••", ", from a number that is not shown"],
    ["off", "103", ""],
  ] as const)(
    "%s: under the label and in what is read aloud, until the caller hangs up",
    async (privacy, shown, said) => {
      const { house, page } = await pageOf(privacy);
      const key = (state: string) =>
        page.getByRole("button", { name: new RegExp(`^Key 3, Sales, 103: ${state}; lamp `) }).waitFor(SOON);
      const about = page.locator('[data-key="3"] .about');
      const spoken = page.locator("[role=status]", { hasText: new RegExp(`Sales rings${said}(\\.|$)`) });
      await Promise.all([spoken.waitFor(SOON), house.ring("103", "201"), key(`ringing${said}`)]);
      expect(await about.textContent()).toBe(shown);
      await keepPicture(page, `caller-${privacy}`);

      await house.quiet();
      await key("idle");
      expect(await about.textContent()).toBe("103");
      expect(await page.locator('[data-key="3"]').evaluate((cap) => cap.outerHTML)).not.toMatch(/supplier|201|••/);
    },
  );

  test("what a caller calls himself is text, and turns nothing beside it", async () => {
    const name = '\u202e<img src=x onerror="globalThis.hit=1">&"';
    const { house, page } = await pageOf("full", name);
    await house.ring("103", "104");
    const about = page.locator('[data-key="3"] .about');
    await expect.poll(() => about.textContent(), SOON).toBe('<img src=x onerror="globalThis.hit=1">&" 104');
    expect(await about.locator("*").count()).toBe(0);
    expect(await page.evaluate("globalThis.hit")).toBeUndefined();
  });
});
