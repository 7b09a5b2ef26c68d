import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Broker } from "../../../sim/broker.ts";
import { freePort } from "../free-port.ts";
import { Program } from "../program.ts";
import { Chromium, keepPicture } from "./browser.ts";
import { House, settingsOf } from "./house.ts";

const BLFD = resolve(import.meta.dirname, "../../../dist/blfd.mjs");

const chromium = new Chromium();
const programs: Program[] = [];

beforeAll(() => chromium.start(), 60_000);
afterAll(() => chromium.stop());
afterEach(async () => {
  await chromium.leave();
  await Promise.all(programs.splice(0).map((program) => program.terminate(10_000)));
});

/** A verb of the built blfd. Resolves with where its page is. */
async function blfd(...args: string[]): Promise<{ program: Program; address: string }> {
  let found: (address: string) => void = () => {};
  const address = new Promise<string>((done) => {
    found = done;
  });
  const program = new Program(process.execPath, [BLFD, ...args], (line) => {
    const url = /http:\/\/\S+\//.exec(line)?.[0];
    if (url !== undefined) found(url);
  });
  programs.push(program);
  program.start();
  return { program, address: await address };
}

const state = (page: Page, id: string, text: string) =>
  page.locator(`[data-key="${id}"] .state`, { hasText: new RegExp(`^${text}$`) }).waitFor();

/** Every key shows what the PBX says of it; calls come by themselves here, so nobody knows what that is. */
const known = (page: Page) =>
  expect.poll(() => page.locator('.state:text-is("unknown")').count(), { timeout: 40_000 }).toBe(0);

test("a page whose simulator is killed shows nothing that may be false, and comes back by itself", async () => {
  const port = String(await freePort());
  const { program, address } = await blfd("sim", "--port", port);
  expect(address).toBe(`http://127.0.0.1:${port}/`);
  const page = await chromium.open(address);
  await known(page);
  await program.kill();
  await page.getByText("No connection to the simulator").waitFor();
  for (let key = 1; key <= 16; key++) await state(page, String(key), "unknown");
  await page.locator('.lens:not([data-colour=""])').first().waitFor({ state: "detached" });
  expect(await page.locator(".pill b").allTextContents()).toEqual(["not heard of", "not heard of"]);
  await keepPicture(page, "no-connection");
  // Pressed for nothing, and not for later.
  await page.keyboard.press("3");
  await blfd("sim", "--port", port);
  await known(page);
  await page.getByText("No connection to the simulator").waitFor({ state: "hidden" });
  await page.keyboard.press("5");
  await page.locator('.story [data-kind="press"]').first().waitFor();
  expect(await page.locator('.story [data-kind="press"]').allTextContents()).toEqual([
    expect.stringContaining("Key 5"),
  ]);
  // The browser writes down each connection that was refused, or broke, meanwhile.
  await chromium.leave();
  expect(chromium.errors.splice(0).filter((error) => !/ERR_CONNECTION_(REFUSED|RESET)/.test(error))).toEqual([]);
}, 120_000);

test("a running panel is watched without a verb, its patterns drawn, and it is said that they are not in phase", async () => {
  const house = new House(settingsOf("panels/reception-12/blfd.yaml"));
  await house.start();
  try {
    const { panel, mqtt } = house.simulation.settings;
    const { address } = await blfd("sim", "--watch", `${mqtt?.url}/${mqtt?.topic}/${panel}`);
    const page = await chromium.open(address);
    await state(page, "1", "idle");
    await page.getByText("not in phase").waitFor();
    expect(await page.locator(".plate button").count()).toBe(0);
    for (const part of [".telephones", ".faults", ".typing"])
      expect(await page.locator(part).isVisible(), part).toBe(false);
    await house.ring("101");
    await state(page, "1", "ringing");
    expect(await page.locator(".plate").ariaSnapshot()).toMatch(/img "Key 1, .*101: ringing; lamp red, flashing"/);
    const lens = page.locator('[data-key="1"] .lens');
    for (const colour of ["red", "", "red"]) {
      await expect.poll(() => lens.getAttribute("data-colour"), { timeout: 20_000, interval: 20 }).toBe(colour);
    }
    await page.keyboard.press("1");
    await page.locator('[data-key="1"]').click();
    await keepPicture(page, "watched");
    await house.quiet();
    await state(page, "1", "idle");
    expect(await page.locator('.story [data-kind="press"]').count()).toBe(0);
    await house.stop();
    await state(page, "1", "unknown");
    expect(chromium.errors).toEqual([]);
  } finally {
    await house.stop();
  }
}, 120_000);

test("a panel that is watched by its settings stands in its own grid, and is unknown while it is not there", async () => {
  const broker = new Broker();
  const port = await broker.start();
  const folder = mkdtempSync(join(tmpdir(), "blfd-watched-"));
  try {
    writeFileSync(join(folder, "sip"), "secret\n", { mode: 0o600 });
    writeFileSync(
      join(folder, "blfd.yaml"),
      `
panel: ward-3
board: sim-16
pbx: { profile: asterisk, server: sip:127.0.0.1, user: panel, password: { file: ${join(folder, "sip")} } }
keys: { 16: { line: "101", label: Sales } }
mqtt: { url: mqtt://127.0.0.1:${port} }
`,
    );
    const { address } = await blfd("sim", "--watch", "-c", join(folder, "blfd.yaml"));
    const page = await chromium.open(address);
    await page.getByText("not heard of").first().waitFor();
    expect(await page.locator(".key").count()).toBe(16);
    expect(await page.locator(".plate").ariaSnapshot()).toContain('img "Key 16, Sales, 101: unknown"');
    await keepPicture(page, "watched-unknown");
  } finally {
    await broker.stop();
    rmSync(folder, { recursive: true });
  }
}, 120_000);
