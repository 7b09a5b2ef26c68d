import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { loadScenario, type Scenario } from "../../firmware/config/load-scenario.ts";
import { renderProblem } from "../../firmware/config/problem.ts";
import { checkSteps } from "../../sim/scenario/check-steps.ts";
import { simulateScenario } from "../../sim/scenario/simulate-scenario.ts";
import { timelineText } from "../../sim/scenario/timeline.ts";

const boardConfigs = resolve(import.meta.dirname, "../../board-configs");

/** In board-configs, by name. */
const scenarios = readdirSync(boardConfigs, { recursive: true, encoding: "utf8" })
  .filter((file) => /^scenarios\/.*\.yaml$|\/scenario\.yaml$/.test(file))
  .sort();
const panels = readdirSync(join(boardConfigs, "panels")).filter((name) => name !== "town");

function scenarioOf(file: string): Scenario {
  const loaded = loadScenario(join(boardConfigs, file), { boardConfigs }, checkSteps);
  if (!loaded.ok) throw new Error(loaded.problems.map(renderProblem).join("\n"));
  return loaded.scenario;
}

describe("scenarios on the simulator", () => {
  test.each(scenarios)("%s", async (file) => {
    const scenario = scenarioOf(file);
    const verdict = await simulateScenario(scenario);
    if (verdict.failure) throw new Error(timelineText(verdict));
    // A scenario that expects nothing shows nothing.
    expect(verdict.timeline.filter(({ kind }) => kind === "met").length).toBeGreaterThan(1);
  });

  test("no two have the same title, and there are thirty in the library", () => {
    const titles = scenarios.map((file) => scenarioOf(file).title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(scenarios.filter((file) => file.startsWith("scenarios/")).length).toBeGreaterThanOrEqual(30);
  });

  test.each(panels)("panel %s has settings and a scenario", (name) => {
    for (const file of ["blfd.yaml", "scenario.yaml"]) {
      expect(existsSync(join(boardConfigs, "panels", name, file)), relative(".", file)).toBe(true);
    }
  });
});
