import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Datagrams, type OpenDatagrams, udp } from "../sip/datagrams.ts";

export interface MediaAddress {
  readonly host: string;
  readonly port: number;
}

/** Where the two sides of a port send from, and want to be sent to, as far as that is known. */
export type MediaSides = () => { readonly own: MediaAddress | undefined; readonly other: MediaAddress | undefined };

/** Fixed part of an RTP header (RFC 3550 §5.1). */
const HEADER = 12;

/**
 * The PBX's ear at a leg that it answers itself: hears when its phone speaks, and passes that on once there is somebody. What
 * comes from any other address than the one in the phone's description is lost, as with Asterisk's `strictrtp`.
 */
export class MediaPort {
  readonly #sides: MediaSides;
  readonly #socket: Datagrams;
  #first: () => void = () => undefined;
  /** Resolves with the first packet of its phone. */
  readonly heard = new Promise<void>((resolve) => {
    this.#first = resolve;
  });

  constructor(sides: MediaSides, open: OpenDatagrams) {
    this.#sides = sides;
    this.#socket = open();
  }

  async start(host: string): Promise<void> {
    const socket = this.#socket;
    socket.bind(0, host);
    await once(socket, "listening");
    socket.on("error", () => undefined);
    socket.on("message", (packet: Buffer, { address, port }: AddressInfo) => {
      if (packet.length < HEADER || (packet[0] ?? 0) >> 6 !== 2) return;
      const { own, other } = this.#sides();
      const cameFrom = (side: MediaAddress | undefined): boolean => side?.host === address && side.port === port;
      if (cameFrom(own)) this.#first();
      const to = cameFrom(own) ? other : cameFrom(other) ? own : undefined;
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

  /** Undefined where all were closed meanwhile. */
  async open(sides: MediaSides): Promise<MediaPort | undefined> {
    const port = new MediaPort(sides, this.#datagrams);
    this.#open.add(port);
    await port.start(this.#host);
    return this.#open.has(port) ? port : undefined;
  }

  close(port: MediaPort): void {
    if (this.#open.delete(port)) port.close();
  }

  closeAll(): void {
    for (const port of [...this.#open]) this.close(port);
  }
}
