import { DEFAULT_PORT, formatParams, type Params, parseParams } from "./address.ts";
import type { Message } from "./message.ts";

/** One Via (RFC 3261 §20.42). */
export interface Via {
  /** UDP, TCP. */
  readonly transport: string;
  readonly host: string;
  readonly port: number;
  readonly params: Params;
}

export function topVia(message: Message): Via | undefined {
  const match = /^SIP\s*\/\s*2\.0\s*\/\s*(\w+)\s+(\[[^\]]+\]|[^\s:;]+)(?::(\d+))?\s*(.*)$/.exec(
    message.headers.get("Via") ?? "",
  );
  if (!match) return undefined;
  const [, transport = "", host = "", port, params = ""] = match;
  return { transport, host, port: port === undefined ? DEFAULT_PORT : Number(port), params: parseParams(params) };
}

export function formatVia(via: Via): string {
  return `SIP/2.0/${via.transport} ${via.host}:${via.port}${formatParams(via.params)}`;
}

/** Names the transaction that a message belongs to (RFC 3261 §17.1.3, §17.2.3). */
export function branchOf(message: Message): string {
  return topVia(message)?.params.get("branch") ?? "";
}

/** Writes into a request's Via where it really came from (RFC 3261 §18.2.1, RFC 3581 §4). */
export function stampSource(message: Message, host: string, port: number): void {
  const via = topVia(message);
  if (!via) return;
  const params = new Map(via.params);
  if (params.has("rport")) params.set("rport", String(port));
  if (params.has("rport") || via.host !== host) params.set("received", host);
  message.headers.set("Via", formatVia({ ...via, params }));
}
