import {
  type Body,
  ClientTransaction,
  constructOutgoingResponse,
  type IncomingRequestMessage,
  type IncomingResponseMessage,
  InviteClientTransaction,
  type Logger,
  LoggerFactory,
  type OutgoingRequestDelegate,
  type OutgoingRequestMessage,
  type OutgoingRequestMessageOptions,
  Parser,
  type ResponseOptions,
  type Transport,
  type URI,
  UserAgentClient,
  UserAgentCore,
} from "sip.js/lib/core/index.js";
import { OutgoingMessage, PRODUCT, VIA, VIA_PLACEHOLDER } from "./message.ts";
import { randomDigits } from "./random-digits.ts";
import { VerbatimUri } from "./uri.ts";

export interface Reply {
  readonly status: number;
  readonly phrase?: string;
  /** Whole header lines. */
  readonly headers?: readonly string[];
  readonly body?: Body | undefined;
}

/**
 * The part of sip.js 0.21.2 that is in use: its parser and its client transactions. Dialogs belong to their owners here
 * and requests from the PBX are answered without server transactions, since the transport repeats answers by itself.
 * sip.js's own dialogs rewrite URIs, know no UPDATE, drop a 2xx without Contact, and throw on a body without a type.
 */
export class Stack {
  readonly #transport: Transport;
  readonly #core: UserAgentCore;
  readonly #logger: Logger;

  constructor(transport: Transport, aor: string) {
    const loggers = silentLoggers();
    this.#transport = transport;
    this.#core = new Core(configuration(transport, aor, loggers));
    this.#logger = loggers.getLogger("blfd");
  }

  /** Sends a request other than INVITE. Challenges come back to the delegate like any refusal. */
  request(message: OutgoingRequestMessage, delegate: OutgoingRequestDelegate): void {
    this.#core.request(message, delegate);
  }

  /**
   * Sends an INVITE. Not by core.invite(): that keeps a dialog of its own, and hears neither a 1xx nor a 2xx without
   * Contact, so that such a call would never get its ACK.
   */
  invite(message: OutgoingRequestMessage, delegate: OutgoingRequestDelegate): InviteClient {
    return new InviteClient(this.#core, message, delegate);
  }

  /** Answers a request; returns the response, for one that has to be repeated. */
  reply(request: IncomingRequestMessage, { status, phrase, headers, body }: Reply): string {
    const options: ResponseOptions & { userAgent: string } = { statusCode: status, userAgent: PRODUCT };
    if (phrase !== undefined) options.reasonPhrase = phrase;
    if (headers) options.extraHeaders = [...headers];
    if (body) options.body = body;
    const { message } = constructOutgoingResponse(request, options);
    this.repeat(message);
    return message;
  }

  /** Sends a response once more. */
  repeat(response: string): void {
    this.#transport.send(response).catch(() => undefined); // The PBX will ask again, or the link is down anyway.
  }

  /** Undefined where sip.js cannot read it. */
  parse(text: string): IncomingRequestMessage | IncomingResponseMessage | undefined {
    const message = Parser.parseMessage(text, this.#logger);
    if (!message?.from || !message.to || !message.callId || !message.method) return undefined;
    return message;
  }

  /** Brings a response to its transaction. */
  respond(message: IncomingResponseMessage): void {
    this.#core.receiveIncomingResponseFromTransport(message);
  }

  /** Forgets all transactions and stops their timers. */
  reset(): void {
    this.#core.reset();
  }
}

/** An INVITE on its way. */
export class InviteClient extends UserAgentClient {
  constructor(core: UserAgentCore, message: OutgoingRequestMessage, delegate: OutgoingRequestDelegate) {
    super(InviteClientTransaction, core, message, delegate);
  }

  /** Acknowledges a 2xx; its repetitions get the same ACK from the transaction (RFC 6026 §7.2). */
  acknowledge(ack: OutgoingRequestMessage): void {
    const { transaction } = this;
    if (transaction instanceof InviteClientTransaction) transaction.ackResponse(ack);
  }
}

class Core extends UserAgentCore {
  /** Reached for CANCEL only. */
  override makeOutgoingRequestMessage(
    method: string,
    target: URI,
    from: URI,
    to: URI,
    options: OutgoingRequestMessageOptions,
    headers?: string[],
    body?: Body,
  ): OutgoingRequestMessage {
    return new OutgoingMessage(method, target, from, to, { ...options, ...VIA }, headers, body);
  }
}

function configuration(
  transport: Transport,
  aor: string,
  loggerFactory: LoggerFactory,
): ConstructorParameters<typeof UserAgentCore>[0] {
  const uri = new VerbatimUri(aor);
  return {
    aor: uri,
    contact: { pubGruu: undefined, tempGruu: undefined, uri, toString: () => `<${aor}>` },
    displayName: "",
    loggerFactory,
    hackViaTcp: false,
    routeSet: [],
    sipjsId: "",
    supportedOptionTags: [],
    supportedOptionTagsResponse: [],
    userAgentHeaderFieldValue: PRODUCT,
    viaForceRport: VIA.forceRport,
    viaHost: VIA_PLACEHOLDER,
    // sip.js knows MD5 only, one challenge in a response and one realm: credentials.ts answers instead.
    authenticationFactory: () => undefined,
    transportAccessor: () => transport,
  };
}

/** sip.js quotes the lines that it cannot read, and with them numbers of callers. */
function silentLoggers(): LoggerFactory {
  const loggers = new LoggerFactory();
  loggers.builtinEnabled = false;
  return loggers;
}

/**
 * sip.js draws branches from ten million; a PBX remembers them for 32 s and takes an equal one for a repetition
 * (RFC 3261 §8.1.1.7: unique across space and time). Idempotent.
 */
export function widenBranches(): void {
  Object.defineProperty(ClientTransaction, "makeId", {
    value: ({ method, branch }: OutgoingRequestMessage) =>
      method === "CANCEL" && branch !== undefined ? branch : `z9hG4bK${randomDigits(24)}`,
    configurable: true,
    writable: true,
  });
}
