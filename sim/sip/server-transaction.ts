import type { Cancel, Clock } from "../../firmware/hal/clock.ts";
import { cseq, type Request, type Response } from "./message.ts";
import { type Reply, responseTo } from "./reply.ts";
import { retransmit, T2 } from "./timers.ts";
import { topVia } from "./via.ts";
import type { Flow, Wire } from "./wire.ts";

/** What its owner hears of an INVITE between its answers. */
export interface InviteEvents {
  /** CANCEL came and has been answered; the final answer to the INVITE is still ours to give. */
  cancelled?(cancel: Request): void;
  /** The ACK of our 2xx. */
  acknowledged?(ack: Request): void;
  /** No ACK came for our 2xx in all its time (RFC 3261 §13.3.1.4). */
  unacknowledged?(): void;
}

/** How answers are made and sent; the same for all transactions of one side. */
export interface Answering {
  readonly wire: Wire;
  readonly clock: Clock;
  /** Finishes each answer. */
  readonly dress: (response: Response) => void;
  /** Tidies From and To. */
  readonly address: (value: string) => string;
}

/** One request that came to us, until we have answered it (RFC 3261 §17.2). */
export class ServerTransaction {
  readonly request: Request;
  readonly flow: Flow;
  readonly #answering: Answering;
  #events: InviteEvents = {};
  #last: Response | undefined;
  #timer: Cancel = () => undefined;

  constructor(request: Request, flow: Flow, answering: Answering) {
    this.request = request;
    this.flow = flow;
    this.#answering = answering;
  }

  onInvite(events: InviteEvents): void {
    this.#events = events;
  }

  get answered(): boolean {
    return (this.#last?.status ?? 0) >= 200;
  }

  /** A second final answer is not sent. */
  respond(reply: Reply): void {
    if (this.answered) return;
    const { clock, dress, address } = this.#answering;
    this.#last = responseTo(this.request, reply, address);
    dress(this.#last);
    this.#transmit();
    if (this.request.method !== "INVITE" || reply.status < 200) return;
    const succeeded = reply.status < 300;
    // A 2xx is repeated over any transport, other answers only where the transport may lose them (RFC 3261 §13.3.1.4, §17.2.1).
    const again = succeeded || this.flow.transport === "udp" ? (): void => this.#transmit() : (): void => undefined;
    this.#timer = retransmit(clock, T2, again, () => {
      if (succeeded) this.#events.unacknowledged?.();
    });
  }

  /** The same request again. */
  repeat(): void {
    if (this.#last) this.#transmit();
  }

  cancelledBy(cancel: Request): void {
    if (!this.answered) this.#events.cancelled?.(cancel);
  }

  acknowledgedBy(ack: Request): void {
    this.#timer();
    if (this.#last && this.#last.status < 300) {
      const events = this.#events;
      this.#events = {};
      events.acknowledged?.(ack);
    }
  }

  /** To-tag of what was answered so far. */
  get lastTo(): string | undefined {
    return this.#last?.headers.get("To");
  }

  #transmit(): void {
    if (this.#last) this.#answering.wire.send(this.#last, this.flow);
  }
}

/** The same for an INVITE, its repetitions, its CANCEL and the ACK of its refusal (RFC 3261 §17.2.3). */
export function serverKey(message: Request): string {
  const via = topVia(message);
  const method = message.method === "ACK" || message.method === "CANCEL" ? "INVITE" : message.method;
  return `${via?.params.get("branch") ?? ""} ${via?.host}:${via?.port} ${method}`;
}

/** The same for an INVITE and the ACK of its 2xx, which is a transaction of its own. */
export function dialogKey(message: Request): string {
  return `${message.headers.get("Call-ID")} ${cseq(message).number}`;
}
