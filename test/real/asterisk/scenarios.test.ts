import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadScenario, type Scenario } from "../../../firmware/config/load-scenario.ts";
import { renderProblem } from "../../../firmware/config/problem.ts";
import { Rehearsal } from "../../../sim/rehearsal/rehearsal.ts";
import { checkSteps } from "../../../sim/scenario/check-steps.ts";
import { play } from "../../../sim/scenario/player.ts";
import { timelineText } from "../../../sim/scenario/timeline.ts";
import { Asterisk } from "./asterisk.ts";
import { realScene } from "./scenario-scene.ts";
import { townFiles } from "./town-files.ts";

/*
 * The scenarios that the simulator plays, by the same files, on a real Asterisk and in real time: all but those that say that
 * they cannot be (real: false), those in which the PBX or the way to it is at fault, and those that wait for minutes.
 */

const boardConfigs = resolve(import.meta.dirname, "../../../board-configs");
/** Times longer than on the simulator may anything take: two cores, and others at work. */
const PATIENCE = 4;

function scenarioOf(file: string): Scenario {
  const loaded = loadScenario(join(boardConfigs, file), { boardConfigs }, checkSteps);
  if (!loaded.ok) throw new Error(loaded.problems.map(renderProblem).join("\n"));
  return loaded.scenario;
}

const scenarios = readdirSync(boardConfigs, { recursive: true, encoding: "utf8" })
  .filter((file) => /^scenarios\/.*\.yaml$|\/scenario\.yaml$/.test(file))
  .sort()
  .map((file) => ({ file, scenario: scenarioOf(file) }));

/** Together, in one scenario. */
const LONGEST_WAITS = 30_000;

function isForReal({ real, steps }: Scenario): boolean {
  const waits = steps.reduce((sum, step) => sum + (step.kind === "wait" ? step.time : 0), 0);
  const isAtFault = steps.some(({ kind }) => kind === "fault" || kind === "mend" || kind === "link");
  return real && !isAtFault && waits <= LONGEST_WAITS;
}

const panels = new Map<string, { file: string; scenario: Scenario }[]>();
for (const one of scenarios.filter(({ scenario }) => isForReal(scenario))) {
  const { panel } = one.scenario.settings;
  panels.set(panel, [...(panels.get(panel) ?? []), one]);
}

test("most of the library can be played", () => {
  expect([...panels.values()].flat().length).toBeGreaterThan(scenarios.length / 2);
});

describe.each([...panels])("on Asterisk, panel %s", (_, played) => {
  let asterisk: Asterisk;
  beforeAll(async () => {
    const settings = played[0]?.scenario.settings;
    if (settings) asterisk = new Asterisk({ files: await townFiles(settings) });
    await asterisk.start();
  }, 90_000);
  afterAll(() => asterisk.stop(), 60_000);

  test.each(played)(
    "$file",
    async ({ scenario }) => {
      const { host, port } = asterisk;
      const scene = await realScene(scenario.settings, { host, port }, new Date(scenario.at.replace(" ", "T")));
      const rehearsal = new Rehearsal(scene, PATIENCE);
      try {
        await scene.start();
        await rehearsal.ready();
        const verdict = await play(scenario, rehearsal);
        if (verdict.failure) throw new Error(timelineText(verdict));
      } finally {
        await scene.stop();
      }
      await expect.poll(() => asterisk.channels(), { timeout: 20_000 }).toBe(0);
    },
    180_000,
  );
});
