import type { Endpoint } from "./via.ts";

/** What comes from the other side of a connection. */
export interface ConnectionEvents {
  /** Any bytes at all. */
  heard(): void;
  /** A whole message. The bytes may be kept. */
  message(bytes: Buffer): void;
  /** They pinged us; the pong is on its way. */
  ping(): void;
  /** They answered a ping of ours. */
  pong(): void;
  /** A message too big to be kept was left out; the next ones follow. */
  oversize(bytes: number): void;
  /** What came cannot be read, and the connection is given up. */
  nonsense(why: string): void;
}

/** One connection that is open, whatever carries it: a byte stream, with or without TLS, or a WebSocket. */
export interface Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Bytes that were written and have not gone out. */
  readonly unsent: number;
  /** Resolves once it is over, with what ended it. */
  readonly closed: Promise<Error>;
  write(message: Buffer): Promise<void>;
  ping(): void;
  /** Ends it politely, which the other side may leave unanswered. */
  end(): void;
  /** Ends it at once. */
  destroy(why?: Error): void;
}
