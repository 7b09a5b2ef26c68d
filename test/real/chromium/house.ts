import { join, resolve } from "node:path";
import { SystemClock } from "../../../drivers/system-clock.ts";
import { loadSettings } from "../../../firmware/config/load.ts";
import type { Settings } from "../../../firmware/domain/settings.ts";
import { Loopback } from "../../../sim/loopback.ts";
import type { PbxEvent } from "../../../sim/pbx/event.ts";
import { Simulation } from "../../../sim/simulation.ts";
import { Feed } from "../../../sim/web/feed.ts";
import { pageFiles } from "../../../sim/web/page-files.ts";
import { WebServer } from "../../../sim/web/server.ts";
import { SimulatedStage } from "../../../sim/web/simulated-stage.ts";
import { silentLog } from "../../recording-log.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const boardConfigs = join(ROOT, "board-configs");

/** The page as `make build` made it. */
export const PAGE = pageFiles(join(ROOT, "dist/web"));

export function settingsOf(file: string): Settings {
  const loaded = loadSettings(join(boardConfigs, file), { boardConfigs, env: {}, simulated: true });
  if (!loaded.ok) throw new Error(`${file} is not good: ${loaded.problems[0]?.text}`);
  return loaded.settings;
}

/** A simulation and its page, in the process of the test. */
export class House {
  readonly clock = new SystemClock();
  readonly simulation: Simulation;
  readonly calls: PbxEvent[] = [];
  /** Keys, in the order in which the panel told of their presses. */
  readonly presses: string[] = [];
  readonly #server: WebServer;
  #port = 0;

  constructor(settings: Settings) {
    this.simulation = new Simulation({ settings, clock: this.clock, log: silentLog, medium: new Loopback() });
    this.simulation.onCall((event) => this.calls.push(event));
    this.simulation.onPublish((topic, payload) => {
      const event = topic.endsWith("/event") ? (JSON.parse(payload) as { type?: string; key?: string }) : {};
      if (event.type === "press") this.presses.push(event.key ?? "");
    });
    const feed = new Feed(new SimulatedStage(this.simulation, this.clock), "page");
    this.#server = new WebServer({ feed, files: PAGE });
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async start(): Promise<void> {
    this.#port = await this.#server.start();
    await this.simulation.start();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.simulation.stop();
  }

  /** Somebody calls that number. */
  ring(number: string, from = "201"): Promise<void> {
    const phone = this.simulation.phones.get(from);
    if (phone === undefined) throw new Error(`there is no ${from}`);
    return phone.call(number);
  }

  /** Everybody hangs up. */
  async quiet(): Promise<void> {
    await Promise.all([...this.simulation.phones.values()].map((phone) => phone.hangUp()));
    await Promise.all([...this.simulation.phones.values()].map((phone) => phone.until("idle", 20_000)));
  }
}
