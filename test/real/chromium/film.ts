import type { Page } from "playwright-core";

/** What one point of the page showed from a moment on. */
export interface Frame {
  /** Wall time, ms. */
  readonly at: number;
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

interface Shot {
  readonly at: number;
  readonly png: string;
}

/**
 * Films what is really drawn, frame by frame as Chromium presents it, and reads one pixel of each.
 *
 * @param length ms
 * @param decoder another page, to decode with
 */
export async function film(page: Page, selector: string, length: number, decoder: Page): Promise<readonly Frame[]> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`there is no ${selector} to be seen`);
  const session = await page.context().newCDPSession(page);
  const shots: Shot[] = [];
  session.on("Page.screencastFrame", ({ data, metadata, sessionId }) => {
    shots.push({ at: (metadata.timestamp ?? 0) * 1000, png: data });
    // The film may be over before it is asked for the next frame.
    session.send("Page.screencastFrameAck", { sessionId }).catch(() => undefined);
  });
  await session.send("Page.startScreencast", { format: "png", everyNthFrame: 1 });
  await new Promise((resolve) => setTimeout(resolve, length));
  await session.send("Page.stopScreencast");
  await session.detach();
  const point = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  const pixels = await decoder.evaluate<number[][]>(`(${READ})(${JSON.stringify({ shots, ...point })})`);
  return pixels.map(([red = 0, green = 0, blue = 0], i) => ({ at: shots[i]?.at ?? 0, red, green, blue }));
}

/** In the browser, which can decode pictures. */
const READ = `async ({ shots, x, y }) => {
  const pixels = [];
  for (const { png } of shots) {
    const picture = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const brush = canvas.getContext("2d");
    brush.drawImage(picture, 0, 0);
    pixels.push([...brush.getImageData(x, y, 1, 1).data]);
  }
  return pixels;
}`;

/** When light turned, and to what, of a lens that is lit in red. */
export function turnsOf(frames: readonly Frame[]): readonly { readonly at: number; readonly lit: boolean }[] {
  const seen = frames.map(({ at, red, green }) => ({ at, lit: red > 200 && red - green > 60 }));
  return seen.filter(({ lit }, i) => i > 0 && seen[i - 1]?.lit !== lit);
}
