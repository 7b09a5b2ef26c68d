import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TcpTransport } from "../../../firmware/sip/transport/tcp.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { transportContract } from "../../contract/transport.ts";
import { RecordingLog } from "../../recording-log.ts";
import { wireHeader, wireRequest } from "../wire-message.ts";
import { StreamPeer } from "./stream-peer.ts";

transportContract("TcpTransport", {
  make: (options) => new TcpTransport(options),
  peer: (host) => StreamPeer.tcp(host),
  oversize: wireRequest({ body: "x".repeat(70_000) }),
  noticesClosedPort: true,
});

describe("TcpTransport", () => {
  let clock = new ManualClock();
  let log = new RecordingLog();
  let peer: StreamPeer;
  let transport: TcpTransport;
  let got: string[] = [];
  let ends: (string | undefined)[] = [];

  beforeEach(async () => {
    clock = new ManualClock();
    log = new RecordingLog();
    got = [];
    ends = [];
    peer = await StreamPeer.tcp("127.0.0.1");
    transport = new TcpTransport({
      host: "127.0.0.1",
      port: peer.port,
      viaPlaceholder: "via.invalid",
      clock,
      log,
      pingEvery: 20_000,
      pongWithin: 5_000,
    });
    transport.onMessage = (message) => got.push(message);
    transport.onDisconnect = (error) => ends.push(error?.message);
    await transport.connect();
    await transport.send(wireRequest({ method: "OPTIONS", via: "SIP/2.0/TCP via.invalid;branch=z9hG4bK1" }));
    await soon(() => expect(peer.got).toHaveLength(1));
    peer.raw = "";
  });

  afterEach(async () => {
    await transport.disconnect();
    await peer.stop();
    expect(clock.pending).toBe(0);
  });

  const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 1 });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it("puts a message together again, wherever it was cut", async () => {
    const bytes = Buffer.from(wireRequest({ body: "grüße" }));
    for (let cut = 1; cut < bytes.length; cut++) {
      peer.send(bytes.subarray(0, cut));
      await turn();
      peer.send(bytes.subarray(cut));
      await soon(() => expect(got).toHaveLength(cut));
    }
    expect(new Set(got).size).toBe(1);
    expect(transport.drops.malformed).toBe(0);
  });

  it("finds two messages in one chunk", async () => {
    peer.send(wireRequest({ callId: "one" }) + wireRequest({ callId: "two" }));
    await soon(() => expect(got).toHaveLength(2));
    expect(got.map((message) => wireHeader(message, "Call-ID"))).toEqual(["one", "two"]);
  });

  it("answers a ping, and takes it for a sign of life", async () => {
    let signs = 0;
    transport.onActivity(() => signs++);
    peer.send("\r\n\r\n");
    await soon(() => expect(peer.raw).toBe("\r\n"));
    expect(signs).toBe(1);
  });

  it("pings a quiet PBX, and is lost when one that used to answer does not", async () => {
    clock.advance(20_000);
    await soon(() => expect(peer.raw).toBe("\r\n\r\n"));
    let signs = 0;
    transport.onActivity(() => signs++);
    peer.send("\r\n");
    await soon(() => expect(signs).toBe(1));
    clock.advance(20_000);
    await soon(() => expect(peer.raw).toBe("\r\n\r\n\r\n\r\n"));
    expect(transport.isConnected()).toBe(true);
    clock.advance(5_000);
    await soon(() => expect(ends).toHaveLength(1));
    expect(ends[0]).toMatch(/^Lost TCP 127\.0\.0\.1:\d+: the PBX answers no ping any more$/);
    expect(transport.state).toBe("Disconnected");
  });

  it("stays with a PBX that never answers pings", async () => {
    clock.advance(1_000_000);
    await turn();
    expect(transport.isConnected()).toBe(true);
  });

  it("reports a connection that the PBX ended, and does not come back by itself", async () => {
    peer.hangUp("end");
    await soon(() => expect(ends).toHaveLength(1));
    expect(ends[0]).toMatch(/^Lost TCP .*: closed by the PBX$/);
    clock.advance(1_000_000);
    await turn();
    expect(transport.state).toBe("Disconnected");
    await transport.connect();
    expect(transport.isConnected()).toBe(true);
  });

  it("reports a connection that was reset", async () => {
    peer.hangUp("reset");
    await soon(() => expect(ends).toHaveLength(1));
    expect(ends[0]).toMatch(/^Lost TCP .*ECONNRESET/);
  });

  it("gives up a stream that is not SIP, and counts it", async () => {
    peer.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    await soon(() => expect(ends).toHaveLength(1));
    expect(ends[0]).toContain("what is not SIP: no usable Content-Length");
    expect(transport.drops.malformed).toBe(1);
  });

  it("waits for a PBX to close too, but not for long", async () => {
    const stubborn = await StreamPeer.tcp("127.0.0.1", true);
    const waiting = new TcpTransport({
      host: "127.0.0.1",
      port: stubborn.port,
      viaPlaceholder: "via.invalid",
      clock,
      log,
    });
    const timers = clock.pending;
    await waiting.connect();
    let over = false;
    const disconnecting = waiting.disconnect().then(() => {
      over = true;
    });
    await soon(() => expect(clock.next).toBe(500));
    expect(clock.pending).toBe(timers + 1);
    clock.advance(499);
    await turn();
    expect([over, waiting.state]).toEqual([false, "Disconnecting"]);
    clock.advance(1);
    await disconnecting;
    expect(waiting.state).toBe("Disconnected");
    await stubborn.stop();
  });
});
