import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Chromium, keepPicture } from "./browser.ts";
import { House, settingsOf } from "./house.ts";

const REBOUND = "panel.example.org";
const PANELS = ["town", "reception-12", "nurse-station-8", "shop-counter-4", "warehouse-8", "executive-2"] as const;

const chromium = new Chromium();
const house = new House(settingsOf("panels/town/blfd.yaml"));

beforeAll(async () => {
  // A name of somebody else's that leads here all the same, as by DNS rebinding.
  await Promise.all([chromium.start([`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`]), house.start()]);
}, 60_000);
afterAll(async () => {
  await chromium.stop();
  await house.stop();
});
afterEach(async () => {
  await chromium.leave();
  await house.quiet();
  expect(chromium.errors.splice(0)).toEqual([]);
});

const state = (page: Page, id: string, text: string) =>
  page.locator(`[data-key="${id}"] .state`, { hasText: new RegExp(`^${text}$`) }).waitFor();

describe("who listens to the page", () => {
  test("finds every key by its name, with its state and its lamp", async () => {
    const page = await chromium.open(house.address);
    for (let key = 1; key <= 16; key++) await state(page, String(key), "idle");
    await house.ring("103");
    await state(page, "3", "ringing");
    const tree = await page.locator(".plate").ariaSnapshot();
    const { keys } = house.simulation.settings;
    expect(keys).toHaveLength(16);
    for (const key of keys) {
      if (key.kind !== "line") throw new Error("the town has lines only");
      const now = key.id === "3" ? "ringing; lamp red, flashing" : "idle; lamp dark";
      expect(tree).toContain(`button "Key ${key.id}, ${key.label}, ${key.line}: ${now}"`);
    }
  });

  test("is told of a ring and of what a press came to, and of nothing twice", async () => {
    const page = await chromium.open(house.address);
    await state(page, "3", "idle");
    await page.evaluate(`{
      globalThis.said = [];
      const status = document.querySelector("[role=status]");
      new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
    }`);
    await house.ring("103", "201");
    await house.ring("104", "202");
    await state(page, "4", "ringing");
    await page.keyboard.press("3");
    await page.locator('.story [data-outcome="picked-up"]').first().waitFor();
    const said = () => page.evaluate<string[]>("said");
    await expect.poll(async () => (await said()).join(". "), { timeout: 20_000 }).toContain("picked up");
    // How many are said together depends on when they come.
    const sentences = (await said()).join(". ").split(". ");
    expect(sentences).toEqual(expect.arrayContaining(["Sales rings", "Sales 2 rings"]));
    expect(sentences).toEqual([...new Set(sentences)]);
  });

  test("finds the other lamps and the buzzer, and every switch with its position", async () => {
    const ward = new House(settingsOf("panels/nurse-station-8/blfd.yaml"));
    await ward.start();
    try {
      const page = await chromium.open(ward.address);
      await page.getByRole("img", { name: /^Lamp zone: (dark|lit|flashing)/ }).waitFor();
      await page.getByRole("img", { name: /^Lamp alive: (dark|lit|flashing)/ }).waitFor();
      await page.getByRole("img", { name: "Buzzer: silent" }).waitFor();
      const plug = page.getByRole("switch", { name: "Bank header is unplugged." });
      expect(await plug.getAttribute("aria-checked")).toBe("false");
      await plug.press("Space");
      await page.locator('[data-fault="unplug header"][aria-checked="true"]').waitFor();
      await page.getByText("Fault:").first().waitFor();
      await keepPicture(page, "fault");
      await plug.click();
      await page.locator('[data-fault="unplug header"][aria-checked="false"]').waitFor();
    } finally {
      await chromium.leave();
      await ward.stop();
    }
  }, 120_000);
});

