import { join, resolve } from "node:path";
import { afterEach, expect, test } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { loadSettings } from "../../firmware/config/load.ts";
import type { Settings } from "../../firmware/domain/settings.ts";
import { Loopback } from "../../sim/loopback.ts";
import { Simulation } from "../../sim/simulation.ts";
import { Story } from "../../sim/story.ts";
import { Conditions } from "../flows/until.ts";
import { silentLog } from "../recording-log.ts";

const SOON = 10_000;
const boardConfigs = resolve(import.meta.dirname, "../../board-configs");

function settingsOf(file: string): Settings {
  const loaded = loadSettings(join(boardConfigs, file), { boardConfigs, env: {}, simulated: true });
  if (!loaded.ok) throw new Error(`${file} is not good: ${loaded.problems[0]?.text}`);
  return loaded.settings;
}

const clock = new SystemClock();
const started: Simulation[] = [];
let story: Story | undefined;
afterEach(async () => {
  story?.stop();
  await Promise.all(started.splice(0).map((simulation) => simulation.stop()));
});

/** What a simulation tells, and waiting for it. */
class Onlooker extends Conditions {
  readonly states = new Map<string, string>();
  readonly outcomes: string[] = [];
  lights = 0;
  readonly #instead = () => JSON.stringify({ ...this, states: Object.fromEntries(this.states) });

  constructor(simulation: Simulation) {
    super();
    simulation.onLight(() => {
      this.lights++;
      this.check();
    });
    simulation.onPublish((topic, payload) => {
      const [, , kind, key = ""] = topic.split("/");
      const message = JSON.parse(kind === "status" ? "{}" : payload) as { state?: string; outcome?: string };
      if (kind === "lamp" && message.state !== undefined) this.states.set(key, message.state);
      if (message.outcome !== undefined) this.outcomes.push(message.outcome);
      this.check();
    });
  }

  see<T>(what: string, seen: () => T | undefined, within = SOON): Promise<T> {
    return this.until(what, within, seen, this.#instead);
  }

  sees(key: string, state: string): Promise<true> {
    return this.see(`key ${key} ${state}`, () => (this.states.get(key) === state ? true : undefined));
  }
}

function simulation(file: string): { simulation: Simulation; onlooker: Onlooker } {
  const made = new Simulation({ settings: settingsOf(file), clock, log: silentLog, medium: new Loopback() });
  started.push(made);
  return { simulation: made, onlooker: new Onlooker(made) };
}

test("what a new user sees: a call comes by itself, its key flashes, a press takes it", async () => {
  const { simulation: town, onlooker } = simulation("panels/town/blfd.yaml");
  await town.start();
  story = new Story(town, clock, () => 0.6);
  story.start();
  const ringing = () => [...onlooker.states].find(([, state]) => state === "ringing")?.[0];
  const key = await onlooker.see("a call", ringing, 2 * SOON);
  onlooker.lights = 0;
  await onlooker.see("its lamp flashing", () => (onlooker.lights >= 3 ? true : undefined));
  town.press(key);
  expect(await onlooker.see("an outcome", () => onlooker.outcomes[0], 2 * SOON)).toBe("picked-up");
  expect(town.phones.get("100")?.state).toBe("talking");
});

test("any panel can be simulated, its PBX as its settings want it and nothing of its house", async () => {
  const { simulation: reception, onlooker } = simulation("examples/reception.yaml");
  await reception.start();
  const { settings, town } = reception;
  expect(settings.pbx).toMatchObject({ host: "127.0.0.1", transport: "udp", user: "panel" });
  expect(settings.mqtt?.url).toMatch(/^mqtt:\/\/127\.0\.0\.1:/);
  expect(settings.pickup.phone).toMatchObject({ line: "102", dial: "*80102" });
  expect(settings.pickup.phone?.remote?.dial).toMatch(/^http:\/\/phone\.invalid\//);
  expect(town).toMatchObject({
    desk: { number: "102", name: "This phone" },
    people: [
      { number: "101", name: "Accounts" },
      { number: "103", name: "Workshop" },
      { number: "104", name: "Director" },
    ],
  });
  for (const key of ["1", "2", "3", "4", "5", "6"]) await onlooker.sees(key, "idle");

  // The group can be called by its name: both of its phones ring, and its key takes the call.
  await reception.phones.get("201")?.call("desk");
  for (const key of ["1", "2", "5"]) await onlooker.sees(key, "ringing");
  reception.press("5");
  expect(await onlooker.see("an outcome", () => onlooker.outcomes[0])).toBe("picked-up");
  await onlooker.sees("4", "busy");
});

test.each(["*8", "*77"])("what rings is found by the group code %s of a colleague", async (code) => {
  const { simulation: town, onlooker } = simulation("panels/town/blfd.yaml");
  await town.start();
  await onlooker.sees("1", "idle");
  await town.phones.get("201")?.call("101");
  await onlooker.sees("1", "ringing");
  await town.phones.get("103")?.call(code);
  await town.phones.get("101")?.until("idle", SOON);
  await town.phones.get("201")?.until("talking", SOON);
  expect(town.phones.get("103")?.state).toBe("talking");
});

test("a board that is all sidecar lights by itself, loses its plug and comes back", async () => {
  const settings: Settings = { ...settingsOf("panels/town/blfd.yaml"), board: sidecar() };
  const panel = new Simulation({ settings, clock, log: silentLog, medium: new Loopback() });
  started.push(panel);
  const onlooker = new Onlooker(panel);
  await panel.start();
  await onlooker.sees("1", "idle");
  await panel.phones.get("201")?.call("101");
  const lit = () => (panel.lit("1").length > 0 ? true : undefined);
  await onlooker.see("key 1 lit", lit);
  panel.unplug("desk");
  expect(panel.lit("1")).toEqual([]);
  panel.replug("desk");
  await onlooker.see("key 1 lit again", lit);
  panel.press("1");
  expect(await onlooker.see("an outcome", () => onlooker.outcomes[0])).toBe("picked-up");
});

function sidecar(): Settings["board"] {
  const { board } = settingsOf("panels/town/blfd.yaml");
  const keys = board.keys.map(({ id, column, row }) => ({
    id,
    column,
    row,
    leds: [],
    sidecar: { bank: "desk", number: Number(id) },
  }));
  const desk = { name: "desk", driver: "sidecar", port: "/dev/null", baud: 115_200, module: 0 } as const;
  return { ...board, banks: [desk], keys };
}

test("a key, lamp or bank that the board has not is named, with those that it has", () => {
  const { simulation: town } = simulation("panels/town/blfd.yaml");
  expect(() => town.press("17")).toThrow("there is no key 17; the keys are 1, 2");
  expect(() => town.lit("zone")).toThrow("there is no lamp zone; the lamps are 1, 2");
  expect(() => town.unplug("left")).toThrow("there is no bank left; the banks are lamps, buttons");
});
