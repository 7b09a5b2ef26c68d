/** Header section, without the empty line after it; longer ones cost the parser a noticeable part of a second. */
export const MAX_HEADER_BYTES = 16 * 1024;
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** Folded ones count as often as they are long. Each may cost the parser 0.2 ms. */
export const MAX_HEADER_LINES = 100;

/** The few things that a transport must know of a message. */
export interface Head {
  readonly isResponse: boolean;
  /** Status code; 0 in a request. */
  readonly status: number;
  /** Of the request, or of the request that a response answers. */
  readonly method: string;
  /** First element of the first Via header, and where it stands in the text. */
  readonly topVia: string;
  readonly viaStart: number;
  /** "" where the Via has none (RFC 2543). */
  readonly branch: string;
  /** host[:port] as written, without blanks, in lower case. */
  readonly sentBy: string;
  readonly callId: string;
  readonly cseq: number;
}

const REQUEST_LINE = /^([A-Za-z0-9.!%*_+`'~-]{1,32}) \S+ SIP\/2\.0\r\n/;
const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d)[ \r]/;
const VIA = /\r\nvia[ \t]*:[ \t]*([^,\r\n]+)/i;
const IDENTITY = /\r\n(from|to|call-id|cseq)[ \t]*:/gi;
const CSEQ = /\r\ncseq[ \t]*:[ \t]*(\d{1,10})[ \t]+(\S{1,32})[ \t]*\r\n/i;
const CALL_ID = /\r\ncall-id[ \t]*:[ \t]*(\S{1,512})[ \t]*\r\n/i;
const BRANCH = /;[ \t]*branch[ \t]*=[ \t]*([^;,\s]{1,256})/i;
const SENT_BY = /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*[A-Za-z-]+[ \t]+([^;]{1,256})/i;

/**
 * Reads the head of a message whose header names are long and whose lines are whole (see canonical.ts). Looks at nothing
 * after the header section. Undefined where a message cannot be told from nonsense; what is defined may still be invalid.
 */
export function readHead(text: string): Head | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const section = text.slice(0, end + 2);
  const status = STATUS_LINE.exec(section)?.[1];
  const requested = status === undefined ? REQUEST_LINE.exec(section)?.[1] : undefined;
  const via = VIA.exec(section);
  const [, cseq, method] = CSEQ.exec(section) ?? [];
  const callId = CALL_ID.exec(section)?.[1];
  if (!via?.[1] || cseq === undefined || method === undefined || callId === undefined) return undefined;
  if (status === undefined && requested !== method) return undefined;
  if (isTwofold(section)) return undefined;
  const topVia = via[1].trimEnd();
  const sentBy = SENT_BY.exec(topVia)?.[1];
  if (sentBy === undefined) return undefined;
  return {
    isResponse: status !== undefined,
    status: Number(status ?? 0),
    method,
    topVia,
    viaStart: via.index + via[0].length - via[1].length,
    branch: BRANCH.exec(topVia)?.[1] ?? "",
    sentBy: sentBy.replace(/\s/g, "").toLowerCase(),
    callId,
    cseq: Number(cseq),
  };
}

/** Whether it says twice to which dialog and transaction it belongs: of such, sip.js takes the last and others the first. */
function isTwofold(section: string): boolean {
  const seen = new Set<string>();
  for (const [, name = ""] of section.matchAll(IDENTITY)) {
    const key = name.toLowerCase();
    if (seen.has(key)) return true;
    seen.add(key);
  }
  return false;
}

/** The message with another top Via; `head` must have been read from this very text. */
export function withTopVia(text: string, head: Head, via: string): string {
  return text.slice(0, head.viaStart) + via + text.slice(head.viaStart + head.topVia.length);
}
