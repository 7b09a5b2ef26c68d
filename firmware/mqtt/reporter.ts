import { randomBytes } from "node:crypto";
import type { BackoffLimits } from "../domain/backoff.ts";
import type { KeyId } from "../domain/key.ts";
import type { Millis } from "../domain/millis.ts";
import type { MqttSettings } from "../domain/settings.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import { BrokerLink, type Connection } from "./broker-link.ts";
import type { Order } from "./commands.ts";
import { EventQueue } from "./event-queue.ts";
import { OFFLINE, ONLINE, type Text, textOf } from "./payload.ts";
import { Retained } from "./retained.ts";
import { type Topics, topicsOf } from "./topics.ts";

export interface ReporterOptions {
  readonly settings: MqttSettings;
  readonly panel: string;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random?: () => number;
  /** How many events are kept while the broker is away; 10,000 when absent. */
  readonly mostEvents?: number;
  /** Whole seconds, in milliseconds; 10 s when absent. */
  readonly keepalive?: Millis;
  /** From 0.5 s to 30 s when absent. */
  readonly retries?: BackoffLimits;
}

/**
 * Tells the broker what the panel shows and what happened. Whatever the broker does, nothing here throws at its caller
 * or makes it wait: all work is done after the turn of the event loop in which something was told.
 *
 * On every connection: lamps and pbx, then `online`, then the events that waited, in order.
 */
export class Reporter {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #topics: Topics;
  readonly #link: BrokerLink;
  readonly #retained = new Retained();
  readonly #events: EventQueue;
  #connection: Connection | undefined;
  /** What the broker was told of us on this connection. */
  #status: "none" | "sent" | "online" = "none";
  #scheduled = false;
  #stopped = false;
  #onDrained: (() => void) | undefined;
  #onCommand: ((order: Order) => void) | undefined;

  constructor(options: ReporterOptions) {
    const { settings, panel, clock, log } = options;
    this.#clock = clock;
    this.#log = log;
    this.#topics = topicsOf(settings.topic, panel);
    this.#events = new EventQueue(options.mostEvents ?? 10_000);
    this.#link = new BrokerLink({
      settings,
      will: { topic: this.#topics.status, payload: OFFLINE },
      clientId: `blfd${randomBytes(6).toString("hex")}`,
      clock,
      log,
      random: options.random ?? Math.random,
      keepalive: options.keepalive ?? 10_000,
      retries: options.retries ?? { first: 500, max: 30_000 },
    });
  }

  /** Set before start(); without it, no command is listened for. */
  onCommand(listener: (order: Order) => void): void {
    this.#onCommand = listener;
  }

  /** Returns at once; the broker may come when it likes. */
  start(): void {
    this.#link.onUp((connection) => {
      this.#connection = connection;
      this.#status = "none";
      this.#retained.reset();
      this.#events.reset();
      this.#listen(connection);
      this.#pump();
    });
    this.#link.onDown(() => {
      this.#connection = undefined;
    });
    this.#link.start();
  }

  /** What the lamp of a key shows; the latest wins. */
  lamp(key: KeyId, text: Text): void {
    this.#retain(this.#topics.lamp(key), text);
  }

  /** How the link to the PBX is; the latest wins. */
  pbx(text: Text): void {
    this.#retain(this.#topics.pbx, text);
  }

  /** What happened; each is sent, in this order. */
  event(text: Text): void {
    this.#queue(this.#topics.event, text);
  }

  /** What became of a command; sent like an event, and among them. */
  result(verb: string, text: Text): void {
    this.#queue(this.#topics.result(verb), text);
  }

  /** Sends what waits, says `offline` and takes leave; resolves within `within`, whatever the broker does. */
  async stop(within: Millis = 2000): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const end = this.#clock.now() + within;
    const drained = await this.#until(end - within / 2, (done) => {
      this.#onDrained = done;
      this.#pump();
    });
    const connection = this.#connection;
    const told =
      drained &&
      connection !== undefined &&
      (await this.#until(end - within / 4, (done) => connection.publish(this.#topics.status, OFFLINE, true, done)));
    this.#connection = undefined;
    if (told) await this.#link.leave(Math.max(0, end - this.#clock.now()));
    // The will says the same.
    else this.#link.drop();
  }

  #listen(connection: Connection): void {
    const heard = this.#onCommand;
    if (heard === undefined) return;
    connection.listen(this.#topics.commands, {
      heard: ({ topic, ...message }) => {
        const verb = this.#topics.verbIn(topic);
        if (verb !== undefined && !this.#stopped) heard({ verb, ...message });
      },
      // Whoever runs the broker may not want this panel to be commanded.
      refused: "of use",
    });
  }

  #queue(topic: string, text: Text): void {
    if (this.#stopped) return;
    this.#events.add(topic, () => this.#made(text));
    this.#soon();
  }

  #retain(topic: string, text: Text): void {
    if (this.#stopped) return;
    this.#retained.set(topic, () => this.#made(text));
    this.#soon();
  }

  /** A payload that cannot be made is a fault to mend, and no reason for dark lamps. */
  #made(text: Text): string {
    try {
      return textOf(text);
    } catch (err) {
      this.#log.error({ err }, "a payload could not be made");
      return "";
    }
  }

  #soon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  /** Sends what may go now. Called again by every acknowledgement. */
  #pump(): void {
    const connection = this.#connection;
    if (connection === undefined) {
      this.#onDrained?.();
      return;
    }
    this.#retained.send((topic, text, sent) =>
      connection.publish(topic, text, true, () => {
        sent();
        this.#pump();
      }),
    );
    if (this.#status === "none" && this.#retained.known) {
      this.#status = "sent";
      connection.publish(this.#topics.status, ONLINE, true, () => {
        this.#status = "online";
        this.#pump();
      });
    }
    if (this.#status === "online") this.#pumpEvents(connection);
    if (this.#status === "online" && this.#retained.settled && this.#events.length === 0) this.#onDrained?.();
  }

  #pumpEvents(connection: Connection): void {
    const dropped = this.#events.takeDropped();
    if (dropped > 0) this.#log.warn({ dropped }, "events lost: the broker was away for too long");
    this.#events.send((topic, text, sent) =>
      connection.publish(topic, text, false, () => {
        sent();
        this.#pump();
      }),
    );
  }

  /** Waits for `done`, and not longer than until `end`. Resolves with whether it came. */
  #until(end: Millis, begin: (done: () => void) => void): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.at(end, () => resolve(false));
      begin(() => {
        cancel();
        resolve(true);
      });
    });
  }
}
