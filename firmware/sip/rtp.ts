import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Log } from "../hal/log.ts";

/** 20 ms at 8,000 samples a second (RFC 3551 §4.2). */
const SAMPLES = 160;
/** What silence is in each of our formats (ITU-T G.711). */
const SILENCE: Readonly<Record<number, number>> = { 0: 0xff, 8: 0xd5 };

/**
 * The panel's one RTP port (RFC 3550). It is open before it is needed, so that a press need not wait for it. What comes in
 * is dropped unread.
 */
export class Rtp {
  readonly #log: Log;
  readonly #ssrc = randomBytes(4);
  #socket: Socket | undefined;
  #sequence = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Undefined while it is not open. */
  get port(): number | undefined {
    try {
      return this.#socket?.address().port;
    } catch {
      return undefined; // Not bound yet.
    }
  }

  /** At the address by which the PBX reaches us. Another one closes the port that was open. */
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

  /** One packet of silence. */
  speak({ address, port, format }: { readonly address: string; readonly port: number; readonly format: number }): void {
    const silence = SILENCE[format];
    if (silence === undefined || this.#socket === undefined || this.port === undefined) return;
    const packet = Buffer.alloc(12 + SAMPLES, silence);
    const sequence = this.#sequence++ & 0xffff;
    packet[0] = 0x80; // Version 2, nothing else.
    packet[1] = 0x80 | format; // The marker: a talk spurt begins (RFC 3551 §4.1).
    packet.writeUInt16BE(sequence, 2);
    packet.writeUInt32BE((sequence * SAMPLES) >>> 0, 4);
    this.#ssrc.copy(packet, 8);
    this.#socket.send(packet, port, address);
  }
}
