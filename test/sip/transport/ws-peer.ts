import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { Peer } from "../../contract/transport-bench.ts";
import { pem } from "./certs.ts";

export interface WsPeerOptions {
  /** With a certificate of this name: wss. */
  readonly certificate?: string;
  /** What is spoken there; "sip" by default. */
  readonly subprotocol?: string;
}

/** The PBX's end of SIP over a WebSocket at /ws, for one connection at a time. */
export class WsPeer implements Peer {
  readonly host: string;
  readonly got: string[] = [];
  /** What clients asked for: paths, and the subprotocols that they offered. */
  readonly asked: { readonly path: string; readonly offers: string; readonly host: string }[] = [];
  pings = 0;
  pongs = 0;
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;
  readonly #sockets = new Set<Socket>();
  #webSocket: WebSocket | undefined;

  private constructor(host: string, server: Server, subprotocol: string) {
    this.host = host;
    this.#server = server;
    this.#webSockets = new WebSocketServer({
      server,
      path: "/ws",
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    });
    for (const event of ["connection", "secureConnection"]) {
      server.on(event, (socket: Socket) => {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
      });
    }
    server.on("upgrade", (request) => {
      const { headers, url = "" } = request;
      const offers = headers["sec-websocket-protocol"] ?? "";
      this.asked.push({ path: url, offers, host: headers.host ?? "" });
    });
    this.#webSockets.on("connection", (webSocket) => {
      this.#webSocket = webSocket;
      webSocket.on("error", () => undefined);
      webSocket.on("message", (data) => this.got.push(String(data)));
      webSocket.on("ping", () => this.pings++);
      webSocket.on("pong", () => this.pongs++);
    });
  }

  static async open(host: string, { certificate, subprotocol = "sip" }: WsPeerOptions = {}): Promise<WsPeer> {
    const server = certificate ? createTlsServer({ cert: pem(certificate), key: pem("pbx.key") }) : createServer();
    server.on("tlsClientError", () => undefined);
    server.listen(0, host);
    await once(server, "listening");
    return new WsPeer(host, server, subprotocol);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  send(bytes: string | Buffer): void {
    this.#webSocket?.send(bytes);
  }

  ping(): void {
    this.#webSocket?.ping();
  }

  /** Bytes that are no frame, past the WebSocket. */
  sendRaw(bytes: string): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  pause(): void {
    this.#webSocket?.pause();
  }

  close(code: number): void {
    this.#webSocket?.close(code);
  }

  /** As a PBX that was killed. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.#webSocket?.terminate();
    this.#webSockets.close();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
