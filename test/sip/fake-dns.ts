import type { NaptrRecord, SrvRecord } from "node:dns";
import type { Dns } from "../../firmware/sip/dns.ts";
import type { Zone } from "./dns-server.ts";

/** A DNS that is a table. What it does not know does not exist, unless it is `away`. */
export class FakeDns implements Dns {
  readonly asked: string[] = [];
  /** No name server answers. */
  away = false;
  zone: Zone;

  constructor(zone: Zone) {
    this.zone = zone;
  }

  naptr(name: string): Promise<readonly NaptrRecord[]> {
    return this.#look("naptr", name, this.zone.naptr?.[name]);
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return this.#look("srv", name, this.zone.srv?.[name]);
  }

  addresses(name: string, family: 0 | 4 | 6): Promise<readonly string[]> {
    const all = this.zone.a?.[name]?.filter((address) => family === 0 || (family === 6) === address.includes(":"));
    return this.#look("a", name, all?.length === 0 ? undefined : all);
  }

  async #look<Value>(type: string, name: string, value: Value | undefined): Promise<Value> {
    this.asked.push(`${type} ${name}`);
    const code = this.away ? "EAI_AGAIN" : "ENOTFOUND";
    if (this.away || value === undefined) throw Object.assign(new Error(`${code} ${name}`), { code });
    return value;
  }
}
