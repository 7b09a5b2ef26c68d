import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";

/** An MQTT broker within this process, on loopback. What it retains is lost with it. */
export class Broker {
  #broker: Aedes | undefined;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #published: (topic: string, payload: string) => void = () => {};

  /** Told of everything that clients publish. One listener, set before start(). */
  onPublish(listener: (topic: string, payload: string) => void): void {
    this.#published = listener;
  }

  /** Resolves with the port. */
  async start(port = 0): Promise<number> {
    const broker = await Aedes.createBroker();
    broker.on("publish", (packet, client) => {
      if (client) this.#published(packet.topic, packet.payload.toString());
    });
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
      broker.handle(socket);
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    this.#broker = broker;
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const broker = this.#broker;
    this.#broker = undefined;
    await new Promise<void>((resolve) => (broker === undefined ? resolve() : broker.close(() => resolve())));
    await this.#close();
  }

  /** As if the process had died: every connection breaks, nobody's will is published. */
  async kill(): Promise<void> {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await this.stop();
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }
}
