import { afterEach, expect, test } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { loadBoard, loadProfile, loadScheme } from "../../firmware/config/load.ts";
import { type Simulation, simulate } from "../../sim/simulation.ts";
import { Story } from "../../sim/story.ts";
import { Conditions } from "../flows/until.ts";
import { silentLog } from "../recording-log.ts";

const SOON = 10_000;
const house = { boardConfigs: new URL("../../board-configs", import.meta.url).pathname };

function shipped<Value>(loaded: { ok: true; value: Value } | { ok: false }): Value {
  if (!loaded.ok) throw new Error("what is shipped is not valid");
  return loaded.value;
}

let simulation: Simulation | undefined;
let story: Story | undefined;
afterEach(async () => {
  story?.stop();
  await simulation?.stop();
});

test("what a new user sees: a call comes by itself, its key flashes, a press takes it", async () => {
  const clock = new SystemClock();
  const news = new Conditions();
  const ringing = new Set<string>();
  const outcomes: string[] = [];
  const board = shipped(loadBoard("sim-16", house));
  simulation = await simulate({
    board,
    profile: shipped(loadProfile("asterisk", house)),
    scheme: shipped(loadScheme("default", house)),
    clock,
    log: silentLog,
    onCall: () => {},
    onPublish: (topic, payload) => {
      const [, , kind, key = ""] = topic.split("/");
      const message = JSON.parse(kind === "status" ? "{}" : payload) as { state?: string; outcome?: string };
      if (kind === "lamp" && message.state === "ringing") ringing.add(key);
      if (message.outcome !== undefined) outcomes.push(message.outcome);
      news.check();
    },
  });
  let lights = 0;
  simulation.onLight(() => {
    lights++;
    news.check();
  });
  story = new Story(simulation, clock, () => 0.6);
  story.start();

  const instead = () => JSON.stringify({ ringing: [...ringing], outcomes, lights });
  const key = await news.until("a call", 2 * SOON, () => [...ringing][0], instead);
  lights = 0;
  await news.until("its lamp flashing", SOON, () => (lights >= 3 ? true : undefined), instead);
  simulation.press(key);
  expect(await news.until("an outcome", 2 * SOON, () => outcomes[0], instead)).toBe("picked-up");
  expect(simulation.desk.state).toBe("talking");
});
