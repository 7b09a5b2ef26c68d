import { Framer } from "../../../firmware/sip/transport/framer.ts";
import type { Head } from "../../../firmware/sip/transport/head.ts";
import { Retransmission } from "../../../firmware/sip/transport/retransmission.ts";
import { SipTransport, type TransportOptions } from "../../../firmware/sip/transport/transport.ts";
import { type Endpoint, responseTarget } from "../../../firmware/sip/transport/via.ts";

const LOCAL: Endpoint = { address: "192.0.2.7", port: 40_123 };
export const PBX: Endpoint = { address: "192.0.2.1", port: 5060 };

/**
 * A transport whose wire is a list: everything of the real ones but the socket, so that a message has gone all its way
 * when the call that brought it returns.
 */
export class MemoryTransport extends SipTransport {
  readonly protocol: "UDP" | "TCP";
  /** What went out, repetitions too. */
  readonly sent: string[] = [];
  readonly #retransmission: Retransmission;
  #framer: Framer;
  /** Streams that had to be given up. */
  broken = 0;

  constructor(protocol: "UDP" | "TCP", options: Pick<TransportOptions, "clock" | "log" | "viaPlaceholder">) {
    super({ ...options, host: PBX.address, port: PBX.port });
    this.protocol = protocol;
    this.#retransmission = new Retransmission(options.clock, (bytes, head) => this.#put(bytes, head));
    this.#framer = this.#newFramer();
  }

  /** A datagram, or the next bytes of a stream. */
  arrive(bytes: Buffer): void {
    if (this.protocol === "UDP") this.receive(bytes, PBX);
    else this.#framer.push(bytes);
  }

  /** How much is kept for retransmission. */
  get kept(): number {
    return this.#retransmission.size;
  }

  protected async open(): Promise<Endpoint> {
    return LOCAL;
  }

  protected async close(): Promise<void> {
    this.#retransmission.clear();
  }

  protected async write(bytes: Buffer, head: Head): Promise<void> {
    if (this.protocol === "UDP") this.#retransmission.sent(bytes, head);
    this.#put(bytes, head);
  }

  protected override absorbed(head: Head): boolean {
    return this.protocol === "UDP" && this.#retransmission.absorbs(head);
  }

  #put(bytes: Buffer, head: Head): void {
    if (this.protocol === "UDP" && head.isResponse && !responseTarget(head.topVia)) return;
    this.sent.push(bytes.toString("utf8"));
  }

  #newFramer(): Framer {
    return new Framer({
      message: (bytes) => this.receive(bytes, PBX),
      ping: () => this.alive(),
      pong: () => this.alive(),
      oversize: (bytes) => this.barrier.drop("oversize", { bytes }),
      nonsense: (why) => {
        this.barrier.drop("malformed", { why });
        this.broken++;
        this.#framer = this.#newFramer();
      },
    });
  }
}
