import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

/** A bound of waits on a busy machine, not a speed (ms). */
const PATIENCE = 20_000;
const BINARY = "/usr/bin/chromium";
const ARTEFACTS = resolve(import.meta.dirname, "../../../artefacts/chromium");

/** Nothing of its own accord on the network, and no sandbox, which root cannot have. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Debian's Chromium without a window, and its pages, whose errors it keeps. */
export class Chromium {
  /** What pages said was wrong. */
  readonly errors: string[] = [];
  #browser: Browser | undefined;

  /** @param flags more of them */
  async start(flags: readonly string[] = []): Promise<void> {
    this.#browser = await chromium.launch({ executablePath: BINARY, args: [...FLAGS, ...flags] });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
  }

  /** Closes all pages: before what they show is stopped, which they would complain of. */
  async leave(): Promise<void> {
    await Promise.all((this.#browser?.contexts() ?? []).map((context) => context.close()));
  }

  /** A page of a visitor of its own, once its panel is there. */
  async open(address: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.blank({ viewport: { width: 1200, height: 800 }, ...options });
    await page.goto(address);
    await page.locator(".plate").waitFor();
    return page;
  }

  /** Waits for what pages have to complain of, closes them, and takes away all that they have said by then. */
  async complains(of: string): Promise<void> {
    await expect.poll(() => this.errors.join("\n"), { timeout: PATIENCE }).toContain(of);
    await this.leave();
    this.errors.length = 0;
  }

  async blank(options: BrowserContextOptions = {}): Promise<Page> {
    if (this.#browser === undefined) throw new Error("the browser is not started");
    const context = await this.#browser.newContext(options);
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
    return page;
  }
}

/** Kept for people to look at. */
export async function keepPicture(page: Page, name: string, fullPage = false): Promise<void> {
  mkdirSync(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTEFACTS, `${name}.png`), fullPage });
}
