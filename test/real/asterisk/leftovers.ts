import { readdir, readFile, readlink } from "node:fs/promises";
import type { Asterisk } from "./asterisk.ts";
import { messagesIn, openLegs } from "./sip-log.ts";

/** rtp.conf. */
const [FIRST_RTP, LAST_RTP] = [10_000, 19_999];
const LOOK_EVERY = 50;

/** What is still there in an Asterisk where every call should be over, as sentences; none is what is wanted. Made while nothing is going on. */
export class Leftovers {
  readonly #pbx: Asterisk;
  #from = 0;

  constructor(pbx: Asterisk) {
    this.#pbx = pbx;
  }

  /** What came before is not asked about. */
  async forget(): Promise<void> {
    this.#from = (await this.#pbx.log()).length;
  }

  /** Channels, bridges, legs by every message that went over the wire, and open ports of RTP. */
  async now(): Promise<string[]> {
    const ports = await rtpPorts(this.#pbx.pid);
    return [...(await this.calls()), ...ports.map((port) => `RTP port ${port} open`)];
  }

  /** The same without ports, which Asterisk closes some seconds after their call is over. */
  async calls(): Promise<string[]> {
    return [...(await this.inside()), ...openLegs(messagesIn((await this.#pbx.log()).slice(this.#from)))];
  }

  /** What Asterisk itself has: a leg whose 200 nobody acknowledged ends there without a word. */
  async inside(): Promise<string[]> {
    const channels = await this.#pbx.channels();
    const bridges = [...(await this.#pbx.cli("bridge show all")).matchAll(/^([\da-f-]{36})\s+\S+\s+(\d+)\s+(\w+)/gm)];
    return [
      ...(channels > 0 ? [`${channels} channels`] : []),
      // A parking lot keeps its bridge once it has had a call.
      ...bridges.flatMap(([, id, count, kind]) =>
        kind === "parking" && count === "0" ? [] : [`bridge ${id} (${kind})`],
      ),
    ];
  }

  /** Resolves when nothing is left; rejects, after `within` ms, with what is. */
  none(within: number): Promise<void> {
    return this.#until(() => this.now(), within);
  }

  /** The same without ports. */
  noCalls(within: number): Promise<void> {
    return this.#until(() => this.calls(), within);
  }

  /** Nothing that Asterisk itself has. */
  noneInside(within: number): Promise<void> {
    return this.#until(() => this.inside(), within);
  }

  async #until(look: () => Promise<string[]>, within: number): Promise<void> {
    const deadline = performance.now() + within;
    for (;;) {
      const left = await look();
      if (left.length === 0) return;
      if (performance.now() > deadline)
        throw new Error(`left in ${this.#pbx.name} after ${within} ms: ${left.join("; ")}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  }
}

/** UDP ports of media that a process has open. */
async function rtpPorts(pid: number): Promise<number[]> {
  const own = new Set<string>();
  for (const fd of await readdir(`/proc/${pid}/fd`)) {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")) ?? [];
    if (inode !== undefined) own.add(inode);
  }
  const [, ...rows] = (await readFile(`/proc/${pid}/net/udp`, "utf8")).trim().split("\n");
  return rows.flatMap((row) => {
    const fields = row.trim().split(/\s+/);
    const port = Number.parseInt(fields[1]?.split(":")[1] ?? "", 16);
    return own.has(fields[9] ?? "") && port >= FIRST_RTP && port <= LAST_RTP ? [port] : [];
  });
}
