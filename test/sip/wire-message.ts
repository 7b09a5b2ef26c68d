/** SIP messages as a PBX writes them, for tests that need one. */
export interface WireRequest {
  readonly method?: string;
  readonly via?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly headers?: readonly string[];
  readonly body?: string;
}

const CRLF = "\r\n";

export function wireRequest(request: WireRequest = {}): string {
  const { method = "NOTIFY", callId = "call-1", cseq = 7, headers = [], body = "" } = request;
  const via = request.via ?? `SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK${callId}-${cseq}-${method}`;
  return [
    `${method} sip:panel1@192.0.2.7:40123 SIP/2.0`,
    `Via: ${via}`,
    "Max-Forwards: 70",
    "From: <sip:101@192.0.2.1>;tag=pbx",
    "To: <sip:panel1@192.0.2.1>;tag=panel",
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    ...headers,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "",
    body,
  ].join(CRLF);
}

/** The response to a request, with the headers that RFC 3261 §8.2.6.2 has copied. */
export function wireResponse(request: string, status: number, phrase: string): string {
  const section = request.slice(0, request.indexOf(CRLF + CRLF));
  const copied = section.split(CRLF).filter((line) => /^(?:via|from|to|call-id|cseq):/i.test(line));
  return [`SIP/2.0 ${status} ${phrase}`, ...copied, "Content-Length: 0", "", ""].join(CRLF);
}

/** First header of that name in a message. */
export function wireHeader(message: string, name: string): string | undefined {
  return new RegExp(`\\r\\n${name}[ \\t]*:[ \\t]*([^\\r\\n]*)`, "i").exec(message)?.[1];
}
