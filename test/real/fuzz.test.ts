import { test } from "vitest";
import { longRun } from "../fuzz/long-run.ts";

// A tenth of what test/soak does.
test("a hundred thousand broken messages and documents", { timeout: 900_000 }, async () => {
  console.log((await longRun(3, 100_000)).summary);
});
