import { Headers } from "./headers.ts";

export interface Request {
  readonly kind: "request";
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface Response {
  readonly kind: "response";
  readonly status: number;
  readonly phrase: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A SIP message as the simulator handles it: start line, headers in order, body as text (RFC 3261 §7). */
export type Message = Request | Response;

const VERSION = "SIP/2.0";

/** One whole message, as a datagram holds it. Undefined for what is not SIP: keep-alives, noise. */
export function parse(bytes: Buffer): Message | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const lines = bytes
    .toString("utf8", 0, end)
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const start = lines.shift() ?? "";
  const headers = Headers.parse(lines);
  if (headers === undefined) return undefined;

  const rest = bytes.subarray(end + 4);
  const length = Number(headers.get("Content-Length") ?? rest.length);
  if (!Number.isInteger(length) || length < 0 || length > rest.length) return undefined;
  const body = rest.toString("utf8", 0, length);

  const [first = "", second = "", ...others] = start.split(" ");
  if (first === VERSION) {
    const status = Number(second);
    if (!Number.isInteger(status) || status < 100 || status > 699) return undefined;
    return { kind: "response", status, phrase: others.join(" "), headers, body };
  }
  if (others.length !== 1 || others[0] !== VERSION || !/^[A-Z]+$/.test(first)) return undefined;
  return { kind: "request", method: first, uri: second, headers, body };
}

/** Content-Length is always that of the body, whatever the headers say. */
export function serialise(message: Message): Buffer {
  const start =
    message.kind === "request"
      ? `${message.method} ${message.uri} ${VERSION}`
      : `${VERSION} ${message.status} ${message.phrase}`;
  const lines = [
    start,
    ...message.headers.lines("Content-Length"),
    `Content-Length: ${Buffer.byteLength(message.body)}`,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${message.body}`);
}

export function request(method: string, uri: string, headers: Iterable<readonly [string, string]>, body = ""): Request {
  return { kind: "request", method, uri, headers: new Headers(headers), body };
}

/** Sequence number and method of a message. */
export function cseq(message: Message): { readonly number: number; readonly method: string } {
  const [number = "0", method = ""] = (message.headers.get("CSeq") ?? "").split(/\s+/);
  return { number: Number(number), method };
}
