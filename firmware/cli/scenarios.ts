import { writeFileSync } from "node:fs";
import { checkSteps } from "../../sim/scenario/check-steps.ts";
import { junit } from "../../sim/scenario/junit.ts";
import type { Verdict } from "../../sim/scenario/player.ts";
import { simulateScenario } from "../../sim/scenario/simulate-scenario.ts";
import { timelineText } from "../../sim/scenario/timeline.ts";
import { loadScenario, type Scenario } from "../config/load-scenario.ts";
import { renderProblem } from "../config/problem.ts";
import { EXIT, type House, type Io } from "./io.ts";

/**
 * `blfd sim --scenario`: plays each file on a simulation of its panel, and tells what happened. None is played where one is
 * wrong.
 */
export async function playScenarios(
  files: readonly string[],
  report: string | undefined,
  io: Io,
  house: House,
): Promise<number> {
  const scenarios = files.flatMap((file) => read(file, io, house) ?? []);
  if (scenarios.length < files.length) return EXIT.config;
  const verdicts: Verdict[] = [];
  for (const scenario of scenarios) {
    const verdict = await simulateScenario(scenario);
    verdicts.push(verdict);
    io.out(timelineText(verdict));
  }
  if (report !== undefined) {
    try {
      writeFileSync(report, junit(verdicts));
    } catch (error) {
      io.err(`blfd sim: ${report} cannot be written: ${error instanceof Error ? error.message : String(error)}\n`);
      return EXIT.failed;
    }
  }
  return verdicts.every(({ failure }) => failure === undefined) ? EXIT.good : EXIT.failed;
}

function read(file: string, io: Io, house: House): Scenario | undefined {
  const loaded = loadScenario(file, house, checkSteps);
  for (const problem of loaded.ok ? loaded.warnings : loaded.problems) io.err(`${renderProblem(problem)}\n`);
  return loaded.ok ? loaded.scenario : undefined;
}
