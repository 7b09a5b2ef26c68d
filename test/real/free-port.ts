import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const host = "127.0.0.1";
/** Below the ports that Linux hands out by itself, so that nobody gets it by chance while its program is down. */
const [first, count] = [20_000, 12_000];
/** Whoever was given one may not listen there yet, or not just now. */
const given = new Set<number>();

/** A port of the loopback that neither TCP nor UDP uses now, each time another one. For programs that have to be told which one to take. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * count);
    if (given.has(port)) continue;
    given.add(port);
    const tcp = createServer();
    const udp = createSocket("udp4");
    const taken = Promise.all([once(tcp, "listening"), once(udp, "listening")]);
    tcp.listen(port, host);
    udp.bind(port, host);
    const free = await taken.then(
      () => true,
      () => false,
    );
    tcp.close();
    udp.close();
    if (free) return port;
  }
}
