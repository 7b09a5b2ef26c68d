/** One end of a connection, or where a datagram came from or goes. */
export interface Endpoint {
  /** IPv4 or IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}

const DEFAULT_PORT = 5060;
const HOST_AND_PORT = /^(SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*[A-Za-z-]+[ \t]+)([^;]+)/i;
const RECEIVED = /;[ \t]*received[ \t]*=[ \t]*([^;\s]+)/i;
const ALL_RECEIVED = new RegExp(RECEIVED, "gi");
const RPORT = /;[ \t]*rport[ \t]*=[ \t]*(\d{1,5})(?!\d)/i;
const RPORT_ASKED = /;[ \t]*rport[ \t]*(?:=[ \t]*)?(?=;|$)/i;

/** An IPv6 zone means something on this machine only and has no place in SIP. */
export function withoutZone(address: string): string {
  return address.replace(/%.*$/, "");
}

/** An address as it stands in a URI or a Via: IPv6 in brackets. */
export function uriHost(address: string): string {
  return address.includes(":") ? `[${withoutZone(address)}]` : address;
}

/** host:port for a Via (RFC 3261 §18.1.1). */
export function sentBy({ address, port }: Endpoint): string {
  return `${uriHost(address)}:${port}`;
}

/** The Via with another host and port. */
export function withSentBy(via: string, to: string): string {
  return via.replace(HOST_AND_PORT, (_, protocol: string) => protocol + to);
}

/** The Via of a request as its receiver marks it: where it really came from (RFC 3261 §18.2.1, RFC 3581 §4). */
export function stamped(via: string, from: Endpoint): string {
  const clean = via.replace(ALL_RECEIVED, "").replace(RPORT_ASKED, `;rport=${from.port}`);
  return `${clean};received=${withoutZone(from.address)}`;
}

/** Where the response to a request with this Via goes (RFC 3261 §18.2.2, RFC 3581 §4); undefined for a Via without a host. */
export function responseTarget(via: string): Endpoint | undefined {
  const host = HOST_AND_PORT.exec(via)?.[2]?.replace(/\s/g, "") ?? "";
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(host) ?? [];
  const address = RECEIVED.exec(via)?.[1] ?? bracketed ?? plain;
  if (address === undefined) return undefined;
  return { address, port: Number(RPORT.exec(via)?.[1] ?? port ?? DEFAULT_PORT) };
}
