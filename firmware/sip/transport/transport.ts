import { type Emitter, EmitterImpl, type Transport, TransportState } from "sip.js/lib/api/index.js";
import { TransportError } from "sip.js/lib/core/index.js";
import type { Millis } from "../../domain/millis.ts";
import type { Cancel, Clock } from "../../hal/clock.ts";
import type { Log } from "../../hal/log.ts";
import { Resolver } from "../resolver.ts";
import { Barrier, type Drops } from "./barrier.ts";
import { connectError } from "./connect-error.ts";
import { type Head, readHead, withTopVia } from "./head.ts";
import { struckOut } from "./struck-out.ts";
import { placeName, type Target, type Targets } from "./target.ts";
import { type Endpoint, sentBy, stamped, withSentBy } from "./via.ts";

const CONNECT_TIMEOUT: Millis = 5_000;
const TRANSPORT_NAMES = { UDP: "udp", TCP: "tcp", TLS: "tls", WS: "ws", WSS: "wss" } as const;

export interface TransportOptions {
  /** The PBX: a name, or an IPv4 or IPv6 address without brackets. */
  readonly host: string;
  /** Where it is not given, DNS says, or it is the transport's own. */
  readonly port?: number;
  /** Where to connect, one place an attempt; by default what DNS says of host and port. */
  readonly targets?: Targets;
  /** Address of this machine to use; by default the one that the route to the PBX has. */
  readonly localAddress?: string;
  /** 0, the default, takes any free port. */
  readonly localPort?: number;
  /** The one to take where it is free, and any other where it is not. UDP only: a connection says by itself that it is over. */
  readonly steadyPort?: number;
  /** The viaHost that sip.js was given. It stands in Via inside; on the wire there is our true sent-by. */
  readonly viaPlaceholder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** For name lookup and connection together; 5 s by default. */
  readonly connectTimeout?: Millis;
}

/**
 * What all transports share: states, Via, the barrier around sip.js, signs of life.
 *
 *                 connect()              open
 *   Disconnected ──────────▶ Connecting ──────▶ Connected
 *     ▲  ▲  ▲     refused,       │  ▲              │  │
 *     │  │  └────────────────────┤  │ connect()    │  │ lost: onDisconnect(error)
 *     │  │        timed out      │  │              │  │
 *     │  └───────────────────────│──│──────────────│──┘
 *     │        closed            ▼  │              │ disconnect(): onDisconnect()
 *     └──────────────────── Disconnecting ◀────────┘
 *
 * A lost connection is reported and never retried here: recovery belongs to the user agent. May be connected again.
 */
export abstract class SipTransport implements Transport {
  /** As it stands in Via (RFC 3261 §20.42, RFC 7118 §5.2.1). */
  abstract readonly protocol: "UDP" | "TCP" | "TLS" | "WS" | "WSS";
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;

  protected readonly options: TransportOptions;
  protected readonly barrier: Barrier;
  readonly #stateChange = new EmitterImpl<TransportState>();
  readonly #activity = new Set<() => void>();
  #state = TransportState.Disconnected;
  #local: Endpoint | undefined;
  #targets: Targets | undefined;
  #target: Target | undefined;
  #attempt: AbortController | undefined;
  #connecting: Promise<void> | undefined;
  #disconnecting: Promise<void> | undefined;

  constructor(options: TransportOptions) {
    this.options = options;
    this.barrier = new Barrier(options.log);
  }

  get state(): TransportState {
    return this.#state;
  }

  get stateChange(): Emitter<TransportState> {
    return this.#stateChange;
  }

  isConnected(): boolean {
    return this.#state === TransportState.Connected;
  }

  /** Our address as the PBX is told it, without brackets; undefined until connected. */
  get localAddress(): string | undefined {
    return this.#local?.address;
  }

  get localPort(): number | undefined {
    return this.#local?.port;
  }

  /** What was thrown away since the start, by reason. Only ever grows. */
  get drops(): Drops {
    return this.barrier.drops;
  }

  /** Told of everything valid that came from the PBX, before sip.js is: a sign of life. */
  onActivity(listener: () => void): Cancel {
    this.#activity.add(listener);
    return () => this.#activity.delete(listener);
  }

