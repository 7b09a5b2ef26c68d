import { Resolver as NameResolver } from "node:dns/promises";
import { expect, test } from "vitest";
import { type Dns, SystemDns } from "../../firmware/sip/dns.ts";
import { Resolver } from "../../firmware/sip/resolver.ts";
import { DnsServer } from "./dns-server.ts";

const never = new AbortController().signal;

test("a name server that is asked over the wire leads to every node", async () => {
  const server = await DnsServer.open({
    naptr: {
      "pbx.test": [
        { flags: "s", service: "SIP+D2T", regexp: "", replacement: "_sip._tcp.voice.test", order: 1, preference: 1 },
      ],
    },
    srv: {
      "_sip._tcp.voice.test": [
        { priority: 20, weight: 0, port: 5070, name: "spare.test" },
        { priority: 10, weight: 5, port: 5060, name: "main.test" },
      ],
    },
    a: { "main.test": ["127.0.0.3", "127.0.0.4"], "spare.test": ["127.0.0.5"] },
  });
  const names = new NameResolver({ timeout: 1000, tries: 1 });
  names.setServers([server.address]);
  const system = new SystemDns(names);
  const dns: Dns = {
    naptr: (name) => system.naptr(name),
    srv: (name) => system.srv(name),
    // The system's own way to addresses cannot be pointed at a name server of ours.
    addresses: (name) => names.resolve4(name),
  };
  const resolver = new Resolver({ host: "pbx.test", transport: "tcp", dns });
  const found: string[] = [];
  for (let i = 0; i < 3; i++) {
    const { name, address, port } = await resolver.next(never);
    found.push(`${name} ${address}:${port}`);
  }
  expect(found).toEqual(["main.test 127.0.0.3:5060", "main.test 127.0.0.4:5060", "spare.test 127.0.0.5:5070"]);
  const missing = new Resolver({ host: "nowhere.test", transport: "tcp", dns });
  await expect(missing.next(never)).rejects.toMatchObject({ code: "ENOTFOUND" });
  await server.stop();
});

test("addresses come as this machine finds them, IPv4 first", async () => {
  const dns = new SystemDns();
  expect((await dns.addresses("localhost", 4))[0]).toBe("127.0.0.1");
  await expect(dns.addresses("host.invalid", 0)).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
});
