import { networkInterfaces } from "node:os";
import { vi } from "vitest";
import type { SipTransport, TransportOptions } from "../../firmware/sip/transport/transport.ts";

/** The PBX's end of the wire. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  /** Whole messages, in order; keepalives left out. */
  readonly got: readonly string[];
  send(bytes: string | Buffer, to: SipTransport): void;
  /** Reads nothing more; only where there is a connection that could fill up. */
  pause?(): void;
  stop(): Promise<void>;
}

export interface TransportBench {
  make(options: TransportOptions): SipTransport;
  peer(host: string): Promise<Peer>;
  /** More than may pass, but such that the next message can be told from it. */
  readonly oversize: string;
  /** UDP notices a closed port only when nothing answers. */
  readonly noticesClosedPort: boolean;
}

/** The viaHost that sip.js believes in. */
export const PLACEHOLDER = "via.invalid";
/** IPv6 only where this machine has it. */
export const LOOPBACKS = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"))
  ? ["127.0.0.1", "::1"]
  : ["127.0.0.1"];

export const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 1 });
