import { type Body, OutgoingRequestMessage, type OutgoingRequestMessageOptions } from "sip.js/lib/core/index.js";
import { plainUri, VerbatimUri } from "./uri.ts";

/** Stands in Via as long as only the transport knows our address (see SipTransport). */
export const VIA_PLACEHOLDER = "via.invalid";
export const PRODUCT = "blfd";
/** RFC 3581: the PBX answers to where a request really came from. */
export const VIA = { viaHost: VIA_PLACEHOLDER, forceRport: true } as const;

/** A request before it has a Via and a transaction. */
export interface Draft {
  readonly method: string;
  readonly target: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string | undefined;
  readonly cseq: number;
  readonly routes: readonly string[];
  /** Whole header lines. */
  readonly headers: readonly string[];
  readonly body: { readonly type: string; readonly text: string } | undefined;
}

/**
 * sip.js's request, but for two lines: its own always says Supported, also where nothing is, and beside a Supported
 * that the request brings along.
 */
export class OutgoingMessage extends OutgoingRequestMessage {
  override toString(): string {
    const body = this.body?.body ?? "";
    let text = `${this.method} ${this.ruri.toRaw()} SIP/2.0\r\n`;
    for (const [name, values] of Object.entries(this.headers)) {
      for (const value of values) text += `${name}: ${value}\r\n`;
    }
    for (const line of this.extraHeaders) text += `${line}\r\n`;
    if (this.body) text += `Content-Type: ${this.body.contentType}\r\n`;
    return `${text}User-Agent: ${PRODUCT}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  }
}

export function messageOf(draft: Draft): OutgoingMessage {
  const options: OutgoingRequestMessageOptions = {
    callId: draft.callId,
    fromTag: draft.localTag,
    cseq: draft.cseq,
    routeSet: [...draft.routes],
    ...VIA,
  };
  if (draft.remoteTag !== undefined) options.toTag = draft.remoteTag;
  return new OutgoingMessage(
    draft.method,
    new VerbatimUri(draft.target),
    new VerbatimUri(draft.from),
    new VerbatimUri(plainUri(draft.to)),
    options,
    [...draft.headers],
    draft.body && bodyOf(draft.body.type, draft.body.text),
  );
}

export function bodyOf(contentType: string, content: string): Body {
  return { contentDisposition: contentType === "application/sdp" ? "session" : "render", contentType, content };
}
