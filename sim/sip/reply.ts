import { formatAddress, parseAddress, parseUri, tagOf } from "./address.ts";
import { Headers } from "./headers.ts";
import type { Request, Response } from "./message.ts";
import { branchOf } from "./via.ts";

export interface Reply {
  readonly status: number;
  /** The usual one where absent. */
  readonly phrase?: string;
  /** To-tag. Absent: the branch of the request, as good as any for an answer that makes no dialog; none for 100. */
  readonly tag?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

const PHRASES: Readonly<Record<number, string>> = {
  100: "Trying",
  180: "Ringing",
  200: "OK",
  202: "Accepted",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  420: "Bad Extension",
  423: "Interval Too Brief",
  480: "Temporarily Unavailable",
  481: "Call/Transaction Does Not Exist",
  486: "Busy Here",
  487: "Request Terminated",
  488: "Not Acceptable Here",
  489: "Bad Event",
  491: "Request Pending",
  500: "Server Internal Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  603: "Decline",
};

export const phraseOf = (status: number): string => PHRASES[status] ?? "";

/** RFC 3261 §8.2.6. `address` may tidy From and To, keeping their tags. */
export function responseTo(request: Request, reply: Reply, address = (value: string): string => value): Response {
  const headers = new Headers();
  for (const via of request.headers.all("Via")) headers.add("Via", via);
  for (const route of request.headers.all("Record-Route")) headers.add("Record-Route", route);
  headers.add("Call-ID", request.headers.get("Call-ID") ?? "");
  headers.add("From", address(request.headers.get("From") ?? ""));
  const to = address(request.headers.get("To") ?? "");
  const tag = reply.tag ?? branchOf(request);
  headers.add("To", reply.status === 100 || tagOf(to) !== undefined ? to : `${to};tag=${tag}`);
  headers.add("CSeq", request.headers.get("CSeq") ?? "");
  for (const [name, value] of reply.headers ?? []) headers.add(name, value);
  return {
    kind: "response",
    status: reply.status,
    phrase: reply.phrase ?? phraseOf(reply.status),
    headers,
    body: reply.body ?? "",
  };
}

/** What a client transaction answers itself with when nobody else does (RFC 3261 §8.1.3.1). */
export function ownResponse(request: Request, status: number): Response {
  return responseTo(request, { status });
}

/** Without the port in the URI: From and To have none (RFC 3261 §19.1.1), and a PBX may hold others to that. */
export function withoutPort(value: string): string {
  const address = parseAddress(value);
  const uri = address && parseUri(address.uri);
  if (!uri) return value;
  const user = uri.user === "" ? "" : `${uri.user}@`;
  return formatAddress(`sip:${user}${uri.host}`, address.display, address.params.get("tag"));
}
