import { createSocket } from "node:dgram";
import { isIPv6, SocketAddress } from "node:net";
import { withoutZone } from "./via.ts";

/** An address as the kernel spells it, whatever a person wrote. Without the zone of a link-local one. */
export function plainAddress(address: string): string {
  const bare = withoutZone(address);
  return new SocketAddress({ address: bare, family: isIPv6(bare) ? "ipv6" : "ipv4" }).address;
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
