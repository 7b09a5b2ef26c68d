import { defineConfig } from "vitest/config";

// Real programs on a small machine: one file after the other, and time to boot.
export default defineConfig({
  test: {
    include: ["test/real/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: [
      "default",
      "./test/real/matrix.ts",
      "./test/real/pickup-table.ts",
      "./test/real/contract-table.ts",
      "./test/tally.ts",
    ],
  },
});
