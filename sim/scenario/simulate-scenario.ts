import type { Scenario } from "../../firmware/config/load-scenario.ts";
import { rehearse } from "../rehearsal/rehearse.ts";
import { play, type Verdict } from "./player.ts";

/** Plays a scenario on a simulation of its panel. */
export async function simulateScenario(scenario: Scenario): Promise<Verdict> {
  const { settings, clock, at, seed } = scenario;
  const { rehearsal, simulation } = await rehearse({ settings, clock, at: at.replace(" ", "T"), seed });
  try {
    return await play(scenario, rehearsal, (listener) => simulation.onCall(listener));
  } finally {
    await rehearsal.stop();
  }
}
