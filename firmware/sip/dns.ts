import type { NaptrRecord, SrvRecord } from "node:dns";
import { lookup, Resolver } from "node:dns/promises";

/** What has to be asked of the DNS to find a PBX. All three reject with Node's DNS errors, also where there is nothing. */
export interface Dns {
  naptr(name: string): Promise<readonly NaptrRecord[]>;
  srv(name: string): Promise<readonly SrvRecord[]>;
  /** `family` 0 takes both. */
  addresses(name: string, family: 0 | 4 | 6): Promise<readonly string[]>;
}

/** Short, since a lookup is a part of each attempt to connect: two tries end within 2.1 s. */
const PATIENCE = { timeout: 700, tries: 2 };

/** This machine's name servers; addresses as all its programs find them, with /etc/hosts and mDNS. */
export class SystemDns implements Dns {
  readonly #resolver: Pick<Resolver, "resolveNaptr" | "resolveSrv">;

  constructor(resolver: Pick<Resolver, "resolveNaptr" | "resolveSrv"> = new Resolver(PATIENCE)) {
    this.#resolver = resolver;
  }

  naptr(name: string): Promise<readonly NaptrRecord[]> {
    return this.#resolver.resolveNaptr(name);
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return this.#resolver.resolveSrv(name);
  }

  /** IPv4 first: few PBXs listen on both, and nearly all on that. */
  async addresses(name: string, family: 0 | 4 | 6): Promise<readonly string[]> {
    const found = await lookup(name, { all: true, family });
    return found.sort((a, b) => a.family - b.family).map(({ address }) => address);
  }
}
