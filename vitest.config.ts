import { defineConfig } from "vitest/config";

// `make test` runs everything but the real parts; those have a configuration of their own beside them.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/real/**", "test/soak/**", "test/bench/**"],
    environment: "node",
    // No test leaves anything behind in its process, and to start one for each file would take as long as the tests.
    isolate: false,
    // By itself it would keep one of two cores free, and much of the time is waiting.
    maxWorkers: "100%",
    testTimeout: 60_000,
    reporters: ["default", "./test/tally.ts"],
  },
});
