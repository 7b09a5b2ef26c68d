import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Chromium } from "./browser.ts";
import { House, settingsOf } from "./house.ts";

/*
 * Pictures of the ready panels for people who read about them: board-configs/panels/NAME/light.png and dark.png, of at most
 * 256 colours. Each with the same calls in the same places, at a moment at which what rings is lit.
 */

const PANELS = resolve(import.meta.dirname, "../../../board-configs/panels");
const PNGQUANT = "/usr/bin/pngquant";
const MARGIN = 20;

export async function takePictures(): Promise<readonly string[]> {
  const chromium = new Chromium();
  await chromium.start();
  const taken: string[] = [];
  try {
    const names = readdirSync(PANELS, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
    for (const name of names) taken.push(...(await pictures(name, chromium)));
  } finally {
    await chromium.stop();
  }
  return taken;
}

async function pictures(name: string, chromium: Chromium): Promise<readonly string[]> {
  const house = new House(settingsOf(`panels/${name}/blfd.yaml`));
  await house.start();
  try {
    await calls(house);
    const files: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await chromium.open(house.address, { viewport: { width: 760, height: 900 }, colorScheme });
      await page.locator('[data-state="ringing"]').first().waitFor();
      await page.evaluate(STILL);
      const plate = await page.locator(".plate").boundingBox();
      if (plate === null) throw new Error(`${name} has no plate`);
      const clip = { x: 0, y: 0, width: 760, height: Math.round(plate.y + plate.height) + MARGIN };
      const file = join(PANELS, name, `${colorScheme}.png`);
      writeFileSync(file, quantized(await page.screenshot({ clip })));
      files.push(`${file} ${readFileSync(file).length}`);
    }
    return files;
  } finally {
    await chromium.leave();
    await house.stop();
  }
}

/** Once something that rings is lit, the panel is replaced by a likeness, which stays so. */
const STILL = `new Promise((done) => {
  const look = () => {
    if (document.querySelector('[data-state="ringing"] .lens:not([data-colour=""])') === null) return requestAnimationFrame(look);
    const plate = document.querySelector(".plate");
    plate.replaceWith(plate.cloneNode(true));
    requestAnimationFrame(done);
  };
  look();
})`;

/** One talks, one rings, one is on hold, as far as there are people. */
async function calls({ simulation }: House): Promise<void> {
  const { town, phones } = simulation;
  const phone = (number = "") => phones.get(number);
  const [talks, rings, , holds] = town.people.length > 2 ? town.people : [undefined, ...town.people];
  const [first, second, third] = town.callers.map(({ number }) => phone(number));
  if (talks !== undefined) {
    await first?.call(talks.number);
    await phone(talks.number)?.until("ringing", 5000);
    await phone(talks.number)?.answer();
  }
  if (holds !== undefined) {
    await second?.call(holds.number);
    await phone(holds.number)?.until("ringing", 5000);
    await phone(holds.number)?.answer();
    await second?.until("talking", 5000);
    await second?.hold();
  }
  if (rings !== undefined) await third?.call(rings.number);
}

function quantized(png: Buffer): Buffer {
  return execFileSync(PNGQUANT, ["--speed", "1", "--quality", "60-95", "256", "-"], {
    input: png,
    maxBuffer: 10_000_000,
  });
}
