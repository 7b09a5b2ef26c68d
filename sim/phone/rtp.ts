import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../firmware/hal/clock.ts";
import { type Datagrams, type OpenDatagrams, udp } from "../sip/datagrams.ts";

/** One packet's worth of audio. */
const PACKET_TIME: Millis = 20;
const SAMPLES = 160;
const HEADER = 12;
/** Zero amplitude in G.711 µ-law. */
const SILENCE = 0xff;

/** A phone's ear and mouth: sends PCMU silence every 20 ms, counts what it hears (RFC 3550, RFC 3551). */
export class RtpPort {
  readonly #host: string;
  readonly #clock: Clock;
  readonly #open: OpenDatagrams;
  #socket: Datagrams | undefined;
  #next: Cancel = () => undefined;
  #peer: { readonly host: string; readonly port: number } | undefined;
  #sequence = 0;
  #listening = false;
  #owner: object | undefined;
  #heard = new Map<string, number>();

  constructor(host: string, clock: Clock, open: OpenDatagrams = udp) {
    this.#host = host;
    this.#clock = clock;
    this.#open = open;
  }

  async start(): Promise<void> {
    const socket = this.#open();
    socket.bind(0, this.#host);
    await once(socket, "listening");
    socket.on("error", () => undefined);
    socket.on("message", (packet: Buffer, { address, port }: AddressInfo) => {
      if (!this.#listening || packet.length < HEADER || (packet[0] ?? 0) >> 6 !== 2) return;
      const source = `${address}:${port}`;
      this.#heard.set(source, (this.#heard.get(source) ?? 0) + 1);
    });
    this.#socket = socket;
  }

  async stop(): Promise<void> {
    this.quiet();
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.close();
    await once(socket, "close");
  }

  get host(): string {
    return this.#host;
  }

  get port(): number {
    return this.#socket?.address().port ?? 0;
  }

  /** Packets received since listen(), by their source: `127.0.0.1:40000`. */
  get heard(): ReadonlyMap<string, number> {
    return this.#heard;
  }

  /** Who has it: who called listen() last. */
  get owner(): object | undefined {
    return this.#owner;
  }

  /** Begins to count anew, for that owner. */
  listen(owner: object): void {
    this.#owner = owner;
    this.#heard = new Map();
    this.#listening = true;
  }

  /** Neither speaks nor listens; what was heard stays. */
  quiet(): void {
    this.#listening = false;
    this.speakTo(undefined);
  }

  /** Sends to that address from now on, or to nobody. */
  speakTo(peer: { readonly host: string; readonly port: number } | undefined): void {
    const silent = this.#peer === undefined;
    this.#peer = peer;
    if (peer === undefined) this.#next();
    else if (silent) this.#speak(this.#clock.now());
  }

  #speak(due: Millis): void {
    if (!this.#peer || !this.#socket) return;
    this.#socket.send(this.#packet(), this.#peer.port, this.#peer.host, () => undefined);
    const next = due + PACKET_TIME;
    this.#next = this.#clock.at(next, () => this.#speak(next));
  }

  #packet(): Buffer {
    const packet = Buffer.alloc(HEADER + SAMPLES, SILENCE);
    packet.writeUInt16BE(0x80_00);
    packet.writeUInt16BE(this.#sequence & 0xffff, 2);
    packet.writeUInt32BE((this.#sequence * SAMPLES) >>> 0, 4);
    packet.writeUInt32BE(this.port, 8);
    this.#sequence++;
    return packet;
  }
}
