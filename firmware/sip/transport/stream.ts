import type { Socket } from "node:net";
import type { Connection, ConnectionEvents } from "./connection.ts";
import { Framer } from "./framer.ts";
import { tlsLoss } from "./tls-error.ts";
import type { Endpoint } from "./via.ts";

/** RFC 5626 §3.5.1. */
const PING = "\r\n\r\n";
const PONG = "\r\n";

/** SIP on a byte stream: TCP, or TLS on it. */
export class StreamConnection implements Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly closed: Promise<Error>;
  readonly #socket: Socket;

  /** `socket` is connected. */
  constructor(socket: Socket, events: ConnectionEvents) {
    this.#socket = socket;
    this.local = { address: socket.localAddress ?? "", port: socket.localPort ?? 0 };
    this.remote = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
    const framer = new Framer({
      message: (bytes) => events.message(bytes),
      ping: () => {
        this.#pong();
        events.ping();
      },
      pong: () => events.pong(),
      oversize: (bytes) => events.oversize(bytes),
      nonsense: (why) => {
        events.nonsense(why);
        socket.destroy(new Error(`the PBX sent what is not SIP: ${why}`));
      },
    });
    socket.on("data", (chunk) => {
      events.heard();
      framer.push(chunk);
    });
    this.closed = new Promise((resolve) => {
      socket.on("error", (error) => resolve(tlsLoss(error)));
      socket.on("close", () => resolve(new Error("closed by the PBX")));
    });
  }

  get unsent(): number {
    return this.#socket.writableLength;
  }

  write(message: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(message, (error) => (error ? reject(error) : resolve()));
    });
  }

  ping(): void {
    this.#socket.write(PING);
  }

  end(): void {
    this.#socket.end();
  }

  destroy(why?: Error): void {
    this.#socket.destroy(why);
  }

  /** To one who reads: pongs for one who only pings would pile up. */
  #pong(): void {
    if (!this.#socket.writableNeedDrain) this.#socket.write(PONG);
  }
}
