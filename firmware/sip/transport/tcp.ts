import { Socket } from "node:net";
import type { Millis } from "../../domain/millis.ts";
import { addressesOf } from "./address.ts";
import { Framer } from "./framer.ts";
import { Keepalive } from "./keepalive.ts";
import { SipTransport, type TransportOptions } from "./transport.ts";
import type { Endpoint } from "./via.ts";

const PING = "\r\n\r\n";
const PONG = "\r\n";
const PING_EVERY: Millis = 30_000;
const PONG_WITHIN: Millis = 10_000;
/** For what was written to go out and for the other side to close too. */
const LINGER: Millis = 500;
/** Unsent bytes that mean that the other side does not read any more. */
const MAX_UNSENT_BYTES = 1024 * 1024;

export interface TcpOptions extends TransportOptions {
  /** Silence after which the PBX is pinged (RFC 5626 §3.5.1); 30 s by default. */
  readonly pingEvery?: Millis;
  /** Time for its pong, where it sends any; 10 s by default. */
  readonly pongWithin?: Millis;
}

/** SIP over one TCP connection, which we open and the PBX answers and notifies on. */
export class TcpTransport extends SipTransport {
  readonly protocol = "TCP";
  protected override readonly options: TcpOptions;
  #socket: Socket | undefined;
  #keepalive: Keepalive | undefined;

  constructor(options: TcpOptions) {
    super(options);
    this.options = options;
  }

  protected async open(signal: AbortSignal): Promise<Endpoint> {
    const addresses = await addressesOf(this.options.host, this.options.localAddress, signal);
    const socket = await this.#first(addresses, signal);
    this.#socket = socket;
    this.#listen(socket);
    return { address: socket.localAddress ?? "", port: socket.localPort ?? 0 };
  }

  protected async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#keepalive?.stop();
    if (!socket || socket.destroyed) return;
    const { clock } = this.options;
    const cancel = clock.at(clock.now() + LINGER, () => socket.destroy());
    await new Promise<void>((resolve) => {
      socket.once("close", () => resolve());
      socket.end();
    });
    cancel();
  }

  protected write(bytes: Buffer): Promise<void> {
    const socket = this.#socket;
    if (!socket) return Promise.reject(new Error("No TCP connection."));
    if (socket.writableLength > MAX_UNSENT_BYTES) socket.destroy(new Error("the PBX does not read"));
    return new Promise((resolve, reject) => {
      socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async #first(addresses: readonly string[], signal: AbortSignal): Promise<Socket> {
    let failure: unknown;
    for (const address of addresses) {
      try {
        return await this.#connected(address, signal);
      } catch (error) {
        signal.throwIfAborted();
        failure = error;
      }
    }
    throw failure;
  }

  #connected(address: string, signal: AbortSignal): Promise<Socket> {
    const { port, localAddress, localPort } = this.options;
    const socket = new Socket();
    return new Promise<Socket>((resolve, reject) => {
      const giveUp = () => socket.destroy(signal.reason);
      signal.addEventListener("abort", giveUp, { once: true });
      socket.once("close", () => signal.removeEventListener("abort", giveUp));
      socket.once("error", reject);
      socket.once("connect", () => {
        signal.removeEventListener("abort", giveUp);
        resolve(socket);
      });
      socket.connect({
        host: address,
        port,
        ...(localAddress === undefined ? {} : { localAddress }),
        ...(localPort === undefined ? {} : { localPort }),
      });
    });
  }

  #listen(socket: Socket): void {
    // Not as an option of connect(): Node 20 takes no notice of it there, and an ACK then holds up what follows by 40 ms.
    socket.setNoDelay(true);
    const { clock, pingEvery = PING_EVERY, pongWithin = PONG_WITHIN } = this.options;
    const from: Endpoint = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
    let why = new Error("closed by the PBX");
    const keepalive = new Keepalive({
      clock,
      every: pingEvery,
      within: pongWithin,
      ping: () => socket.write(PING),
      dead: () => socket.destroy(new Error("the PBX answers no ping any more")),
    });
    const framer = new Framer({
      message: (bytes) => this.receive(bytes, from),
      ping: () => {
        socket.write(PONG);
        this.alive();
      },
      pong: () => {
        keepalive.pong();
        this.alive();
      },
      oversize: (bytes) => this.barrier.drop("oversize", { bytes }),
      nonsense: (reason) => {
        this.barrier.drop("malformed", { why: reason });
        socket.destroy(new Error(`the PBX sent what is not SIP: ${reason}`));
      },
    });
    socket.on("data", (chunk) => {
      keepalive.heard();
      framer.push(chunk);
    });
    socket.on("error", (error) => {
      why = error;
    });
    socket.on("close", () => {
      if (this.#socket === socket) this.lost(why);
    });
    this.#keepalive = keepalive;
    keepalive.start();
  }
}
