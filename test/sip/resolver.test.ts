import { describe, expect, test } from "vitest";
import type { SipTransportName } from "../../firmware/domain/settings.ts";
import { Resolver, type ResolverOptions } from "../../firmware/sip/resolver.ts";
import type { Zone } from "./dns-server.ts";
import { FakeDns } from "./fake-dns.ts";

const never = new AbortController().signal;
const srv = (name: string, priority = 1, weight = 0, port = 5060) => ({ name, priority, weight, port });
const naptr = (service: string, replacement: string, order = 1, preference = 1, flags = "s") => ({
  flags,
  service,
  regexp: "",
  replacement,
  order,
  preference,
});

function resolver(zone: Zone, more: Partial<ResolverOptions> = {}): { dns: FakeDns; resolver: Resolver } {
  const dns = new FakeDns(zone);
  return {
    dns,
    resolver: new Resolver({ host: "pbx.test", transport: "udp", dns, random: () => 0.99, ...more }),
  };
}

/** The next places, as address:port. */
async function places(from: Resolver, count: number): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; i < count; i++) {
    const { address, port } = await from.next(never);
    found.push(`${address}:${port}`);
  }
  return found;
}

describe("where a PBX is", () => {
  test.each<[SipTransportName, number]>([
    ["udp", 5060],
    ["tcp", 5060],
    ["tls", 5061],
    ["ws", 80],
    ["wss", 443],
  ])("an address is taken as it is, with the usual port of %s", async (transport, port) => {
    const { dns, resolver: one } = resolver({}, { host: "192.0.2.1", transport });
    expect(await places(one, 2)).toEqual([`192.0.2.1:${port}`, `192.0.2.1:${port}`]);
    const { resolver: other } = resolver({}, { host: "2001:DB8::1", port: 5099, transport });
    expect(await other.next(never)).toEqual({ name: "2001:DB8::1", address: "2001:DB8::1", port: 5099 });
    expect(other.addresses).toEqual(new Set(["2001:db8::1"]));
    expect(dns.asked).toEqual([]);
  });

  test("a port means that only addresses are asked for, and each is tried in turn", async () => {
    const { dns, resolver: one } = resolver({ a: { "pbx.test": ["192.0.2.1", "2001:db8::1"] } }, { port: 5062 });
    expect(await places(one, 2)).toEqual(["192.0.2.1:5062", "2001:db8::1:5062"]);
    expect(dns.asked).toEqual(["a pbx.test"]);
    expect(one.addresses).toEqual(new Set(["192.0.2.1", "2001:db8::1"]));
  });

  test("a local address decides the family", async () => {
    const zone = { a: { "pbx.test": ["192.0.2.1", "2001:db8::1"] } };
    expect(await places(resolver(zone, { port: 1, localAddress: "::1" }).resolver, 2)).toEqual([
      "2001:db8::1:1",
      "2001:db8::1:1",
    ]);
  });

  test("a name without SRV records is a host", async () => {
    const { dns, resolver: one } = resolver({ a: { "pbx.test": ["192.0.2.1"] } });
    expect(await places(one, 1)).toEqual(["192.0.2.1:5060"]);
    expect(dns.asked.sort()).toEqual(["a pbx.test", "naptr pbx.test", "srv _sip._udp.pbx.test"]);
  });

  test.each<[SipTransportName, string]>([
    ["udp", "_sip._udp.pbx.test"],
    ["tcp", "_sip._tcp.pbx.test"],
    ["tls", "_sips._tcp.pbx.test"],
  ])("%s looks for %s", async (transport, name) => {
    const a = { "n1.test": ["192.0.2.1", "192.0.2.2"], "n2.test": ["192.0.2.3"], "n3.test": ["192.0.2.4"] };
    const records = [srv("n2.test", 2, 0, 5072), srv("n3.test", 3), srv("n1.test", 1, 0, 5071)];
    const { resolver: one } = resolver({ a, srv: { [name]: records } }, { transport });
    expect(await places(one, 4)).toEqual(["192.0.2.1:5071", "192.0.2.2:5071", "192.0.2.3:5072", "192.0.2.4:5060"]);
  });

  test.each<SipTransportName>(["ws", "wss"])("%s has no SRV records", async (transport) => {
    const { dns, resolver: one } = resolver({ a: { "pbx.test": ["192.0.2.1"] } }, { transport });
    await one.next(never);
    expect(dns.asked).toEqual(["a pbx.test"]);
  });

  test("NAPTR gives the SRV records another name, for the configured transport only", async () => {
    const zone = {
      a: { "n1.test": ["192.0.2.1"], "n2.test": ["192.0.2.2"] },
      srv: {
        "_sips._tcp.voice.test": [srv("n1.test", 1, 0, 5061)],
        "_sip._udp.pbx.test": [srv("n2.test")],
        "_sips._tcp.second.test": [srv("n2.test")],
      },
      naptr: {
        "pbx.test": [
          naptr("SIP+D2U", "_sip._udp.pbx.test", 1),
          naptr("SIPS+D2T", "_sips._tcp.second.test", 2, 20),
          naptr("sips+d2t", "_sips._tcp.voice.test.", 2, 10, "S"),
          naptr("SIPS+D2T", "host.test", 0, 0, "a"),
        ],
      },
    };
    expect(await places(resolver(zone, { transport: "tls" }).resolver, 1)).toEqual(["192.0.2.1:5061"]);
    const { dns, resolver: udp } = resolver(zone);
    expect(await places(udp, 1)).toEqual(["192.0.2.2:5060"]);
    expect(dns.asked.filter((question) => question.startsWith("srv"))).toEqual(["srv _sip._udp.pbx.test"]);
  });

  test("a NAPTR that leads nowhere leaves the usual name", async () => {
    const zone = {
      a: { "n1.test": ["192.0.2.1"] },
      srv: { "_sip._udp.pbx.test": [srv("n1.test")] },
      naptr: { "pbx.test": [naptr("SIP+D2U", "_sip._udp.gone.test")] },
    };
    expect(await places(resolver(zone).resolver, 1)).toEqual(["192.0.2.1:5060"]);
  });

  test("a node without an address is passed over", async () => {
    const records = [srv("gone.test", 1), srv("n1.test", 2)];
    const zone = { a: { "n1.test": ["192.0.2.1"] }, srv: { "_sip._udp.pbx.test": records } };
    expect(await places(resolver(zone).resolver, 2)).toEqual(["192.0.2.1:5060", "192.0.2.1:5060"]);
  });

  test("a dot says that there is no such service", async () => {
    const zone = { a: { "pbx.test": ["192.0.2.1"] }, srv: { "_sip._udp.pbx.test": [srv("."), srv("")] } };
    await expect(resolver(zone).resolver.next(never)).rejects.toMatchObject({ code: "ENOSERVICE" });
  });

  test("a name that does not exist is said to be so", async () => {
    await expect(resolver({}).resolver.next(never)).rejects.toMatchObject({ code: "ENOTFOUND" });
  });
});

