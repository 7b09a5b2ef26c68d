import type { Scenario } from "../../firmware/config/load-scenario.ts";
import { Rehearsal } from "../rehearsal/rehearsal.ts";
import { rehearse } from "../rehearsal/rehearse.ts";
import { conversationOf } from "../replay/conversation-of.ts";
import { Replay } from "../replay/replay.ts";
import { play, type Verdict } from "./player.ts";

/** Plays a scenario on a simulation of its panel, or on that panel with the PBX of a captured conversation. */
export async function simulateScenario(scenario: Scenario): Promise<Verdict> {
  const { settings, clock, at, seed, replay } = scenario;
  if (replay !== undefined)
    return playedOn(new Replay({ conversation: conversationOf(replay), settings, seed }), scenario);
  const { rehearsal, simulation } = await rehearse({ settings, clock, at: at.replace(" ", "T"), seed });
  try {
    return await play(scenario, rehearsal, { onCall: (listener) => simulation.onCall(listener) });
  } finally {
    await rehearsal.stop();
  }
}

async function playedOn(replay: Replay, scenario: Scenario): Promise<Verdict> {
  const rehearsal = new Rehearsal(replay.scene);
  try {
    await replay.start();
    return await play(scenario, rehearsal, { onTold: (listener) => replay.onTold(listener) });
  } finally {
    await rehearsal.stop();
  }
}
