import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** The network between a client and a server: an address that stays, and a plug to pull. */
export class Cable {
  readonly #server: Server = createServer((near) => this.#join(near));
  readonly #sockets = new Set<Socket>();
  #port: number | undefined;
  #frozen = false;

  /** How many connections were ever asked for. */
  asked = 0;

  /** Resolves with the near port. Nothing answers there until the cable is plugged in. */
  async start(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Leads to this port from now on. */
  plug(port: number): void {
    this.#port = port;
  }

  /** Every connection breaks without a word, and no other comes. */
  unplug(): void {
    this.#port = undefined;
    this.cut();
  }

  /** Every connection breaks without a word; new ones come. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Connections stand, and carry nothing. */
  freeze(): void {
    this.#frozen = true;
    for (const socket of this.#sockets) socket.pause();
  }

  thaw(): void {
    this.#frozen = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async stop(): Promise<void> {
    this.unplug();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(near: Socket): void {
    this.asked++;
    this.#keep(near);
    if (this.#port === undefined) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#port, "127.0.0.1");
    this.#keep(far);
    near.pipe(far);
    far.pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    if (this.#frozen) this.freeze();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
