import type { Clock } from "../../firmware/hal/clock.ts";
import { tagOf } from "./address.ts";
import { type Answered, type Asking, ClientTransaction, clientKey } from "./client-transaction.ts";
import { newBranch } from "./ids.ts";
import type { Message, Request } from "./message.ts";
import { Recent } from "./recent.ts";
import { withoutPort } from "./reply.ts";
import { type Answering, dialogKey, ServerTransaction, serverKey } from "./server-transaction.ts";
import { LIFE } from "./timers.ts";
import { formatVia } from "./via.ts";
import type { Flow, Wire } from "./wire.ts";

export interface TransactionOptions {
  readonly wire: Wire;
  /** Ends with what sends and receives here, so that nothing is repeated afterwards. */
  readonly clock: Clock;
  /** Names the program in User-Agent and Server. */
  readonly product: string;
  /** Takes the ports out of From and To in answers, as pjsip does. */
  readonly plainAddresses?: boolean;
}

/** Matches what comes over the wire to the requests it belongs to (RFC 3261 §17). */
export class Transactions {
  readonly #options: TransactionOptions;
  readonly #asking: Asking;
  readonly #answering: Answering;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #finishedClients: Recent<ClientTransaction>;
  readonly #servers: Recent<ServerTransaction>;
  readonly #invites: Recent<ServerTransaction>;
  #listener: (transaction: ServerTransaction) => void = () => undefined;

  constructor(options: TransactionOptions) {
    const { wire, clock, product, plainAddresses } = options;
    this.#options = options;
    this.#asking = {
      wire,
      clock,
      over: (client) => {
        this.#clients.delete(client.key);
        this.#finishedClients.set(client.key, client);
      },
    };
    this.#answering = {
      wire,
      clock,
      dress: (response) => response.headers.add("Server", product),
      address: plainAddresses ? withoutPort : (value) => value,
    };
    this.#finishedClients = new Recent(clock, LIFE);
    // An INVITE may wait for its answer as long as a phone may ring.
    this.#servers = new Recent(clock, 10 * LIFE);
    this.#invites = new Recent(clock, 10 * LIFE);
  }

  /** Takes the wire's messages. `listener` gets each new request but ACK and CANCEL, which belong to an INVITE. */
  start(listener: (transaction: ServerTransaction) => void): void {
    this.#listener = listener;
    this.#options.wire.onMessage((message, flow) => this.#receive(message, flow));
  }

  /** Adds Via, Max-Forwards and User-Agent. */
  send(request: Request, flow: Flow, answered: Answered): ClientTransaction {
    this.#stamp(request, flow);
    return this.#ask(request, flow, answered);
  }

  cancel(invite: ClientTransaction, headers: readonly (readonly [string, string])[] = []): void {
    invite.cancel(headers, (cancel) => {
      this.#sign(cancel);
      this.#ask(cancel, invite.flow, { final: () => undefined });
    });
  }

  acknowledge(invite: ClientTransaction, ack: Request, flow: Flow = invite.flow): void {
    this.#stamp(ack, flow);
    invite.acknowledge(ack, flow);
  }

  #ask(request: Request, flow: Flow, answered: Answered): ClientTransaction {
    const client = new ClientTransaction(request, flow, this.#asking, answered);
    this.#clients.set(client.key, client);
    client.start();
    return client;
  }

  #stamp(request: Request, flow: Flow): void {
    const params = new Map<string, string | undefined>([
      ["rport", undefined],
      ["branch", newBranch()],
    ]);
    const { host, port } = this.#options.wire;
    request.headers.prepend("Via", formatVia({ transport: flow.transport.toUpperCase(), host, port, params }));
    this.#sign(request);
  }

  #sign(request: Request): void {
    request.headers.set("Max-Forwards", "70");
    request.headers.set("User-Agent", this.#options.product);
  }

  #receive(message: Message, flow: Flow): void {
    if (message.kind === "response") {
      const key = clientKey(message);
      (this.#clients.get(key) ?? this.#finishedClients.get(key))?.receive(message);
      return;
    }
    const key = serverKey(message);
    const known = this.#servers.get(key);
    if (message.method === "ACK") {
      (known ?? this.#invites.get(dialogKey(message)))?.acknowledgedBy(message);
      return;
    }
    if (message.method === "CANCEL") {
      this.#cancel(message, flow, known);
      return;
    }
    if (known) {
      known.repeat();
      return;
    }
    const server = new ServerTransaction(message, flow, this.#answering);
    this.#servers.set(key, server);
    if (message.method === "INVITE") this.#invites.set(dialogKey(message), server);
    this.#listener(server);
  }

  #cancel(cancel: Request, flow: Flow, invite: ServerTransaction | undefined): void {
    const answer = new ServerTransaction(cancel, flow, this.#answering);
    if (!invite) {
      answer.respond({ status: 481 });
      return;
    }
    const tag = tagOf(invite.lastTo);
    answer.respond({ status: 200, ...(tag === undefined ? {} : { tag }) });
    invite.cancelledBy(cancel);
  }
}