describe("the next attempt", () => {
  const zone = { a: { "pbx.test": ["192.0.2.1", "192.0.2.2"] } };

  test("asks the DNS anew once every place has failed", async () => {
    const { dns, resolver: one } = resolver(zone, { port: 1 });
    await places(one, 2);
    dns.zone = { a: { "pbx.test": ["192.0.2.9"] } };
    expect(await places(one, 1)).toEqual(["192.0.2.9:1"]);
    expect(dns.asked).toHaveLength(2);
  });

  test("begins at the top, with what the DNS says then, once a place was reached", async () => {
    const { dns, resolver: one } = resolver(zone, { port: 1 });
    await one.next(never);
    one.reached();
    expect(await places(one, 1)).toEqual(["192.0.2.1:1"]);
    expect(dns.asked).toHaveLength(2);
  });

  test("goes to the places that are known while no name server answers, but not once they are gone", async () => {
    const { dns, resolver: one } = resolver(zone, { port: 1 });
    await places(one, 2);
    dns.away = true;
    expect(await places(one, 3)).toEqual(["192.0.2.1:1", "192.0.2.2:1", "192.0.2.1:1"]);
    dns.away = false;
    dns.zone = {};
    one.reached();
    await expect(one.next(never)).rejects.toMatchObject({ code: "ENOTFOUND" });
  });

  test("is given up with the attempt, and knows its places afterwards", async () => {
    const { dns, resolver: one } = resolver(zone, { port: 1 });
    await places(one, 2);
    dns.addresses = () => new Promise(() => undefined);
    const attempt = new AbortController();
    const next = one.next(attempt.signal);
    const reason = Object.assign(new Error("timed out"), { code: "ETIMEDOUT" });
    attempt.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(await places(one, 1)).toEqual(["192.0.2.1:1"]);
  });

  test("is given up with the attempt, where nothing is known", async () => {
    const { dns, resolver: one } = resolver(zone, { port: 1 });
    dns.addresses = () => new Promise(() => undefined);
    const timedOut = new AbortController();
    const next = one.next(timedOut.signal);
    timedOut.abort(Object.assign(new Error("timed out"), { code: "ETIMEDOUT" }));
    await expect(next).rejects.toMatchObject({ code: "EAI_AGAIN" });
    const left = new AbortController();
    const other = one.next(left.signal);
    left.abort(new Error("Disconnected while connecting."));
    await expect(other).rejects.toThrow("Disconnected while connecting.");
  });
});
