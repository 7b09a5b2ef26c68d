import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { KeySettings } from "../../../firmware/domain/key-settings.ts";
import { Chromium, keepPicture } from "./browser.ts";
import { House, settingsOf } from "./house.ts";

const PRESS = '[data-kind="press"]';
const PICKED_UP = '[data-outcome="picked-up"]';
const SHORT = "105";
const LONG = "116";

/**
 * Key 3 as of the town; key 4 calls, by a short press and a long one, somebody else each. Its own line never rings: a press
 * soon after that would come too late for a pickup, and dial nothing.
 */
function settings() {
  const town = settingsOf("panels/town/blfd.yaml");
  const keys = town.keys.map(
    (key): KeySettings =>
      key.kind === "line" && key.id === "4" ? { ...key, idle: { short: SHORT, long: LONG } } : key,
  );
  return { ...town, keys };
}

const chromium = new Chromium();
const house = new House(settings());

beforeAll(async () => {
  await Promise.all([chromium.start(), house.start()]);
}, 60_000);
afterAll(async () => {
  await chromium.stop();
  await house.stop();
});
afterEach(async () => {
  await chromium.leave();
  await house.quiet();
  expect(chromium.errors).toEqual([]);
});

const cap = (page: Page, id: string) => page.locator(`[data-key="${id}"]`);
const state = (page: Page, id: string, text: string) =>
  page.locator(`[data-key="${id}"] .state`, { hasText: new RegExp(`^${text}$`) }).waitFor();

/** When the newest of them happened. The page tells of so many and no more, so that their number says nothing. */
const newest = (page: Page, what: string) =>
  page.evaluate<string>(`document.querySelector('.story ${what} time')?.dateTime ?? ""`);
const tellsOfAnother = (page: Page, what: string, before: string) =>
  expect.poll(() => newest(page, what), { timeout: 20_000 }).not.toBe(before);

/** Somebody calls 103, and the press takes the call to the desk phone. */
async function picksUp(page: Page, press: () => Promise<void>): Promise<void> {
  await state(page, "3", "idle");
  const before = await newest(page, PICKED_UP);
  await house.ring("103");
  await state(page, "3", "ringing");
  await press();
  await tellsOfAnother(page, PICKED_UP, before);
  expect(await page.locator(".story [data-outcome]").first().textContent()).toContain("Key 3, Sales (103): picked up");
  expect(house.simulation.phones.get("100")?.state).toBe("talking");
  await state(page, "3", "idle");
}

describe("a call is picked up", () => {
  test("by mouse", async () => {
    const page = await chromium.open(house.address);
    await picksUp(page, () => cap(page, "3").click());
    await keepPicture(page, "picked-up");
  });

  test("by touch", async () => {
    const phone: BrowserContextOptions = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
    const page = await chromium.open(house.address, phone);
    await picksUp(page, () => cap(page, "3").tap());
  });

  test("by typing the letter of the key", async () => {
    const page = await chromium.open(house.address);
    await picksUp(page, () => page.keyboard.press("3"));
  });

  test.each(["Enter", "Space"])("by Tab and %s alone", async (stroke) => {
    const page = await chromium.open(house.address);
    await picksUp(page, async () => {
      const focused = () => page.evaluate<string>("document.activeElement.dataset.key ?? ''");
      for (let i = 0; i < 20 && (await focused()) !== "3"; i++) await page.keyboard.press("Tab");
      expect(await focused()).toBe("3");
      await page.keyboard.press(stroke);
    });
    await keepPicture(page, `focus-${stroke.toLowerCase()}`);
  });

  test("by what only says that it activates, as screen readers do", async () => {
    const page = await chromium.open(house.address);
    await picksUp(page, () => cap(page, "3").evaluate((key) => key.click()));
  });

  test("after the keyboard has been used for telephones, which keep the place", async () => {
    const page = await chromium.open(house.address);
    await state(page, "3", "idle");
    await page.getByRole("button", { name: "Ring Sales", exact: true }).press("Enter");
    await page.getByRole("button", { name: "Answer Sales", exact: true }).press("Enter");
    await state(page, "3", "busy");
    const place = () => page.evaluate<string>("document.activeElement.textContent");
    await expect.poll(place, { timeout: 20_000 }).toBe("Hold");
    await page.getByRole("button", { name: "Hang up Sales", exact: true }).press("Enter");
    await state(page, "3", "idle");
  });
});

describe("a contact is closed for as long as the key is held", () => {
  const target = () =>
    house.calls
      .flatMap((event) => (event.kind === "calling" ? [event.to] : []))
      .find((to) => to === SHORT || to === LONG);
  const dialled = async (page: Page, press: () => Promise<void>): Promise<string | undefined> => {
    await state(page, "4", "idle");
    house.calls.length = 0;
    const before = await newest(page, PRESS);
    await press();
    await tellsOfAnother(page, PRESS, before);
    // The desk phone is called first, and calls whom the key names.
    await expect.poll(target, { timeout: 20_000 }).toBeDefined();
    await house.quiet();
    return target();
  };
  const held = () => new Promise((resolve) => setTimeout(resolve, 1500));

  test("by mouse: short", async () => {
    const page = await chromium.open(house.address);
    expect(await dialled(page, () => cap(page, "4").click())).toBe(SHORT);
  });

  test("by mouse: long, also where the pointer leaves the key meanwhile", async () => {
    const page = await chromium.open(house.address);
    const press = async () => {
      await cap(page, "4").hover();
      await page.mouse.down();
      await page.mouse.move(5, 5);
      await held();
      await page.mouse.up();
    };
    expect(await dialled(page, press)).toBe(LONG);
  });

  test("by a letter, whose repetitions are one press", async () => {
    const page = await chromium.open(house.address);
    const press = async () => {
      for (let i = 0; i < 15; i++) {
        await page.keyboard.down("4");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await page.keyboard.up("4");
    };
    expect(await dialled(page, press)).toBe(LONG);
  });
});

test("what is typed into a field presses nothing, and letters can be switched off", async () => {
  const page = await chromium.open(house.address);
  await state(page, "3", "idle");
  house.presses.length = 0;
  await page.locator("#filter").fill("");
  await page.locator("#filter").press("3");
  await page.getByLabel("Press keys by typing their letter").uncheck();
  await page.keyboard.press("3");
  expect(await page.locator(".key.down").count()).toBe(0);
  await page.getByLabel("Press keys by typing their letter").check();
  // The next press is the first that is told of.
  const before = await newest(page, PRESS);
  await page.keyboard.press("5");
  await tellsOfAnother(page, PRESS, before);
  expect(await page.locator(`.story ${PRESS}`).first().textContent()).toContain("Key 5");
  expect(house.presses).toEqual(["5"]);
});
