import { defineConfig } from "vitest/config";

// One after the other on one machine, for minutes.
export default defineConfig({
  test: {
    include: ["test/soak/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    reporters: ["default", "./test/tally.ts"],
  },
});
