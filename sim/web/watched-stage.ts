import type { KeyId } from "../../firmware/domain/key.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Listener } from "../../firmware/mqtt/listener.ts";
import { nameOfLevel, type Topics } from "../../firmware/mqtt/topics.ts";
import type { Plan } from "./message.ts";
import { planOfKeys } from "./plan.ts";
import type { Place } from "./reading.ts";
import type { Change, Stage } from "./stage.ts";

export interface WatchedStageOptions {
  readonly panel: string;
  readonly topics: Topics;
  /** Hears all topics of the panel. Started by this, and stopped. */
  readonly listener: Listener;
  readonly clock: Clock;
  /** Without it, keys stand in the order of their names. */
  readonly plan?: Plan;
}

/** No board has more keys; a broker may have more topics. */
const MOST_KEYS = 512;

/** A running panel on a page, by what it reports over MQTT. Nothing that is done to the page reaches it. */
export class WatchedStage implements Stage {
  readonly lit = {};
  readonly buzzing = false;
  readonly phones = [];
  readonly faults = [];
  readonly #options: WatchedStageOptions;
  readonly #keys = new Set<KeyId>();
  #plan: Plan;
  #broker = false;

  constructor(options: WatchedStageOptions) {
    this.#options = options;
    this.#plan = options.plan ?? planOfKeys(options.panel, []);
  }

  get plan(): Plan {
    return this.#plan;
  }

  get broker(): boolean {
    return this.#broker;
  }

  wall(): Date {
    return this.#options.clock.wall();
  }

  onChange(changed: (change: Change) => void): void {
    const { listener } = this.#options;
    listener.onState((up) => {
      this.#broker = up;
      changed({ kind: "broker", up });
    });
    listener.onMessage((topic, payload) => {
      const place = this.#placeOf(topic);
      if (place?.key !== undefined && this.#isNew(place.key)) changed({ kind: "plan" });
      changed({ kind: "published", topic, payload, ...(place && { place }) });
    });
    listener.start();
  }

  stop(): void {
    this.#options.listener.stop();
  }

  /** `blfd/ward-3/lamp/7` without what is the panel's own. */
  #placeOf(topic: string): Place | undefined {
    const { all } = this.#options.topics;
    const own = all.slice(0, -1);
    if (!topic.startsWith(own)) return undefined;
    const [level = "", name, ...more] = topic.slice(own.length).split("/");
    if (name === undefined) return { level };
    return level === "lamp" && more.length === 0 ? { level, key: nameOfLevel(name) } : undefined;
  }

  #isNew(key: KeyId): boolean {
    const { plan, panel } = this.#options;
    if (plan !== undefined || this.#keys.has(key) || this.#keys.size === MOST_KEYS) return false;
    this.#keys.add(key);
    this.#plan = planOfKeys(panel, [...this.#keys]);
    return true;
  }
}
