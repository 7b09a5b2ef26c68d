import { expect, test } from "vitest";
import { takePictures } from "./pictures.ts";

test("pictures of the ready panels, each small enough for a page of text", async () => {
  const taken = await takePictures();
  process.stdout.write(`${taken.join("\n")}\n`);
  expect(taken.length).toBeGreaterThanOrEqual(10);
  for (const picture of taken) expect(Number(picture.split(" ").at(-1)), picture).toBeLessThan(60_000);
});
