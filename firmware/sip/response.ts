import { IncomingResponseMessage } from "sip.js/lib/core/index.js";
import type { Response } from "./agent.ts";
import type { Asked } from "./credentials.ts";
import { addressIn } from "./uri.ts";

const CHALLENGE = /^(WWW|Proxy)-Authenticate[ \t]*:[ \t]*(.*)$/gim;

/** A response as sip.js parsed it, or made it up for a timeout (408) or a dead transport (503). */
export class ReceivedResponse implements Response {
  readonly cseq: number;
  readonly #message: IncomingResponseMessage;

  /** @param cseq of the request, since a made up response has no headers */
  constructor(message: IncomingResponseMessage, cseq: number) {
    this.#message = message;
    this.cseq = cseq;
  }

  get status(): number {
    return this.#message.statusCode ?? 0;
  }

  get phrase(): string {
    return this.#message.reasonPhrase ?? "";
  }

  header(name: string): string | undefined {
    return this.#message.getHeader(name);
  }

  get toTag(): string | undefined {
    return this.#message.toTag;
  }

  /** RFC 3261 §12.1.2: the client's route set is Record-Route in reverse order. */
  get routes(): readonly string[] {
    return this.#message.getHeaders("record-route").reverse();
  }

  get contact(): string | undefined {
    const header = this.#message.getHeader("contact");
    return header === undefined ? undefined : addressIn(header);
  }

  get body(): string {
    return this.#message.body ?? "";
  }
}

/** What stands for an answer that never came. */
export function localResponse(status: number, phrase: string, cseq: number): Response {
  const message = new IncomingResponseMessage();
  message.statusCode = status;
  message.reasonPhrase = phrase;
  return new ReceivedResponse(message, cseq);
}

/** All challenges of a 401 or 407, read from the text: sip.js keeps only the last header of several. */
export function challengesIn(message: IncomingResponseMessage): Asked[] {
  const text = message.data ?? "";
  const head = text.slice(0, text.indexOf("\r\n\r\n"));
  return Array.from(head.matchAll(CHALLENGE), ([, who = "", value = ""]) => ({
    by: who.toLowerCase() === "proxy" ? ("Proxy-Authenticate" as const) : ("WWW-Authenticate" as const),
    value: value.trim(),
  }));
}
