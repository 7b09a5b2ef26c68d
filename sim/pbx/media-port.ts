import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Datagrams, type OpenDatagrams, udp } from "../sip/datagrams.ts";

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
  readonly #socket: Datagrams;
  #first: () => void = () => undefined;
  /** Resolves with the first packet. */
  readonly heard = new Promise<void>((resolve) => {
    this.#first = resolve;
  });

  constructor(route: MediaRoute, open: OpenDatagrams) {
    this.#route = route;
    this.#socket = open();
  }

  async start(host: string): Promise<void> {
    const socket = this.#socket;
    socket.bind(0, host);
    await once(socket, "listening");
    socket.on("error", () => undefined);
    socket.on("message", (packet: Buffer, { address, port }: AddressInfo) => {
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
  readonly #datagrams: OpenDatagrams;
  readonly #open = new Set<MediaPort>();

  constructor(host: string, datagrams: OpenDatagrams = udp) {
    this.#host = host;
    this.#datagrams = datagrams;
  }

  async open(route: MediaRoute): Promise<MediaPort> {
    const port = new MediaPort(route, this.#datagrams);
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
