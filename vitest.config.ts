import { defineConfig } from "vitest/config";

// `make test` runs everything but the real parts; those have a configuration of their own beside them.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/real/**", "test/soak/**", "test/bench/**"],
    environment: "node",
    testTimeout: 60_000,
    reporters: ["default", "./test/tally.ts"],
  },
});
