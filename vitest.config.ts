import { defineConfig } from "vitest/config";

/** They count the sockets, timers and turns of their process, so each has one for itself. */
const COUNTING = [
  ...["test/sip/transport/**/*.test.ts", "test/sip/stack.test.ts", "test/sip/user-agent-stop.test.ts"],
  "test/sim/effort.test.ts",
];

// `make test` runs everything but the real parts; those have a configuration of their own beside them.
export default defineConfig({
  test: {
    environment: "node",
    // By itself it would keep one of two cores free, and much of the time is waiting.
    maxWorkers: "100%",
    testTimeout: 60_000,
    reporters: ["default", "./test/tally.ts"],
    projects: [
      { extends: true, test: { name: "alone", include: COUNTING } },
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: ["test/real/**", "test/soak/**", "test/bench/**", ...COUNTING],
          // To start a process for each file would take as long as the tests.
          isolate: false,
        },
      },
    ],
  },
});
