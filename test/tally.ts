import type { Reporter, TestModule } from "vitest/node";

/** Ends every test verb with what failed, by name, and the one line that CI and people look for. */
export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0;
    let skipped = 0;
    const failed = unhandled.map((error) => `outside of any test: ${firstLine(error)}`);
    for (const module of modules) {
      // What breaks outside of any test: an import, a beforeAll.
      for (const place of [module, ...module.children.allSuites()]) {
        const [error] = place.errors();
        if (error) failed.push(`${module.relativeModuleId}: ${firstLine(error)}`);
      }
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === "passed") passed++;
        else if (state === "failed")
          failed.push(`${module.relativeModuleId}: ${test.fullName}: ${firstLine(errors[0])}`);
        else skipped++;
      }
    }
    for (const what of failed) process.stdout.write(`FAILED ${what}\n`);
    process.stdout.write(`${passed} passed, ${failed.length} failed, ${skipped} skipped\n`);
  }
}

function firstLine(error: unknown): string {
  const text =
    typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
  return text.split("\n")[0] ?? "";
}
