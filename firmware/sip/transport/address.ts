import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIPv6, SocketAddress } from "node:net";
import { withoutZone } from "./via.ts";

/** An address as the kernel spells it, whatever a person wrote. Without the zone of a link-local one. */
export function plainAddress(address: string): string {
  const bare = withoutZone(address);
  return new SocketAddress({ address: bare, family: isIPv6(bare) ? "ipv6" : "ipv4" }).address;
}

/**
 * Addresses of a host, IPv4 first: few PBXs listen on both, and nearly all on that. `localAddress` decides the family where
 * there is one. A lookup cannot be taken back: given up by `signal`, it ends by itself later.
 */
export async function addressesOf(
  host: string,
  localAddress: string | undefined,
  signal: AbortSignal,
): Promise<readonly [string, ...string[]]> {
  const family = localAddress === undefined ? 0 : isIPv6(localAddress) ? 6 : 4;
  const givenUp = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(unresolved(host, signal.reason)), { once: true });
  });
  const found = await Promise.race([lookup(host, { all: true, family }), givenUp]);
  const [first, ...rest] = found.sort((a, b) => a.family - b.family).map(({ address }) => address);
  if (first === undefined) throw unresolved(host, undefined);
  return [first, ...rest];
}

function unresolved(host: string, cause: unknown): Error {
  return Object.assign(new Error(`no address for ${host}`, { cause }), { code: "EAI_AGAIN" });
}

/** The address that this machine uses towards another: the one that may stand in Via, Contact and SDP. Sends nothing. */
export function sourceTowards(address: string, port: number): Promise<string> {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  return new Promise<string>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => resolve(socket.address().address));
    socket.connect(port, address);
  }).finally(() => socket.close());
}
