import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { KeySettings } from "../../../firmware/domain/key-settings.ts";
import { Chromium, keepPicture } from "./browser.ts";
import { House, settingsOf } from "./house.ts";

/** Key 3 as of the town; key 4 calls, by a short press and a long one, somebody else each. */
function settings() {
  const town = settingsOf("panels/town/blfd.yaml");
  const keys = town.keys.map(
    (key): KeySettings =>
      key.kind === "line" && key.id === "4" ? { ...key, idle: { short: "104", long: "116" } } : key,
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

/** Somebody calls 103, and the press takes the call to the desk phone. */
async function picksUp(page: Page, press: () => Promise<void>): Promise<void> {
  await state(page, "3", "idle");
  const before = await page.locator('.story [data-outcome="picked-up"]').count();
  await house.ring("103");
  await state(page, "3", "ringing");
  await press();
  await page.locator('.story [data-outcome="picked-up"]').nth(before).waitFor();
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
      .find((to) => to === "104" || to === "116");
  const dialled = async (page: Page, press: () => Promise<void>): Promise<string | undefined> => {
    await state(page, "4", "idle");
    house.calls.length = 0;
    const before = await page.locator('.story [data-kind="press"]').count();
    await press();
    await page.locator('.story [data-kind="press"]').nth(before).waitFor();
    // The desk phone is called first, and calls whom the key names.
    await expect.poll(target, { timeout: 20_000 }).toBeDefined();
    await house.quiet();
    return target();
  };
  const held = () => new Promise((resolve) => setTimeout(resolve, 1500));

  test("by mouse: short", async () => {
    const page = await chromium.open(house.address);
    expect(await dialled(page, () => cap(page, "4").click())).toBe("104");
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
    expect(await dialled(page, press)).toBe("116");
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
    expect(await dialled(page, press)).toBe("116");
  });
});

test("what is typed into a field presses nothing, and letters can be switched off", async () => {
  const page = await chromium.open(house.address);
  await state(page, "3", "idle");
  await page.locator("#filter").fill("");
  await page.locator("#filter").press("3");
  await page.getByLabel("Press keys by typing their letter").uncheck();
  await page.keyboard.press("3");
  expect(await page.locator(".key.down").count()).toBe(0);
  await page.getByLabel("Press keys by typing their letter").check();
  // The next press is the first that is told of.
  const before = await page.locator('.story [data-kind="press"]').count();
  await page.keyboard.press("5");
  await page.locator('.story [data-kind="press"]').nth(before).waitFor();
  expect(await page.locator('.story [data-kind="press"]').first().textContent()).toContain("Key 5");
  expect(await page.locator('.story [data-kind="press"]').count()).toBe(before + 1);
});
