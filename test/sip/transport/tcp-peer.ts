import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Peer } from "../../contract/transport-bench.ts";

/** One message at the front of a text, when it is all there. */
const WHOLE = /^[\s\S]*?\r\n\r\n/;

/** The PBX's end of SIP over TCP, for one connection at a time. */
export class TcpPeer implements Peer {
  readonly host: string;
  readonly got: string[] = [];
  /** Everything that came, as it came. */
  raw = "";
  readonly #server: Server;
  #socket: Socket | undefined;
  #rest = "";

  private constructor(host: string, server: Server) {
    this.host = host;
    this.#server = server;
    server.on("connection", (socket) => {
      this.#socket = socket;
      this.#rest = "";
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => this.#take(bytes.toString()));
    });
  }

  /** `stays`: leaves its side open when the other closes. */
  static async open(host: string, stays = false): Promise<TcpPeer> {
    const server = createServer({ allowHalfOpen: stays });
    server.listen(0, host);
    await once(server, "listening");
    return new TcpPeer(host, server);
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
    else this.#socket?.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
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
