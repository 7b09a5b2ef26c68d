import { defineConfig } from "vitest/config";

// Not a test, but it runs the sources as tests do: node alone reads no TypeScript where it is 20.
export default defineConfig({
  test: { include: ["test/real/chromium/screenshots.ts"], testTimeout: 300_000 },
});
