import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

export interface MediaAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a packet that came from there goes to; undefined: nowhere. */
export type MediaRoute = (from: MediaAddress) => MediaAddress | undefined;

/** Fixed part of an RTP header (RFC 3550 §5.1). */
const HEADER = 12;

/** The PBX's ear at a leg that it answers itself: hears when audio comes, and passes it on once there is somebody. */
export class MediaPort {
  readonly #route: MediaRoute;
  readonly #socket: Socket = createSocket("udp4");
  #first: () => void = () => undefined;
  /** Resolves with the first packet. */
  readonly heard = new Promise<void>((resolve) => {
    this.#first = resolve;
  });

  constructor(route: MediaRoute) {
    this.#route = route;
  }

  async start(host: string): Promise<void> {
    const socket = this.#socket;
    socket.bind(0, host);
    await once(socket, "listening");
    socket.on("error", () => undefined);
    socket.on("message", (packet, { address, port }) => {
      if (packet.length < HEADER || (packet[0] ?? 0) >> 6 !== 2) return;
      this.#first();
      const to = this.#route({ host: address, port });
      if (to && to.port !== 0) socket.send(packet, to.port, to.host, () => undefined);
    });
  }

  get address(): MediaAddress {
    const { address, port } = this.#socket.address();
    return { host: address, port };
  }

  close(): void {
    this.#socket.close();
  }
}

/** All that are open in one life of the PBX. */
export class MediaPorts {
  readonly #host: string;
  readonly #open = new Set<MediaPort>();

  constructor(host: string) {
    this.#host = host;
  }

  async open(route: MediaRoute): Promise<MediaPort> {
    const port = new MediaPort(route);
    this.#open.add(port);
    await port.start(this.#host);
    return port;
  }

  close(port: MediaPort): void {
    if (this.#open.delete(port)) port.close();
  }

  closeAll(): void {
    for (const port of [...this.#open]) this.close(port);
  }
}
