import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { isIP, isIPv6 } from "node:net";
import type { Log } from "../hal/log.ts";
import type { MediaTarget } from "./media.ts";

/** 20 ms at 8,000 samples a second (RFC 3551 §4.2). */
const SAMPLES = 160;
/** What silence is in each of our formats (ITU-T G.711). */
const SILENCE: Readonly<Record<number, number>> = { 0: 0xff, 8: 0xd5 };

/** Where the panel's audio comes from: a port to name in an offer, and packets of silence. */
export interface AudioPort {
  /** Undefined while it is not open. */
  readonly port: number | undefined;
  /** At the address by which the PBX reaches us. Another one closes the port that was open. */
  open(address: string): void;
  close(): void;
  /** One packet of silence. Never throws, whatever the far end wrote into its SDP. */
  speak(to: MediaTarget): void;
}

/**
 * The panel's one RTP port (RFC 3550). It is open before it is needed, so that a press need not wait for it. What comes in
 * is dropped unread.
 */
export class Rtp implements AudioPort {
  readonly #log: Log;
  readonly #ssrc = randomBytes(4);
  #socket: Socket | undefined;
  #sequence = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  get port(): number | undefined {
    try {
      return this.#socket?.address().port;
    } catch {
      return undefined; // Not bound yet.
    }
  }

  open(address: string): void {
    this.close();
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    this.#socket = socket;
    socket.on("error", (error) => {
      this.#log.warn({ err: error }, "no port for audio; the ringing phone falls silent half a second later");
      if (this.#socket === socket) this.close();
    });
    socket.bind(0, address);
    socket.unref();
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  speak({ address, port, format }: MediaTarget): void {
    const silence = SILENCE[format];
    // A name would have to be looked up, and what it leads to is the far end's choice.
    if (silence === undefined || isIP(address) === 0 || this.#socket === undefined || this.port === undefined) return;
    const packet = Buffer.alloc(12 + SAMPLES, silence);
    const sequence = this.#sequence++ & 0xffff;
    packet[0] = 0x80; // Version 2, nothing else.
    packet[1] = 0x80 | format; // The marker: a talk spurt begins (RFC 3551 §4.1).
    packet.writeUInt16BE(sequence, 2);
    packet.writeUInt32BE((sequence * SAMPLES) >>> 0, 4);
    this.#ssrc.copy(packet, 8);
    this.#socket.send(packet, port, address, (error) => {
      if (error) this.#log.debug({ err: error }, "no audio sent; the ringing phone falls silent half a second later");
    });
  }
}
