import { defineConfig } from "vitest/config";

// Inside the guest, which has one processor, and where processes and modules begin slowly: all files share one.
export default defineConfig({
  test: {
    include: ["dist/guest/*.guest.mjs"],
    server: { deps: { external: [/\/dist\/guest\//] } },
    environment: "node",
    fileParallelism: false,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
