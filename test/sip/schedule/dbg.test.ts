import { readFileSync } from "node:fs";
import { test } from "vitest";
import { play } from "./schedule.ts";

test("dbg", async () => {
  const series = JSON.parse(readFileSync("/tmp/series.json", "utf8"))[0];
  (globalThis as any).DBG = true;
  await play(series, new Map());
}, 60000);
