import { expect, test } from "vitest";
import { cell, took } from "../matrix.ts";
import { unplugs } from "./unplugs.ts";

const SEEDS = [1, 2, 3, 4];
const TIMES = 5;

// 200 of them in `make soak`.
test("twenty unplugs at random bytes: no lamp is wrong two seconds after the return", {
  timeout: 240_000,
  ...cell("sidecar", "pty", "20 unplugs at random bytes: back after, at most"),
}, async ({ task }) => {
  const all = await Promise.all(SEEDS.map((seed) => unplugs(seed, TIMES)));
  expect(all.flatMap(({ wrong }) => wrong)).toEqual([]);
  const back = all.flatMap((each) => each.back);
  expect(back).toHaveLength(SEEDS.length * TIMES);
  took(task, Math.max(...back));
});
