/** One open serial port. Listeners are one each. */
export interface Port {
  /** Never throws and calls no listener. What cannot be written is lost, as on any serial line. */
  write(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** It is gone: once at most, and never inside another call. Silence of this listener proves nothing. */
  onLost(listener: (why: Error) => void): void;
  /** Resolves when the kernel has all that was written, or the port is gone. May never, on a line that is stuck. */
  flushed(): Promise<void>;
  /** At once: what has not left is lost. Resolves also when the port is gone. */
  close(): Promise<void>;
}

/** @throws Error whose message says in one sentence why not, and what mends it; {@link PortImpossible} where trying again cannot help */
export type OpenPort = (path: string, baud: number) => Promise<Port>;

/** No retry can mend it. */
export class PortImpossible extends Error {}
