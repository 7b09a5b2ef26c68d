import type { Socket } from "node:net";
import type { RawData, WebSocket } from "ws";
import { isKeepalive } from "./barrier.ts";
import type { Connection, ConnectionEvents } from "./connection.ts";
import { tlsLoss } from "./tls-error.ts";
import type { Endpoint } from "./via.ts";
import { closeReason } from "./ws-error.ts";

/** SIP in the frames of a WebSocket, one message in each (RFC 7118 §4.2). Pings are those of RFC 6455. */
export class WebSocketConnection implements Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly closed: Promise<Error>;
  readonly #webSocket: WebSocket;
  #why: Error | undefined;

  /** `webSocket` is open, on `socket`. */
  constructor(webSocket: WebSocket, socket: Socket, events: ConnectionEvents) {
    this.#webSocket = webSocket;
    this.local = { address: socket.localAddress ?? "", port: socket.localPort ?? 0 };
    this.remote = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
    socket.on("data", () => events.heard());
    webSocket.on("message", (data) => {
      const bytes = wholeOf(data);
      if (isKeepalive(bytes)) events.ping();
      else events.message(bytes);
    });
    webSocket.on("ping", () => events.ping());
    webSocket.on("pong", () => events.pong());
    this.closed = new Promise((resolve) => {
      socket.on("error", (error) => resolve(tlsLoss(error)));
      webSocket.on("error", (error) => {
        events.nonsense(error.message);
        resolve(new Error(`the PBX sent what is no WebSocket frame: ${error.message}`));
      });
      webSocket.on("close", (code) => resolve(this.#why ?? new Error(closeReason(code))));
    });
  }

  get unsent(): number {
    return this.#webSocket.bufferedAmount;
  }

  write(message: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#webSocket.send(message, { binary: false }, (error) => (error ? reject(error) : resolve()));
    });
  }

  ping(): void {
    this.#webSocket.ping();
  }

  end(): void {
    this.#webSocket.close();
  }

  destroy(why?: Error): void {
    this.#why ??= why;
    this.#webSocket.terminate();
  }
}

function wholeOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
