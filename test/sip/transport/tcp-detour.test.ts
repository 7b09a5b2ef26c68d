import { afterEach, beforeEach, expect, test } from "vitest";
import { UdpTransport } from "../../../firmware/sip/transport/udp.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { soon } from "../../contract/transport-bench.ts";
import { RecordingLog } from "../../recording-log.ts";
import { wireHeader, wireRequest, wireResponse } from "../wire-message.ts";
import { StreamPeer } from "./stream-peer.ts";
import { UdpPeer } from "./udp-peer.ts";

let clock = new ManualClock();
let log = new RecordingLog();
let tcp: StreamPeer;
let udp: UdpPeer;
let transport: UdpTransport;
let got: string[] = [];

/** A PBX that has both on one port. */
beforeEach(async () => {
  clock = new ManualClock();
  log = new RecordingLog();
  got = [];
  udp = await UdpPeer.open("127.0.0.1");
  for (;;) {
    const both = await StreamPeer.tcp("127.0.0.1", false, udp.port).catch(() => undefined);
    if (both) {
      tcp = both;
      break;
    }
    await udp.stop();
    udp = await UdpPeer.open("127.0.0.1");
  }
  transport = new UdpTransport({ host: "127.0.0.1", port: udp.port, viaPlaceholder: "via.invalid", clock, log });
  transport.onMessage = (message) => got.push(message);
  await transport.connect();
});

afterEach(async () => {
  await transport.disconnect();
  await Promise.all([udp.stop(), tcp.stop()]);
  expect(clock.pending).toBe(0);
});

/** A request of at least so many bytes on the wire, where Via has our address; exactly so many where that can be. */
function request(method: string, branch: string, bytes: number): string {
  const via = `SIP/2.0/UDP via.invalid;branch=z9hG4bK${branch};rport`;
  const grows = `127.0.0.1:${transport.localPort}`.length - "via.invalid".length;
  const whole = (body: string) => wireRequest({ method, via, callId: branch, body });
  let body = "x";
  for (;;) {
    const missing = bytes - whole(body).length - grows;
    if (missing <= 0) return whole(body);
    body += "x".repeat(Math.max(1, missing - 5));
  }
}

test("1300 bytes go in a datagram, one more by TCP", async () => {
  await transport.send(request("INVITE", "fits", 1300));
  await soon(() => expect(udp.got).toHaveLength(1));
  expect(udp.got[0]).toHaveLength(1300);
  await transport.send(request("INVITE", "big", 1301));
  await soon(() => expect(tcp.got).toHaveLength(1));
  expect(tcp.got[0]?.split("\r\n").slice(2)).toEqual(request("INVITE", "big", 1301).split("\r\n").slice(2));
  expect(wireHeader(tcp.got[0] ?? "", "Via")).toMatch(/^SIP\/2\.0\/TCP 127\.0\.0\.1:\d+;branch=z9hG4bKbig;rport$/);
  expect(udp.got).toHaveLength(1);
});

test("the answer comes back that way, as a sign of life too, and nothing is repeated", async () => {
  let signs = 0;
  transport.onActivity(() => signs++);
  await transport.send(request("INVITE", "big", 2000));
  await soon(() => expect(tcp.got).toHaveLength(1));
  tcp.send(wireResponse(tcp.got[0] ?? "", 180, "Ringing"));
  await soon(() => expect(got).toHaveLength(1));
  expect(wireHeader(got[0] ?? "", "Via")).toMatch(/^SIP\/2\.0\/TCP via\.invalid;branch=z9hG4bKbig/);
  expect(signs).toBe(1);
  clock.advance(20_000);
  await transport.send(request("OPTIONS", "after", 500));
  await soon(() => expect(udp.got).toHaveLength(1));
  expect(tcp.got).toHaveLength(1);
});

test("what belongs to the transaction follows, however small; what does not stays on UDP", async () => {
  await transport.send(request("INVITE", "big", 2000));
  await transport.send(request("CANCEL", "big", 500));
  await transport.send(request("ACK", "big", 500));
  await transport.send(request("ACK", "other", 500));
  await soon(() => expect([tcp.got.length, udp.got.length]).toEqual([3, 1]));
  expect(tcp.got.map((text) => text.split(" ", 1)[0])).toEqual(["INVITE", "CANCEL", "ACK"]);
});

test("a request that comes that way is answered that way", async () => {
  await transport.send(request("INVITE", "big", 2000));
  await soon(() => expect(tcp.got).toHaveLength(1));
  tcp.send(wireRequest({ via: "SIP/2.0/TCP pbx.invalid:9;branch=z9hG4bKpbx;rport" }));
  await soon(() => expect(got).toHaveLength(1));
  await transport.send(wireResponse(got[0] ?? "", 200, "OK"));
  await soon(() => expect(tcp.got).toHaveLength(2));
  expect(udp.got).toEqual([]);
});

test("a PBX without TCP gets it in fragments, and the log says once what would be better", async () => {
  await tcp.stop();
  for (const branch of ["one", "two"]) await transport.send(request("INVITE", branch, 2000));
  await soon(() => expect(udp.got).toHaveLength(2));
  expect(udp.got[0]).toHaveLength(2000);
  expect(wireHeader(udp.got[0] ?? "", "Via")).toMatch(/^SIP\/2\.0\/UDP /);
  expect(log.lines.map(({ message }) => message)).toEqual([
    "Requests this long go over UDP in fragments. Use transport=tcp",
  ]);
  clock.advance(500);
  await soon(() => expect(udp.got.length).toBeGreaterThan(2)); // repeated, as datagrams are
  tcp = await StreamPeer.tcp("127.0.0.1");
});

test("a request that nobody knows the fate of is not sent a second time by UDP", async () => {
  await transport.send(request("INVITE", "big", 2000));
  await soon(() => expect(tcp.got).toHaveLength(1));
  tcp.pause();
  const results: string[] = [];
  const body = "x".repeat(60_000);
  for (let i = 0; i < 1000 && !results.includes("failed"); i++) {
    const via = `SIP/2.0/UDP via.invalid;branch=z9hG4bK${i}`;
    transport.send(wireRequest({ method: "INVITE", via, body })).then(
      () => results.push("sent"),
      () => results.push("failed"),
    );
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(results).toContain("failed");
  expect(udp.got).toEqual([]);
});

test("a disconnect while the way is looked for leaves nothing", async () => {
  const sending = transport.send(request("INVITE", "big", 2000));
  await transport.disconnect();
  await expect(sending).rejects.toThrow();
  expect(clock.pending).toBe(0);
});
