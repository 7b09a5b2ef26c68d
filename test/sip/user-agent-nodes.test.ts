import { afterEach, describe, expect, test } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import { Secret } from "../../firmware/domain/secret.ts";
import type { PbxSettings } from "../../firmware/domain/settings.ts";
import type { Dns } from "../../firmware/sip/dns.ts";
import { UserAgent } from "../../firmware/sip/user-agent.ts";
import { soon } from "../contract/transport-bench.ts";
import { FakeDns } from "./fake-dns.ts";
import { CaptureLog } from "./raw/capture-log.ts";
import { Inbox } from "./raw/inbox.ts";
import { RawTcpPbx, RawUdpPbx } from "./raw/raw-pbx.ts";
import { pem } from "./transport/certs.ts";
import { StreamPeer } from "./transport/stream-peer.ts";
import { WsPeer } from "./transport/ws-peer.ts";
import { wireHeader, wireResponse } from "./wire-message.ts";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function agentOf(pbx: Partial<PbxSettings> & Pick<PbxSettings, "host" | "transport">, dns?: Dns) {
  const log = new CaptureLog();
  const link = new Inbox<boolean>();
  const agent = new UserAgent({
    pbx: { user: "panel1", password: new Secret("x"), alive: 300, ...pbx },
    clock: new SystemClock(),
    log,
    random: () => 0,
    ...(dns ? { dns } : {}),
  });
  agent.onLink((up) => link.push(up));
  cleanups.push(() => agent.stop());
  return { agent, log, link };
}

describe("a PBX of several nodes", () => {
  async function nodes<Pbx extends RawTcpPbx | RawUdpPbx>(first: Pbx, second: Pbx) {
    for (const pbx of [first, second]) {
      await pbx.start();
      cleanups.push(() => pbx.stop());
    }
    const name = `_sip._${first.transport}.pbx.test`;
    const dns = new FakeDns({
      a: { "one.test": ["127.0.0.1"], "two.test": ["127.0.0.1"] },
      srv: {
        [name]: [
          { priority: 1, weight: 0, port: first.port, name: "one.test" },
          { priority: 2, weight: 0, port: second.port, name: "two.test" },
        ],
      },
    });
    return { dns, ...agentOf({ host: "pbx.test", transport: first.transport }, dns) };
  }

  test("the second is tried when the first refuses, and the first again when the second is lost", async () => {
    const [first, second] = [new RawTcpPbx(), new RawTcpPbx()];
    const { agent, link, log } = await nodes(first, second);
    const { port } = first;
    await first.stop();
    await agent.start();
    await link.next((up) => up);
    expect([second.connections, second.options > 0]).toEqual([1, true]);
    expect(log.text).toContain(`Nothing listens on TCP one.test:${port} (127.0.0.1)`);
    await first.start(port);
    const before = first.connections;
    second.hangUp();
    await link.next((up) => !up);
    await link.next((up) => up);
    expect([first.connections - before, second.connections]).toEqual([1, 1]);
  });

  test("the first is tried again when it is lost, before the second", async () => {
    const [first, second] = [new RawTcpPbx(), new RawTcpPbx()];
    const { agent, link } = await nodes(first, second);
    await agent.start();
    await link.next((up) => up);
    first.hangUp();
    await link.next((up) => !up);
    await link.next((up) => up);
    expect([first.connections, second.connections]).toEqual([2, 0]);
  });

  test("the second is tried when the first is silent", async () => {
    const [first, second] = [new RawUdpPbx(), new RawUdpPbx()];
    first.answersOptions = false;
    const { agent, link } = await nodes(first, second);
    await agent.start();
    await link.next((up) => up);
    expect(first.options).toBeGreaterThan(0);
    expect(second.options).toBeGreaterThan(0);
  });

  test("is named without a port", async () => {
    const { agent } = await nodes(new RawTcpPbx(), new RawTcpPbx());
    expect(agent.uri("101")).toBe("sip:101@pbx.test;transport=tcp");
  });
});

describe.each([
  ["tls", "TLS", ";transport=tls", () => StreamPeer.tls("127.0.0.1")],
  ["ws", "WS", ";transport=ws", () => WsPeer.open("127.0.0.1")],
  ["wss", "WSS", ";transport=ws", () => WsPeer.open("127.0.0.1", { certificate: "pbx.pem" })],
] as const)("over %s", (transport, protocol, parameter, open) => {
  test("the PBX is told where to answer", async () => {
    const peer = await open();
    cleanups.push(() => peer.stop());
    const { port } = peer;
    const tls = { ca: pem("ca.pem") };
    const { agent, link } = agentOf({ host: "127.0.0.1", port, transport, ...(transport === "ws" ? {} : { tls }) });
    await agent.start();
    await soon(() => expect(peer.got).toHaveLength(1));
    const [ask = ""] = peer.got;
    expect(ask).toMatch(new RegExp(`^OPTIONS sip:127\\.0\\.0\\.1:${port}${parameter} SIP/2\\.0\r\n`));
    expect(wireHeader(ask, "Via")).toMatch(new RegExp(`^SIP/2\\.0/${protocol} 127\\.0\\.0\\.1:\\d+;branch=`));
    peer.send(wireResponse(ask, 200, "OK"));
    expect(await link.next()).toBe(true);
    expect(agent.uri("101")).toBe(`sip:101@127.0.0.1:${port}${parameter}`);
    const [, at] = /^SIP\/2\.0\/\w+ ([^;]+)/.exec(wireHeader(ask, "Via") ?? "") ?? [];
    expect(agent.contact).toBe(`<sip:panel1@${at}${parameter}>`);
  });
});
