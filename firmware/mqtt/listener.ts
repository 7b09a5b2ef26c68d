import { randomBytes } from "node:crypto";
import type { BackoffLimits } from "../domain/backoff.ts";
import type { Millis } from "../domain/millis.ts";
import type { MqttSettings } from "../domain/settings.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import { BrokerLink } from "./broker-link.ts";

export interface ListenerOptions {
  readonly settings: MqttSettings;
  /** What to listen to, as MQTT filters it: `blfd/ward-3/#`. */
  readonly filter: string;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Whole seconds, in milliseconds; 10 s when absent. */
  readonly keepalive?: Millis;
  /** From 0.5 s to 10 s when absent. */
  readonly retries?: BackoffLimits;
}

/**
 * Hears what others publish, and publishes nothing. What the broker retains is told first, and again after every
 * connection that was lost.
 */
export class Listener {
  readonly #filter: string;
  readonly #link: BrokerLink;
  #heard: (topic: string, payload: string) => void = () => {};
  #state: (up: boolean) => void = () => {};

  constructor({ settings, filter, clock, log, ...rest }: ListenerOptions) {
    this.#filter = filter;
    this.#link = new BrokerLink({
      settings,
      clientId: `blfd${randomBytes(6).toString("hex")}`,
      clock,
      log,
      random: rest.random ?? Math.random,
      keepalive: rest.keepalive ?? 10_000,
      retries: rest.retries ?? { first: 500, max: 10_000 },
    });
  }

  /** One listener, set before start(). */
  onMessage(listener: (topic: string, payload: string) => void): void {
    this.#heard = listener;
  }

  /** Told when the broker listens to us, and when it is lost. One listener, set before start(). */
  onState(listener: (up: boolean) => void): void {
    this.#state = listener;
  }

  /** Returns at once; the broker may come when it likes. */
  start(): void {
    this.#link.onUp((connection) => {
      connection.listen(this.#filter, {
        heard: ({ topic, text }) => this.#heard(topic, text),
        granted: () => this.#state(true),
        refused: "useless",
      });
    });
    this.#link.onDown(() => this.#state(false));
    this.#link.start();
  }

  stop(): void {
    this.#link.drop();
  }
}