describe("every panel", () => {
  test.each(PANELS)(
    "%s fits a phone of 360 pixels, and is light or dark as wanted",
    async (name) => {
      const panel = new House(settingsOf(`panels/${name}/blfd.yaml`));
      await panel.start();
      try {
        const grounds: number[] = [];
        for (const colorScheme of ["light", "dark"] as const) {
          const page = await chromium.open(panel.address, { viewport: { width: 360, height: 740 }, colorScheme });
          await page.locator('.state:text-is("idle")').first().waitFor();
          expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(360);
          // A key that a thumb hits, and a label that is not cut off.
          const caps = await page.locator(".key").evaluateAll((keys) => keys.map((key) => key.getBoundingClientRect()));
          for (const { width, height } of caps) expect(Math.min(width, height)).toBeGreaterThanOrEqual(60);
          grounds.push(await page.evaluate<number>(LIGHTNESS));
          expect(await page.evaluate<string[]>(PALE)).toEqual([]);
          await keepPicture(page, `phone-${name}-${colorScheme}`, true);
          await page.setViewportSize({ width: 1200, height: 800 });
          await keepPicture(page, `desk-${name}-${colorScheme}`);
        }
        expect(grounds[0]).toBeGreaterThan(0.7);
        expect(grounds[1]).toBeLessThan(0.05);
      } finally {
        await chromium.leave();
        await panel.stop();
      }
    },
    120_000,
  );
});

test("nothing jumps from under the pointer when the panel is found", async () => {
  const page = await chromium.blank({ viewport: { width: 1200, height: 800 } });
  await page.addInitScript(`globalThis.jumped = 0;
    new PerformanceObserver((list) => { for (const { value } of list.getEntries()) jumped += value; })
      .observe({ type: "layout-shift", buffered: true });`);
  // The panel is found when the page without one has been painted.
  const painted = async () => {
    await page.locator(".notice").waitFor();
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  };
  await page.routeWebSocket(/live$/, (socket) => {
    const ready = painted();
    socket.connectToServer().onMessage((message) => void ready.then(() => socket.send(message)));
  });
  await page.goto(house.address);
  await state(page, "16", "idle");
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  // Up to 0.1 counts as steady (Core Web Vitals, cumulative layout shift).
  expect(await page.evaluate<number>("jumped")).toBeLessThan(0.1);
});

describe("nobody else comes in", () => {
  test("by a name that leads to this machine", async () => {
    const page = await chromium.blank();
    const answer = await page.goto(house.address.replace("127.0.0.1", REBOUND));
    expect(answer?.status()).toBe(403);
    await chromium.complains("403");
  });

  test("by a WebSocket of another page on this machine", async () => {
    const other = createServer((_, response) => response.end("<!doctype html><title>other</title>"));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    try {
      const page = await chromium.blank();
      await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
      const live = `${house.address.replace("http", "ws")}live`;
      const outcome = await page.evaluate<string>(
        `new Promise((done) => {
          const socket = new WebSocket(${JSON.stringify(live)});
          socket.onopen = () => done("open");
          socket.onerror = () => done("refused");
        })`,
      );
      expect(outcome).toBe("refused");
      await chromium.complains("WebSocket");
    } finally {
      other.close();
    }
  });

  test("by a script that is written into the page", async () => {
    const page = await chromium.open(house.address);
    await page.evaluate(`{
      const script = document.createElement("script");
      script.textContent = "document.title = 'taken'";
      document.head.append(script);
    }`);
    expect(await page.title()).toBe("sim · blfd");
    await chromium.complains("Content Security Policy");
  });
});

/** WCAG's relative luminance of the page's ground, 0 to 1. */
const LUMINANCE = `const luminance = (colour) => {
  const [red, green, blue] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};`;

const LIGHTNESS = `(() => { ${LUMINANCE} return luminance(getComputedStyle(document.documentElement).backgroundColor); })()`;

/** What has less contrast with its ground than 4.5 to 1 (WCAG 2.2 §1.4.3), of text that stands on a plain one. */
const PALE = `(() => {
  ${LUMINANCE}
  const pale = [];
  for (const text of document.querySelectorAll(".label, .about, .card h2, .person, .number, .why, .how, .story strong, .card button, header p, .pill b, .hint")) {
    let ground = text;
    while (/, 0\\)$|transparent/.test(getComputedStyle(ground).backgroundColor) && ground.parentElement) ground = ground.parentElement;
    const [one, other] = [getComputedStyle(text).color, getComputedStyle(ground).backgroundColor].map(luminance).sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    if (text.textContent !== "" && contrast < 4.5) pale.push(text.className + " " + text.textContent + " " + contrast.toFixed(2));
  }
  return pale;
})()`;
