import { connect, type MqttClient } from "mqtt";
import { type BackoffLimits, backoff } from "../domain/backoff.ts";
import type { Millis } from "../domain/millis.ts";
import type { MqttSettings } from "../domain/settings.ts";
import type { Cancel, Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";

export interface BrokerLinkOptions {
  readonly settings: MqttSettings;
  /** Published by the broker, retained, when this client is gone without a word. Absent for one that only listens. */
  readonly will?: { readonly topic: string; readonly payload: string };
  readonly clientId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random: () => number;
  /** The broker misses us after one and a half of these. Whole seconds. */
  readonly keepalive: Millis;
  /** How long to wait before connecting again. */
  readonly retries: BackoffLimits;
}

/** What a client of the broker has published. */
export interface Incoming {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
  /** DUP: sent before, perhaps in vain. */
  readonly repeated: boolean;
}

/** What is done about what is heard. */
export interface Listening {
  /** Given what is published from now on, and what the broker retains. */
  readonly heard: (message: Incoming) => void;
  /** The broker has agreed: before the first that it retains, or after. */
  readonly granted?: () => void;
  /** What this connection is where the broker does not agree. */
  readonly refused: "useless" | "of use";
}

/** One connection to the broker, from its CONNACK to its end. */
export interface Connection {
  /** Once a connection. */
  listen(filter: string, listening: Listening): void;
  /** `sent` is called when the broker has it, and never after the connection is lost. */
  publish(topic: string, text: string, retain: boolean, sent: () => void): void;
}

const CONNECT_WITHIN: Millis = 10_000;

/** Keeps a connection to the broker: the one place that connects, and connects again. */
export class BrokerLink {
  readonly #options: BrokerLinkOptions;
  #onUp: (connection: Connection) => void = () => {};
  #onDown: () => void = () => {};
  #client: MqttClient | undefined;
  #retry: Cancel | undefined;
  #failures = 0;
  #up = false;
  #told: string | undefined;
  #why: Error | undefined;

  constructor(options: BrokerLinkOptions) {
    this.#options = options;
  }

  onUp(listener: (connection: Connection) => void): void {
    this.#onUp = listener;
  }

  onDown(listener: () => void): void {
    this.#onDown = listener;
  }

  start(): void {
    if (this.#client === undefined && this.#retry === undefined) this.#connect();
  }

  /** Takes leave of the broker, which then publishes no will. For when everything sent is acknowledged; see drop(). */
  async leave(within: Millis): Promise<void> {
    const client = this.#release();
    if (client === undefined) return;
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const cancel = clock.at(clock.now() + within, () => {
        client.stream.destroy();
        resolve();
      });
      client.end(false, () => {
        cancel();
        resolve();
      });
    });
  }

  /** Breaks the connection, if there is one; the broker publishes the will. */
  drop(): void {
    this.#release()?.end(true);
  }

  #release(): MqttClient | undefined {
    this.#retry?.();
    this.#retry = undefined;
    const client = this.#client;
    this.#client = undefined;
    return client;
  }

  #connect(): void {
    this.#retry = undefined;
    this.#why = undefined;
    const { settings, will, clientId, keepalive } = this.#options;
    let client: MqttClient;
    try {
      client = connect(settings.url, {
        // Every broker speaks 3.1.1.
        protocolVersion: 4,
        clientId,
        clean: true,
        reconnectPeriod: 0,
        connectTimeout: CONNECT_WITHIN,
        keepalive: keepalive / 1000,
        reschedulePings: false,
        timerVariant: "native",
        ...(will && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
        ...(settings.user === undefined ? {} : { username: settings.user }),
        ...(settings.password === undefined ? {} : { password: settings.password.reveal() }),
      });
    } catch (cause) {
      this.#failed(cause instanceof Error ? cause : new Error(String(cause)));
      return;
    }
    this.#client = client;
    client.on("connect", () => this.#connected(client));
    client.on("error", (why) => {
      if (client !== this.#client) return;
      this.#why ??= why;
      // Noise from the broker is an error without a close.
      this.#loseSoon(client, why);
    });
    client.on("close", () => this.#lose(client, this.#why ?? new Error("connection closed")));
  }

  #connected(client: MqttClient): void {
    if (client !== this.#client) return;
    this.#up = true;
    this.#options.log.info({ broker: brokerOf(this.#options.settings.url) }, "MQTT broker connected");
    this.#onUp({
      listen: (filter, listening) => this.#listen(client, filter, listening),
      publish: (topic, text, retain, sent) => {
        if (client !== this.#client) return;
        client.publish(topic, text, { qos: 1, retain }, (why) => {
          if (client !== this.#client) return;
          if (why) {
            this.#loseSoon(client, why);
            return;
          }
          this.#works();
          sent();
        });
      },
    });
  }

  #listen(client: MqttClient, filter: string, { heard, granted, refused }: Listening): void {
    if (client !== this.#client) return;
    client.on("message", (topic, payload, { retain, dup }) => {
      if (client === this.#client) heard({ topic, text: payload.toString(), retained: retain, repeated: dup });
    });
    client.subscribe(filter, { qos: 1 }, (error, grants) => {
      if (client !== this.#client) return;
      // 128: the broker does not let us hear that (MQTT 3.1.1 §3.9.3).
      const denied = grants?.some(({ qos }) => (qos as number) === 128);
      if (error || denied) {
        const why = error ?? new Error("the broker does not let this user listen");
        if (refused === "useless") this.#loseSoon(client, new Error(`${filter}: ${why.message}`, { cause: why }));
        else this.#options.log.warn({ topic: filter, err: why }, "MQTT subscription refused");
        return;
      }
      this.#works();
      granted?.();
    });
  }

  /** Only what was acknowledged shows a broker that works: one may accept everybody and throw them out again. */
  #works(): void {
    this.#failures = 0;
    this.#told = undefined;
  }

  /** Not at once: a client that is ending calls back for all that it drops, and must not be ended meanwhile. */
  #loseSoon(client: MqttClient, why: Error): void {
    setImmediate(() => this.#lose(client, this.#why ?? why));
  }

  #lose(client: MqttClient, why: Error): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    const wasUp = this.#up;
    this.#up = false;
    client.end(true);
    this.#failed(why);
    if (wasUp) this.#onDown();
  }

  #failed(why: Error): void {
    const { clock, log, random, retries, settings } = this.#options;
    const wait = backoff(this.#failures++, random(), retries);
    this.#retry = clock.at(clock.now() + wait, () => this.#connect());
    const fields = { broker: brokerOf(settings.url), why, retryIn: Math.round(wait) };
    // One broker away for a night is one line, not thousands.
    if (this.#told === why.message) log.debug(fields, "MQTT broker still away");
    else log.warn(fields, "MQTT broker away");
    this.#told = why.message;
  }
}

/** Where the broker is, without the user and password that a URL may carry. */
function brokerOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "(no URL)";
}
