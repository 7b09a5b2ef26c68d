import { isIP, isIPv6 } from "node:net";
import type { SipTransportName } from "../domain/settings.ts";
import { type Dns, SystemDns } from "./dns.ts";
import { srvOrder } from "./srv-order.ts";
import { plainAddress } from "./transport/address.ts";
import { codeOf } from "./transport/error-code.ts";
import type { Target, Targets } from "./transport/target.ts";

export interface ResolverOptions {
  /** As configured: a name, or an address without brackets. */
  readonly host: string;
  /** Where it is given, DNS is asked for addresses only. */
  readonly port?: number;
  readonly transport: SipTransportName;
  /** Decides the family of the addresses. */
  readonly localAddress?: string;
  readonly dns?: Dns;
  /** In [0, 1); draws among nodes of one priority. */
  readonly random?: () => number;
}

interface Node {
  readonly name: string;
  readonly port: number;
}

const DEFAULT_PORTS = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 } as const;

/** What NAPTR and SRV call a transport (RFC 3263 §4.1, §4.2). A WebSocket has no SRV records (RFC 7118 §5.3). */
const SERVICES: Partial<Record<SipTransportName, { readonly naptr: string; readonly srv: string }>> = {
  udp: { naptr: "SIP+D2U", srv: "_sip._udp" },
  tcp: { naptr: "SIP+D2T", srv: "_sip._tcp" },
  tls: { naptr: "SIPS+D2T", srv: "_sips._tcp" },
};

/**
 * Where a PBX is (RFC 3263). The transport is always the configured one: a DNS answer, which anybody on the way can forge, must
 * not take TLS away. Gives every address of every node in turn; once all have failed, DNS is asked anew.
 */
export class Resolver implements Targets {
  readonly #options: ResolverOptions;
  readonly #dns: Dns;
  /** What the DNS said last, and how far it has been tried. */
  #round: readonly Target[] = [];
  #tried = 0;

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#dns = options.dns ?? new SystemDns();
  }

  get addresses(): ReadonlySet<string> {
    return new Set(this.#round.map(({ address }) => plainAddress(address)));
  }

  async next(signal: AbortSignal): Promise<Target> {
    if (this.#tried >= this.#round.length) await this.#ask(signal);
    const target = this.#round[this.#tried];
    if (!target) throw unresolved(this.#options.host, undefined);
    this.#tried++;
    return target;
  }

  /** The PBX answers at the place that was given last. Should it be lost, the search starts at the top again. */
  reached(): void {
    this.#tried = this.#round.length;
  }

  async #ask(signal: AbortSignal): Promise<void> {
    try {
      const round = await unlessAborted(this.#resolve(), signal, this.#options.host);
      this.#round = round;
      this.#tried = 0;
    } catch (error) {
      // A name server that is away, as after a power cut, says nothing against the places that are known.
      if (!isPassing(error) || this.#round.length === 0) throw error;
      this.#tried = 0;
      signal.throwIfAborted();
    }
  }

  async #resolve(): Promise<Target[]> {
    const { host, port, transport, localAddress } = this.#options;
    if (isIP(host) !== 0) return [{ name: host, address: host, port: port ?? DEFAULT_PORTS[transport] }];
    const nodes = port === undefined ? await this.#nodes() : [{ name: host, port }];
    const family = localAddress === undefined ? 0 : isIPv6(localAddress) ? 6 : 4;
    const found = await Promise.allSettled(nodes.map(({ name }) => this.#dns.addresses(name, family)));
    const targets = found.flatMap((result, at) => {
      const node = nodes[at];
      if (!node || result.status === "rejected") return [];
      return result.value.map((address) => ({ ...node, address }));
    });
    const failed = found.find((result) => result.status === "rejected");
    if (targets.length === 0) throw unresolved(host, failed?.reason);
    return targets;
  }

  /** RFC 3263 §4.2; a domain without SRV records is a host itself. */
  async #nodes(): Promise<Node[]> {
    const { host, transport, random = Math.random } = this.#options;
    const service = SERVICES[transport];
    const itself = [{ name: host, port: DEFAULT_PORTS[transport] }];
    if (!service) return itself;
    const usual = `${service.srv}.${host}`;
    const [offered, byUsualName] = await Promise.all([this.#naptr(host, service.naptr), this.#srv(usual)]);
    const byOffer = offered === undefined || offered === usual ? [] : await this.#srv(offered);
    const records = byOffer.length > 0 ? byOffer : byUsualName;
    if (records.length === 0) return itself;
    // RFC 2782: a dot as target says that there is no such service.
    const nodes = records.filter(({ name, port }) => name.replace(/\.$/, "") !== "" && port > 0);
    if (nodes.length === 0) throw Object.assign(new Error(`DNS offers none at ${usual}`), { code: "ENOSERVICE" });
    return srvOrder(nodes, random);
  }

  /** Name of the SRV records that NAPTR gives for a service. */
  async #naptr(name: string, service: string): Promise<string | undefined> {
    const records = await this.#dns.naptr(name).catch(() => []);
    const [first] = records
      .filter((r) => r.service.toUpperCase() === service && r.flags.toLowerCase() === "s" && r.regexp === "")
      .sort((a, b) => a.order - b.order || a.preference - b.preference);
    return first?.replacement.replace(/\.$/, "");
  }

  async #srv(name: string): Promise<Awaited<ReturnType<Dns["srv"]>>> {
    return this.#dns.srv(name).catch(() => []);
  }
}

/** A lookup cannot be taken back: given up by `signal`, it ends by itself later. */
async function unlessAborted<Value>(lookup: Promise<Value>, signal: AbortSignal, host: string): Promise<Value> {
  signal.throwIfAborted();
  let giveUp = (): void => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = () => reject(codeOf(signal.reason) === "ETIMEDOUT" ? unresolved(host, signal.reason) : signal.reason);
  });
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([lookup, givenUp]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function unresolved(host: string, cause: unknown): Error {
  const known = codeOf(cause);
  const code = known === "ENOTFOUND" || known === "ENODATA" ? known : "EAI_AGAIN";
  return Object.assign(new Error(`no address for ${host}`, { cause }), { code });
}

/** Not a clear "there is no such name". */
function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return code !== "ENOTFOUND" && code !== "ENODATA" && code !== "ENOSERVICE";
}
