import type { Clock } from "../../firmware/hal/clock.ts";
import { DEFAULT_PORT, formatAddress, parseUri } from "../sip/address.ts";
import type { ClientTransaction } from "../sip/client-transaction.ts";
import type { Dialog } from "../sip/dialog.ts";
import { answerChallenge, type Credentials } from "../sip/digest.ts";
import { newCallId, newCseq, newTag } from "../sip/ids.ts";
import { type Request, type Response, request } from "../sip/message.ts";
import type { Transactions } from "../sip/transactions.ts";
import type { Flow, Wire } from "../sip/wire.ts";

export interface Server {
  readonly host: string;
  readonly port: number;
  /** UDP where absent. Over TCP the PBX has to answer and call on the connection that we open. */
  readonly transport?: "udp" | "tcp";
}

export interface Asked {
  provisional?(response: Response): void;
  /** The last answer; a challenge that could be met is not. `sent` is the request it answers. */
  final(response: Response, sent: Request): void;
  /** Each time it goes out: first as it is, then with credentials. */
  sent?(transaction: ClientTransaction): void;
  /** Asked before a challenge is answered. */
  wanted?(): boolean;
}

/** What registration and calls of one phone have in common: who it is, where its PBX is, how it asks. */
export class UserAgent {
  readonly clock: Clock;
  readonly transactions: Transactions;
  readonly number: string;
  readonly #wire: Wire;
  readonly #server: Server;
  readonly #credentials: Credentials;

  constructor(
    parts: { readonly clock: Clock; readonly wire: Wire; readonly transactions: Transactions },
    number: string,
    server: Server,
    credentials: Credentials,
  ) {
    this.clock = parts.clock;
    this.transactions = parts.transactions;
    this.#wire = parts.wire;
    this.number = number;
    this.#server = server;
    this.#credentials = credentials;
  }

  /** Where the PBX reaches us. */
  get contact(): readonly [string, string] {
    const transport = this.#transport === "tcp" ? ";transport=tcp" : "";
    return ["Contact", `<sip:${this.number}@${this.#wire.host}:${this.#wire.port}${transport}>`];
  }

  get registrar(): string {
    return `sip:${this.#server.host}:${this.#server.port}`;
  }

  uri(user: string): string {
    return `sip:${user}@${this.#server.host}:${this.#server.port}`;
  }

  /** A request outside of any dialog, from us. */
  compose(
    method: string,
    uri: string,
    to: string,
    headers: readonly (readonly [string, string])[],
    body?: string,
  ): Request {
    return request(
      method,
      uri,
      [
        ["From", formatAddress(this.uri(this.number), undefined, newTag())],
        ["To", formatAddress(to)],
        ["Call-ID", newCallId()],
        ["CSeq", `${newCseq()} ${method}`],
        this.contact,
        ...headers,
      ],
      body,
    );
  }

  /** Sends to the PBX, and once more with credentials when it is challenged (RFC 3261 §22.1). */
  ask(first: Request, asked: Asked): void {
    const flow: Flow = { transport: this.#transport, host: this.#server.host, port: this.#server.port };
    const send = (outgoing: Request, again: boolean): void => {
      const transaction = this.transactions.send(outgoing, flow, {
        provisional: (response) => asked.provisional?.(response),
        final: (response) => {
          const met = again || !(asked.wanted?.() ?? true) ? undefined : this.#meet(response, outgoing);
          if (met) send(met, true);
          else asked.final(response, outgoing);
        },
      });
      asked.sent?.(transaction);
    };
    send(first, false);
  }

  /** Where a request in that dialog goes next (RFC 3261 §12.2.1.1). */
  flow(dialog: Dialog): Flow {
    const next = parseUri((dialog.routes[0] ?? dialog.target).replace(/^.*<|>.*$/g, ""));
    return { transport: this.#transport, host: next?.host ?? this.#server.host, port: next?.port ?? DEFAULT_PORT };
  }

  get #transport(): "udp" | "tcp" {
    return this.#server.transport ?? "udp";
  }

  #meet(response: Response, challenged: Request): Request | undefined {
    if (response.status !== 401 && response.status !== 407) return undefined;
    const answer = answerChallenge(response, challenged.method, challenged.uri, this.#credentials);
    if (!answer) return undefined;
    const headers = [...challenged.headers].filter(([name]) => name !== "Via");
    const met = request(challenged.method, challenged.uri, [...headers, answer], challenged.body);
    met.headers.set("CSeq", `${Number.parseInt(met.headers.get("CSeq") ?? "0", 10) + 1} ${met.method}`);
    return met;
  }
}
