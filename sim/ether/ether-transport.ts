import type { AddressInfo } from "node:net";
import type { MediaTarget } from "../../firmware/sip/media.ts";
import type { AudioPort } from "../../firmware/sip/rtp.ts";
import type { Head } from "../../firmware/sip/transport/head.ts";
import { Retransmission } from "../../firmware/sip/transport/retransmission.ts";
import type { Target } from "../../firmware/sip/transport/target.ts";
import { SipTransport, type TransportOptions } from "../../firmware/sip/transport/transport.ts";
import { type Endpoint, responseTarget } from "../../firmware/sip/transport/via.ts";
import type { Datagrams } from "../sip/datagrams.ts";
import type { Ether } from "./ether.ts";

/** The panel's UDP, everything of it but the machine's socket. */
export class EtherTransport extends SipTransport {
  readonly protocol = "UDP";
  readonly #ether: Ether;
  readonly #host: string;
  readonly #retransmission: Retransmission;
  #socket: Datagrams | undefined;
  #peer: Endpoint | undefined;

  constructor(options: TransportOptions, ether: Ether, host: string) {
    super(options);
    this.#ether = ether;
    this.#host = host;
    this.#retransmission = new Retransmission(options.clock, (bytes, head) => this.#put(bytes, head));
  }

  protected async open(target: Target): Promise<Endpoint> {
    const socket = this.#ether.socket();
    socket.bind(0, this.#host);
    socket.on("message", (bytes: Buffer, { address, port }: AddressInfo) => this.receive(bytes, { address, port }));
    this.#socket = socket;
    this.#peer = target;
    return socket.address();
  }

  protected async close(): Promise<void> {
    this.#socket?.close();
    this.#socket = undefined;
    this.#retransmission.clear();
  }

  protected async write(bytes: Buffer, head: Head): Promise<void> {
    this.#retransmission.sent(bytes, head);
    this.#put(bytes, head);
  }

  protected override absorbed(head: Head): boolean {
    return this.#retransmission.absorbs(head);
  }

  #put(bytes: Buffer, head: Head): void {
    const to = head.isResponse ? responseTarget(head.topVia) : this.#peer;
    if (to) this.#socket?.send(bytes, to.port, to.address, () => undefined);
  }
}

/** The panel's audio there. */
export class EtherAudio implements AudioPort {
  readonly #ether: Ether;
  #socket: Datagrams | undefined;

  constructor(ether: Ether) {
    this.#ether = ether;
  }

  get port(): number | undefined {
    return this.#socket?.address().port;
  }

  open(address: string): void {
    this.close();
    this.#socket = this.#ether.socket();
    this.#socket.bind(0, address);
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  speak({ address, port }: MediaTarget): void {
    const packet = Buffer.alloc(172, 0xff);
    packet[0] = 0x80;
    packet.writeUInt32BE(0, 8);
    this.#socket?.send(packet, port, address, () => undefined);
  }
}
