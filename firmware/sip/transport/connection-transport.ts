import type { Millis } from "../../domain/millis.ts";
import type { Connection, ConnectionEvents } from "./connection.ts";
import { Keepalive } from "./keepalive.ts";
import type { Target } from "./target.ts";
import { SipTransport, type TransportOptions } from "./transport.ts";
import type { Endpoint } from "./via.ts";

const PING_EVERY: Millis = 30_000;
const PONG_WITHIN: Millis = 10_000;
/** For what was written to go out and for the other side to close too. */
const LINGER: Millis = 500;
/** Unsent bytes that mean that the other side does not read any more. */
const MAX_UNSENT_BYTES = 1024 * 1024;

export interface ConnectionOptions extends TransportOptions {
  /** Silence after which the PBX is pinged; 30 s by default. */
  readonly pingEvery?: Millis;
  /** Time for its pong, where it sends any; 10 s by default. */
  readonly pongWithin?: Millis;
}

/** SIP over one connection, which we open and the PBX answers and notifies on. */
export abstract class ConnectionTransport extends SipTransport {
  protected override readonly options: ConnectionOptions;
  #connection: Connection | undefined;
  #keepalive: Keepalive | undefined;

  constructor(options: ConnectionOptions) {
    super(options);
    this.options = options;
  }

  /** Opens a connection; gives it up with `signal.reason` once that is aborted. */
  protected abstract dial(target: Target, events: ConnectionEvents, signal: AbortSignal): Promise<Connection>;

  protected async open(target: Target, signal: AbortSignal): Promise<Endpoint> {
    const { clock, pingEvery = PING_EVERY, pongWithin = PONG_WITHIN } = this.options;
    const keepalive = new Keepalive({
      clock,
      every: pingEvery,
      within: pongWithin,
      ping: () => this.#connection?.ping(),
      dead: () => this.#connection?.destroy(new Error("the PBX answers no ping any more")),
    });
    const connection = await this.dial(target, this.#events(keepalive), signal);
    this.#connection = connection;
    this.#keepalive = keepalive;
    keepalive.start();
    void connection.closed.then((why) => {
      if (this.#connection === connection) this.lost(why);
    });
    return connection.local;
  }

  protected async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#keepalive?.stop();
    if (!connection) return;
    const { clock } = this.options;
    const cancel = clock.at(clock.now() + LINGER, () => connection.destroy());
    connection.end();
    await connection.closed;
    cancel();
  }

  protected write(bytes: Buffer): Promise<void> {
    const connection = this.#connection;
    if (!connection) return Promise.reject(new Error(`No ${this.protocol} connection.`));
    if (connection.unsent > MAX_UNSENT_BYTES) connection.destroy(new Error("the PBX does not read"));
    return connection.write(bytes);
  }

  #events(keepalive: Keepalive): ConnectionEvents {
    return {
      heard: () => keepalive.heard(),
      message: (bytes) => {
        if (this.#connection) this.receive(bytes, this.#connection.remote);
      },
      ping: () => this.alive(),
      pong: () => {
        keepalive.pong();
        this.alive();
      },
      oversize: (bytes) => this.barrier.drop("oversize", { bytes }),
      nonsense: (why) => this.barrier.drop("malformed", { why }),
    };
  }
}
