import { EventEmitter } from "node:events";
import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Datagrams } from "../sip/datagrams.ts";

/** When a datagram arrives after it was sent, once for each time; none: it is lost. */
export type Fate = readonly Millis[];

/** More does not fit into a datagram of IPv4 (RFC 768). */
const MOST_BYTES = 65_507;
/** How long a datagram takes where nothing happens to it. */
export const HOP: Millis = 1;
/** What is no SIP begins with the version of RTP (RFC 3550 §5.1). */
const isRtp = (bytes: Uint8Array): boolean => (bytes[0] ?? 0) >> 6 === 2;

/** A network in memory, on whatever clock. SIP takes its time, and what the test makes of it; RTP is there at once. */
export class Ether {
  /** Asked for each datagram of SIP from or to the host that is meddled with. */
  meddle: ((bytes: Buffer) => Fate) | undefined;
  meddled = "";
  readonly #clock: Clock;
  readonly #sockets = new Map<string, EtherSocket>();
  /** Who heard whom last, by address and by synchronisation source: simulated phones have their port there. */
  readonly #heard = new Map<string, Millis>();
  #ports = 10_000;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly socket = (): Datagrams => new EtherSocket(this);

  /** When that address heard a phone last whose audio comes from that port. */
  heard(address: string, port: number): Millis | undefined {
    return this.#heard.get(`${address} ${port}`);
  }

  forgetVoices(): void {
    this.#heard.clear();
  }

  bind(socket: EtherSocket, port: number, host: string): number {
    const bound = port || ++this.#ports;
    const key = `${host}:${bound}`;
    if (this.#sockets.has(key)) throw new Error(`${key} is in use`);
    this.#sockets.set(key, socket);
    return bound;
  }

  release(host: string, port: number): void {
    this.#sockets.delete(`${host}:${port}`);
  }

  carry(bytes: Buffer, from: { address: string; port: number }, to: string): void {
    if (isRtp(bytes)) {
      if (this.#sockets.has(to)) this.#heard.set(`${to} ${bytes.readUInt32BE(8)}`, this.#clock.now());
      this.#deliver(bytes, from, to);
      return;
    }
    const meddled = from.address === this.meddled || to.startsWith(`${this.meddled}:`);
    const fate = (meddled && this.meddle?.(bytes)) || [HOP];
    for (const after of fate) this.#clock.at(this.#clock.now() + after, () => this.#deliver(bytes, from, to));
  }

  #deliver(bytes: Buffer, from: { address: string; port: number }, to: string): void {
    this.#sockets.get(to)?.emit("message", bytes, from);
  }
}

class EtherSocket extends EventEmitter implements Datagrams {
  readonly #ether: Ether;
  #address: { address: string; port: number } | undefined;

  constructor(ether: Ether) {
    super();
    this.#ether = ether;
  }

  bind(port: number, host: string): void {
    this.#address = { address: host, port: this.#ether.bind(this, port, host) };
    queueMicrotask(() => this.emit("listening"));
  }

  address(): { address: string; port: number } {
    if (!this.#address) throw new Error("not bound");
    return this.#address;
  }

  send(bytes: Uint8Array, port: number, host: string, sent: (error: Error | null) => void): void {
    const fits = bytes.length <= MOST_BYTES;
    if (this.#address && fits) this.#ether.carry(Buffer.from(bytes), this.#address, `${host}:${port}`);
    queueMicrotask(() => sent(fits ? null : new Error("EMSGSIZE")));
  }

  close(): void {
    if (this.#address) this.#ether.release(this.#address.address, this.#address.port);
    this.#address = undefined;
    queueMicrotask(() => this.emit("close"));
  }
}
