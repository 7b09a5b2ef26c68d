import type { Cancel, Clock } from "../../firmware/hal/clock.ts";
import { Headers } from "./headers.ts";
import { cseq, type Request, type Response, request } from "./message.ts";
import { ownResponse } from "./reply.ts";
import { LIFE, retransmit, T2 } from "./timers.ts";
import { branchOf } from "./via.ts";
import type { Flow, Wire } from "./wire.ts";

export interface Answered {
  /** 1xx. */
  provisional?(response: Response): void;
  /** Exactly once. 408 when nothing came in time, 503 when it could not be sent. */
  final(response: Response): void;
}

/** How requests are sent; the same for all transactions of one side. */
export interface Asking {
  readonly wire: Wire;
  readonly clock: Clock;
  /** Told when the final answer is there, before anybody else. */
  readonly over: (transaction: ClientTransaction) => void;
}

/** One request of ours until it is answered for good (RFC 3261 §17.1). The ACK of a 2xx is the dialog's: see acknowledge(). */
export class ClientTransaction {
  readonly request: Request;
  readonly flow: Flow;
  readonly key: string;
  readonly #asking: Asking;
  readonly #answered: Answered;
  #timer: Cancel = () => undefined;
  #provisional = false;
  #done = false;
  #ack: Request | undefined;
  #cancelHeaders: readonly (readonly [string, string])[] | undefined;
  #sendCancel: ((cancel: Request) => void) | undefined;

  constructor(request: Request, flow: Flow, asking: Asking, answered: Answered) {
    this.request = request;
    this.flow = flow;
    this.key = clientKey(request);
    this.#asking = asking;
    this.#answered = answered;
  }

  start(): void {
    const isInvite = this.request.method === "INVITE";
    const transmit = (): void => {
      this.#asking.wire.send(this.request, this.flow, () => this.#finish(ownResponse(this.request, 503)));
    };
    const again = this.flow.transport === "udp" ? transmit : (): void => undefined;
    this.#timer = retransmit(this.#asking.clock, isInvite ? LIFE : T2, again, () => {
      this.#finish(ownResponse(this.request, 408));
    });
    transmit();
  }

  /** Asks for the INVITE to be given up; the final answer still comes (RFC 3261 §9.1). Harmless after it. */
  cancel(headers: readonly (readonly [string, string])[], send: (cancel: Request) => void): void {
    if (this.#done || this.#cancelHeaders) return;
    this.#cancelHeaders = headers;
    this.#sendCancel = send;
    // Nothing can be cancelled that the other side has not shown to have.
    if (this.#provisional) this.#cancelNow();
  }

  /** The ACK of a 2xx: sent, and sent again for each repetition of the 2xx (RFC 3261 §13.2.2.4). */
  acknowledge(ack: Request, flow: Flow): void {
    this.#ack = ack;
    this.#asking.wire.send(ack, flow);
  }

  receive(response: Response): void {
    const isInvite = this.request.method === "INVITE";
    if (response.status < 200) {
      if (this.#done) return;
      if (isInvite && !this.#provisional) this.#timer();
      this.#provisional = true;
      if (this.#cancelHeaders) this.#cancelNow();
      this.#answered.provisional?.(response);
      return;
    }
    if (isInvite && response.status >= 300) this.#ack = this.#ackOf(response);
    if (this.#ack && (this.#done || response.status >= 300)) this.#asking.wire.send(this.#ack, this.flow);
    this.#finish(response);
  }

  #finish(response: Response): void {
    if (this.#done) return;
    this.#done = true;
    this.#timer();
    this.#asking.over(this);
    this.#answered.final(response);
  }

  #cancelNow(): void {
    const send = this.#sendCancel;
    if (!send || !this.#cancelHeaders) return;
    this.#sendCancel = undefined;
    const headers = new Headers();
    for (const name of ["Via", "From", "To", "Call-ID"]) headers.add(name, this.request.headers.get(name) ?? "");
    headers.add("CSeq", `${cseq(this.request).number} CANCEL`);
    for (const [name, value] of this.#cancelHeaders) headers.add(name, value);
    send(request("CANCEL", this.request.uri, headers));
    // RFC 3261 §9.1: without a final answer 64·T1 after the CANCEL, it is taken as cancelled.
    const { clock } = this.#asking;
    this.#timer = clock.at(clock.now() + LIFE, () => this.#finish(ownResponse(this.request, 487)));
  }

  /** RFC 3261 §17.1.1.3. */
  #ackOf(response: Response): Request {
    const headers = new Headers();
    for (const name of ["Via", "From"]) headers.add(name, this.request.headers.get(name) ?? "");
    headers.add("To", response.headers.get("To") ?? "");
    headers.add("Call-ID", this.request.headers.get("Call-ID") ?? "");
    headers.add("CSeq", `${cseq(this.request).number} ACK`);
    headers.add("Max-Forwards", "70");
    for (const route of this.request.headers.all("Route")) headers.add("Route", route);
    return request("ACK", this.request.uri, headers);
  }
}

/** The same for a request and its responses (RFC 3261 §17.1.3). */
export function clientKey(message: Request | Response): string {
  return `${branchOf(message)} ${cseq(message).method}`;
}
