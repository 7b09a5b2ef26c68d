import type { Clock } from "../../firmware/hal/clock.ts";
import { SimSidecar, type SimSidecarOptions } from "./sidecar.ts";

/** What can go wrong once, with the next message that the module sends. */
export const MISHAPS = ["half", "drop", "crc"] as const;
export type Mishap = (typeof MISHAPS)[number];

export interface CableOptions extends Omit<SimSidecarOptions, "clock" | "send"> {
  readonly clock: Clock;
  /** Takes what comes out of the cable at the host's end. */
  readonly toHost: (bytes: Uint8Array) => void;
  /** In [0, 1): which byte is hit, and what garbage looks like. */
  readonly random: () => number;
}

/** A simulated sidecar at the end of a cable that can be a bad one. */
export class Cable {
  readonly module: SimSidecar;
  /** Nothing comes through, in either direction. */
  silent = false;
  /** Both ends count bits at another speed: bytes come through, but not those that were sent. */
  wrongBaud = false;
  readonly #toHost: (bytes: Uint8Array) => void;
  readonly #random: () => number;
  #mishap: Mishap | undefined;

  constructor({ toHost, random, ...options }: CableOptions) {
    this.#toHost = toHost;
    this.#random = random;
    this.module = new SimSidecar({ ...options, send: (bytes) => this.#sent(bytes) });
  }

  fromHost(bytes: Uint8Array): void {
    if (!this.silent) this.module.receive(this.wrongBaud ? this.#garbled(bytes) : bytes);
  }

  mishap(kind: Mishap): void {
    this.#mishap = kind;
  }

  /** Bytes that nobody sent. */
  garbage(count: number): void {
    this.#toHost(Uint8Array.from({ length: count }, () => this.#random() * 256));
  }

  #sent(bytes: Uint8Array): void {
    if (this.silent) return;
    const kind = this.#mishap;
    this.#mishap = undefined;
    this.#toHost(this.wrongBaud ? this.#garbled(bytes) : kind === undefined ? bytes : this.#spoilt(bytes, kind));
  }

  #spoilt(bytes: Uint8Array, kind: Mishap): Uint8Array {
    // Within the message: its LF stays, or is cut off with the rest.
    const at = 1 + Math.floor(this.#random() * (bytes.length - 2));
    switch (kind) {
      case "half":
        return bytes.subarray(0, at);
      case "drop":
        return bytes.filter((_, i) => i !== at);
      case "crc": {
        const spoilt = Uint8Array.from(bytes);
        const last = bytes.length - 2;
        spoilt[last] = (spoilt[last] ?? 0) === 0x30 ? 0x31 : 0x30;
        return spoilt;
      }
    }
  }

  /** Start bits fall where data was: about one byte in three comes out, with its high bits set. */
  #garbled(bytes: Uint8Array): Uint8Array {
    return bytes.filter(() => this.#random() < 0.4).map(() => 0x80 + this.#random() * 128);
  }
}
