import type { Millis } from "../../domain/millis.ts";
import type { Cancel } from "../../hal/clock.ts";
import { type Head, readHead, withTopVia } from "./head.ts";
import { Recent } from "./recent.ts";
import type { Target } from "./target.ts";
import { TcpTransport } from "./tcp.ts";
import type { TransportOptions } from "./transport.ts";

/** What goes into one datagram where nobody knows the path (RFC 3261 §18.1.1). */
const MOST_BYTES = 1300;
/** A PBX that has no TCP says so at once; a firewall says nothing. */
const PATIENCE: Millis = 1_000;
/** For the CANCEL of an INVITE, however long the phone rings. */
const REMEMBERED: Millis = 600_000;
const LIMIT = 256;
const PROTOCOL = /^(SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*)(UDP|TCP)/i;

export interface DetourEvents {
  message(text: string): void;
  alive(): void;
}

/**
 * The way of requests that are too big for UDP: TCP, to the same place. Most never are; an INVITE with credentials for both
 * a proxy and a server is. Where the PBX has no TCP, they go in fragments, which a careless path loses.
 */
export class TcpDetour {
  readonly #options: TransportOptions;
  readonly #events: DetourEvents;
  /** Transactions that began here, by branch. */
  readonly #branches: Recent<true>;
  #transport: TcpTransport | undefined;
  #unlisten: Cancel | undefined;
  #isClosed = false;

  constructor(options: TransportOptions, target: Target, events: DetourEvents) {
    const targets = { next: async () => target, addresses: new Set([target.address]) };
    this.#options = { ...options, targets, connectTimeout: PATIENCE, localPort: 0 };
    this.#events = events;
    this.#branches = new Recent(options.clock, REMEMBERED, LIMIT);
  }

  /** Whether a message has to go this way. */
  wants(bytes: Buffer, head: Head): boolean {
    if (head.isResponse) return PROTOCOL.exec(head.topVia)?.[2]?.toUpperCase() === "TCP";
    return bytes.length > MOST_BYTES || this.#branches.has(head.branch);
  }

  /** Sends it; false where nothing was sent because the PBX takes no TCP. Rejects where nobody knows. */
  async send(bytes: Buffer, head: Head): Promise<boolean> {
    this.#branches.set(head.branch, true);
    const transport = await this.#connected(bytes.length);
    if (!transport) return false;
    await transport.send(overTcp(bytes.toString("utf8")));
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unlisten?.();
    this.#branches.clear();
    await this.#transport?.disconnect().catch(() => undefined);
  }

  /** Asked for once: a PBX without TCP must not hold up every request. */
  async #connected(bytes: number): Promise<TcpTransport | undefined> {
    if (this.#isClosed) return undefined;
    const transport = this.#transport ?? this.#newTransport();
    this.#transport = transport;
    try {
      await transport.connect();
      return transport;
    } catch (error) {
      if (!this.#isClosed) {
        const why = error instanceof Error ? error.message : String(error);
        this.#options.log.warn({ bytes, why }, "Requests this long go over UDP in fragments. Use transport=tcp");
      }
      this.#isClosed = true;
      return undefined;
    }
  }

  #newTransport(): TcpTransport {
    const transport = new TcpTransport(this.#options);
    transport.onMessage = (text) => this.#events.message(text);
    this.#unlisten = transport.onActivity(() => this.#events.alive());
    return transport;
  }
}

/** The message with TCP in its top Via. Read anew: what the transport wrote there has moved the rest. */
function overTcp(text: string): string {
  const head = readHead(text);
  return head ? withTopVia(text, head, head.topVia.replace(PROTOCOL, "$1TCP")) : text;
}
