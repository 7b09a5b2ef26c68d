import { test } from "vitest";
import { longRun } from "../fuzz/long-run.ts";
import { say, times } from "./record.ts";

test("a million broken messages and documents", async () => {
  const { summary } = await longRun(2, times(1_000_000));
  for (const line of summary.split("\n")) say(`fuzz: ${line}`);
});
