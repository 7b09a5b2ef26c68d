import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import type { Peer } from "../../contract/transport-bench.ts";
import { pem } from "./certs.ts";

/** One message at the front of a text, when it is all there. */
const WHOLE = /^[\s\S]*?\r\n\r\n/;

/** The PBX's end of SIP over TCP or TLS, for one connection at a time. */
export class StreamPeer implements Peer {
  readonly host: string;
  readonly got: string[] = [];
  /** Everything that came, as it came. */
  raw = "";
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #socket: Socket | undefined;
  #rest = "";

  private constructor(host: string, server: Server, event: "connection" | "secureConnection") {
    this.host = host;
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
    });
    server.on(event, (socket: Socket) => {
      this.#sockets.add(socket);
      this.#socket = socket;
      this.#rest = "";
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => this.#take(bytes.toString()));
    });
  }

  /** `stays`: leaves its side open when the other closes. */
  static async tcp(host: string, stays = false, port = 0): Promise<StreamPeer> {
    return StreamPeer.#open(host, createServer({ allowHalfOpen: stays }), "connection", port);
  }

  static async tls(host: string, certificate = "pbx.pem", more: TlsOptions = {}): Promise<StreamPeer> {
    const server = createTlsServer({ cert: pem(certificate), key: pem("pbx.key"), ...more });
    server.on("tlsClientError", () => undefined);
    return StreamPeer.#open(host, server, "secureConnection");
  }

  static async #open(
    host: string,
    server: Server,
    event: "connection" | "secureConnection",
    port = 0,
  ): Promise<StreamPeer> {
    server.listen(port, host);
    await once(server, "listening");
    return new StreamPeer(host, server, event);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  send(bytes: string | Buffer): void {
    this.#socket?.write(bytes);
  }

  /** Reads nothing more. */
  pause(): void {
    this.#socket?.pause();
  }

  /** Ends the connection: politely, or as a PBX that was killed. */
  hangUp(how: "end" | "reset"): void {
    if (how === "end") this.#socket?.end();
    else for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(text: string): void {
    this.raw += text;
    this.#rest = (this.#rest + text).replace(/^(?:\r\n)+/, "");
    for (;;) {
      const section = WHOLE.exec(this.#rest)?.[0];
      if (section === undefined) return;
      const end = section.length + Number(/\r\nContent-Length:\s*(\d+)/i.exec(section)?.[1] ?? 0);
      if (this.#rest.length < end) return;
      this.got.push(this.#rest.slice(0, end));
      this.#rest = this.#rest.slice(end).replace(/^(?:\r\n)+/, "");
    }
  }
}
