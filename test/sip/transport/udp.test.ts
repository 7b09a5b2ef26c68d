import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UdpTransport } from "../../../firmware/sip/transport/udp.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { transportContract } from "../../contract/transport.ts";
import { RecordingLog, silentLog } from "../../recording-log.ts";
import { wireHeader, wireRequest, wireResponse } from "../wire-message.ts";
import { UdpPeer } from "./udp-peer.ts";

transportContract("UdpTransport", {
  make: (options) => new UdpTransport(options),
  peer: (host) => UdpPeer.open(host),
  oversize: wireRequest({ headers: [`X: ${"x".repeat(17_000)}`] }),
  noticesClosedPort: false,
});

/** What this system gives to one who asks for a receive buffer of a megabyte. */
async function grantedBytes(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  socket.setRecvBufferSize(1024 * 1024);
  const bytes = socket.getRecvBufferSize();
  socket.close();
  return bytes;
}

describe("UdpTransport", () => {
  let clock = new ManualClock();
  let peer: UdpPeer;
  let transport: UdpTransport;
  let got: string[] = [];

  beforeEach(async () => {
    clock = new ManualClock();
    got = [];
    peer = await UdpPeer.open("127.0.0.1");
    transport = new UdpTransport({
      host: "127.0.0.1",
      port: peer.port,
      viaPlaceholder: "via.invalid",
      clock,
      log: silentLog,
    });
    transport.onMessage = (message) => got.push(message);
    await transport.connect();
  });

  afterEach(async () => {
    await transport.disconnect();
    await peer.stop();
    expect(clock.pending).toBe(0);
  });

  const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 1 });
  const options = wireRequest({ method: "OPTIONS", via: "SIP/2.0/UDP via.invalid;branch=z9hG4bK1;rport" });

  it("sends a lost request again after T1, 2·T1, 4·T1, and stops at the response", async () => {
    let lost = 0;
    peer.loses = () => lost < 3 && ++lost > 0;
    await transport.send(options);
    await soon(() => expect(lost).toBe(1));
    clock.advance(499);
    clock.advance(1);
    await soon(() => expect(lost).toBe(2));
    clock.advance(1000);
    await soon(() => expect(lost).toBe(3));
    clock.advance(1999);
    expect(peer.got).toHaveLength(0);
    clock.advance(1);
    await soon(() => expect(peer.got).toHaveLength(1));
    peer.send(wireResponse(peer.got[0] ?? "", 200, "OK"), transport);
    await soon(() => expect(got).toHaveLength(1));
    expect(clock.pending).toBe(0);
  });

  it("gives sip.js a repeated NOTIFY once, and answers it each time with the same bytes", async () => {
    transport.onMessage = (message) => {
      got.push(message);
      void transport.send(wireResponse(message, 200, `OK ${got.length}`));
    };
    const notify = wireRequest({ via: "SIP/2.0/UDP pbx;rport;branch=z9hG4bKn" });
    for (let copy = 1; copy <= 3; copy++) {
      peer.send(notify, transport);
      await soon(() => expect(peer.got).toHaveLength(copy));
    }
    expect(got).toHaveLength(1);
    expect(new Set(peer.got).size).toBe(1);
    expect(peer.got[0]).toMatch(/^SIP\/2\.0 200 OK 1\r\n/);
  });

  it("answers to the port that a request came from", async () => {
    const other = await UdpPeer.open("127.0.0.1");
    other.send(wireRequest(), transport);
    await soon(() => expect(got).toHaveLength(1));
    await transport.send(wireResponse(got[0] ?? "", 200, "OK"));
    await soon(() => expect(other.got).toHaveLength(1));
    await other.stop();
  });

  it("drops and counts what comes from elsewhere, and never answers it", async () => {
    const stranger = createSocket("udp4");
    stranger.bind(0, "127.0.0.2");
    await once(stranger, "listening");
    let answers = 0;
    stranger.on("message", () => answers++);
    let signs = 0;
    transport.onActivity(() => signs++);
    for (const text of [wireRequest({ callId: "evil" }), "\r\n\r\n", "junk"]) {
      stranger.send(text, transport.localPort ?? 0, "127.0.0.1");
    }
    await soon(() => expect(transport.drops.foreign).toBe(3));
    peer.send(wireRequest({ callId: "good" }), transport);
    await soon(() => expect(got).toHaveLength(1));
    expect(wireHeader(got[0] ?? "", "Call-ID")).toBe("good");
    expect([answers, signs, transport.drops.malformed]).toEqual([0, 1, 0]);
    stranger.close();
  });

  it("keeps a burst of 200 NOTIFYs that come while it is busy, or says what the system lacks for that", async () => {
    const log = new RecordingLog();
    const busy = new UdpTransport({ host: "127.0.0.1", port: peer.port, viaPlaceholder: "v.invalid", clock, log });
    const callIds = new Set<string | undefined>();
    busy.onMessage = (message) => callIds.add(wireHeader(message, "Call-ID"));
    await busy.connect();
    // All within one turn of the loop: nothing is read before the last is sent.
    for (let i = 0; i < 200; i++) peer.send(wireRequest({ callId: `n${i}`, body: "x".repeat(1000) }), busy);
    const isSmall = (await grantedBytes()) < 460_800;
    await soon(() => expect(callIds.size).toBeGreaterThanOrEqual(isSmall ? 50 : 200));
    expect(log.text.includes("sysctl net.core.rmem_max=1048576")).toBe(isSmall);
    expect(busy.drops).toEqual({ oversize: 0, malformed: 0, foreign: 0, "handler-threw": 0 });
    await busy.disconnect();
  });

  it("takes a keepalive for a sign of life and for nothing else", async () => {
    let signs = 0;
    transport.onActivity(() => signs++);
    peer.send("\r\n\r\n", transport);
    await soon(() => expect(signs).toBe(1));
    expect(transport.drops.malformed).toBe(0);
  });

  it("sends nothing again once it is disconnected", async () => {
    await transport.send(options);
    await transport.disconnect();
    expect(clock.pending).toBe(0);
  });

  it("is lost when no way leads to the PBX any more", async () => {
    let why: Error | undefined;
    const stranded = new UdpTransport({
      host: "192.0.2.1",
      port: 5060,
      localAddress: "127.0.0.1", // from which the system sends nothing elsewhere
      viaPlaceholder: "via.invalid",
      clock,
      log: silentLog,
    });
    stranded.onDisconnect = (error) => {
      why = error;
    };
    await stranded.connect();
    await expect(stranded.send(options)).rejects.toThrow();
    expect(stranded.state).toBe("Disconnected");
    expect(why?.message).toMatch(/^Lost UDP 192\.0\.2\.1:5060: no way there from 127\.0\.0\.1 any more \(E\w+\)$/);
  });
});