  /** Rejects with one sentence for a person: what could not be reached or taken, and what to look at. */
  connect(): Promise<void> {
    if (this.#state === TransportState.Connected) return Promise.resolve();
    if (this.#connecting) return this.#connecting;
    const closing = this.#disconnecting;
    const attempt = new AbortController();
    this.#disconnecting = undefined;
    this.#attempt = attempt;
    this.#connecting = this.#establish(attempt, closing);
    this.#move(TransportState.Connecting);
    return this.#connecting;
  }

  /** Rejects only when connect() is called meanwhile. */
  disconnect(): Promise<void> {
    if (this.#state === TransportState.Disconnected) return Promise.resolve();
    if (this.#disconnecting) return this.#disconnecting;
    const opening = this.#connecting;
    this.#attempt?.abort(new Error("Disconnected while connecting."));
    this.#attempt = undefined;
    this.#connecting = undefined;
    this.#disconnecting = this.#release(opening);
    this.#move(TransportState.Disconnecting);
    return this.#disconnecting;
  }

  dispose(): Promise<void> {
    return this.disconnect();
  }

  async send(message: string): Promise<void> {
    const local = this.#local;
    if (!this.isConnected() || !local) throw new TransportError("Not connected.");
    const head = readHead(message);
    if (!head) throw new TransportError("Not a SIP message.");
    const text = head.isResponse ? message : withTopVia(message, head, withSentBy(head.topVia, sentBy(local)));
    this.options.log.trace?.({ sent: struckOut(text) }, "SIP");
    try {
      await this.write(Buffer.from(text, "utf8"), head);
    } catch (error) {
      throw new TransportError(error instanceof Error ? error.message : String(error));
    }
  }

  /** Opens the socket; gives it up with `signal.reason` once that is aborted. Resolves with our own end. */
  protected abstract open(target: Target, signal: AbortSignal): Promise<Endpoint>;
  /** Lets go of socket and timers. Idempotent, never rejects. */
  protected abstract close(): Promise<void>;
  protected abstract write(bytes: Buffer, head: Head): Promise<void>;

  /** True where the transport has dealt with the message itself: a retransmission. */
  protected absorbed(_head: Head): boolean {
    return false;
  }

  /** One whole message from the PBX. */
  protected receive(bytes: Buffer, from: Endpoint): void {
    if (!this.isConnected()) return;
    this.options.log.trace?.({ got: struckOut(bytes.toString("utf8")) }, "SIP");
    const message = this.barrier.admit(bytes);
    if (!message) return;
    this.alive();
    const { text, head } = message;
    if (this.absorbed(head)) return;
    const via = head.isResponse ? withSentBy(head.topVia, this.options.viaPlaceholder) : stamped(head.topVia, from);
    this.barrier.pass({ text: withTopVia(text, head, via), head }, this.onMessage);
  }

  protected alive(): void {
    if (!this.isConnected()) return;
    for (const listener of this.#activity) listener();
  }

  /** The connection is gone, and not because we wanted it. `why` goes on after "Lost … : ". */
  protected lost(why: Error): void {
    if (!this.isConnected()) return;
    void this.close();
    this.#move(TransportState.Disconnected, new Error(`Lost ${this.#there}: ${why.message}`, { cause: why }));
  }

  protected get targets(): Targets {
    const { host, port, localAddress } = this.options;
    this.#targets ??=
      this.options.targets ??
      new Resolver({
        host,
        transport: TRANSPORT_NAMES[this.protocol],
        ...(port === undefined ? {} : { port }),
        ...(localAddress === undefined ? {} : { localAddress }),
      });
    return this.#targets;
  }

  get #there(): string {
    const { host: name, port } = this.options;
    return placeName(this.protocol, this.#target ?? (port === undefined ? { name } : { name, port }));
  }

  async #establish(attempt: AbortController, closing: Promise<void> | undefined): Promise<void> {
    const { clock, connectTimeout = CONNECT_TIMEOUT } = this.options;
    const timedOut = Object.assign(new Error("timed out"), { code: "ETIMEDOUT" });
    const cancel = clock.at(clock.now() + connectTimeout, () => attempt.abort(timedOut));
    try {
      await closing?.catch(() => undefined);
      attempt.signal.throwIfAborted();
      this.#target = undefined;
      this.#target = await this.targets.next(attempt.signal);
      this.#local = await this.open(this.#target, attempt.signal);
      attempt.signal.throwIfAborted();
    } catch (error) {
      await this.close();
      if (this.#attempt === attempt) {
        this.#connecting = undefined;
        this.#move(TransportState.Disconnected);
      }
      throw connectError(this.protocol, this.#there, { ...this.options, connectTimeout }, error);
    } finally {
      cancel();
    }
    this.#attempt = undefined;
    this.#connecting = undefined;
    this.#move(TransportState.Connected);
  }

  async #release(opening: Promise<void> | undefined): Promise<void> {
    await opening?.catch(() => undefined);
    await this.close();
    if (this.#state !== TransportState.Disconnecting) throw new Error("Connected again while disconnecting.");
    this.#disconnecting = undefined;
    this.#move(TransportState.Disconnected);
  }

  #move(to: TransportState, error?: Error): void {
    const from = this.#state;
    if (from === to) return;
    this.#state = to;
    this.#stateChange.emit(to);
    if (to === TransportState.Connected) this.onConnect?.();
    if (from === TransportState.Connected) this.onDisconnect?.(error);
  }
}
