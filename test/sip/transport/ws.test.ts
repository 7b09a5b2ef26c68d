import { afterEach, describe, expect, it } from "vitest";
import { type WsOptions, WssTransport, WsTransport } from "../../../firmware/sip/transport/ws.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { transportContract } from "../../contract/transport.ts";
import { soon } from "../../contract/transport-bench.ts";
import { RecordingLog } from "../../recording-log.ts";
import { wireRequest } from "../wire-message.ts";
import { pem } from "./certs.ts";
import { StreamPeer } from "./stream-peer.ts";
import { WsPeer } from "./ws-peer.ts";

const OURS = { ca: pem("ca.pem") };
const oversize = wireRequest({ body: "x".repeat(70_000) });

transportContract("WsTransport", {
  make: (options) => new WsTransport(options),
  peer: (host) => WsPeer.open(host),
  oversize,
  noticesClosedPort: true,
});

transportContract("WssTransport", {
  make: (options) => new WssTransport({ ...options, tls: OURS }),
  peer: (host) => WsPeer.open(host, { certificate: "pbx.pem" }),
  oversize,
  noticesClosedPort: true,
});

describe("a WebSocket", () => {
  let clock = new ManualClock();
  const peers: { stop(): Promise<void> }[] = [];
  const transports: WsTransport[] = [];
  let ends: string[] = [];
  let got: string[] = [];

  afterEach(async () => {
    for (const transport of transports.splice(0)) await transport.disconnect();
    for (const peer of peers.splice(0)) await peer.stop();
    expect(clock.pending).toBe(0);
    clock = new ManualClock();
  });

  function kept<Peer extends { stop(): Promise<void> }>(peer: Peer): Peer {
    peers.push(peer);
    return peer;
  }

  const options = (port: number): WsOptions => ({
    host: "127.0.0.1",
    port,
    viaPlaceholder: "via.invalid",
    clock,
    log: new RecordingLog(),
    pingEvery: 20_000,
    pongWithin: 5_000,
  });

  function transportTo(port: number, more: Partial<WsOptions> = {}): WsTransport {
    const transport = new WsTransport({ ...options(port), ...more });
    ends = [];
    got = [];
    transport.onDisconnect = (error) => ends.push(error?.message ?? "");
    transport.onMessage = (message) => got.push(message);
    transports.push(transport);
    return transport;
  }

  const refusal = (transport: { connect(): Promise<void> }): Promise<string> =>
    transport.connect().then(
      () => "connected",
      (error: Error) => error.message,
    );

  async function connected(): Promise<{ peer: WsPeer; transport: WsTransport }> {
    const peer = kept(await WsPeer.open("127.0.0.1"));
    const transport = transportTo(peer.port);
    await transport.connect();
    await transport.send(wireRequest({ method: "OPTIONS", via: "SIP/2.0/WS via.invalid;branch=z9hG4bK1" }));
    await soon(() => expect(peer.got).toHaveLength(1));
    return { peer, transport };
  }

  it("asks for SIP at /ws of the PBX, or where it is told to", async () => {
    const peer = kept(await WsPeer.open("127.0.0.1"));
    await transportTo(peer.port).connect();
    expect(peer.asked).toEqual([{ path: "/ws", offers: "sip", host: `127.0.0.1:${peer.port}` }]);
    expect(await refusal(transportTo(peer.port, { path: "/sip" }))).toMatch(/^WS \S+ /);
    expect(peer.asked.at(-1)?.path).toBe("/sip");
  });

  it.each([
    [404, /^WS \S+ has nothing at \/ws\. Check pbx\.path/],
    [403, /^WS \S+ refuses \/ws \(HTTP 403\)\. Check the access lists/],
    [426, /^WS \S+ answers at \/ws with HTTP 426 instead of a WebSocket\. Check pbx\.path/],
  ])("says what the PBX's web server answered: %i", async (status, sentence) => {
    const peer = kept(await StreamPeer.tcp("127.0.0.1"));
    const refused = refusal(transportTo(peer.port));
    await soon(() => expect(peer.raw).toContain("\r\n\r\n"));
    peer.send(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
    expect(await refused).toMatch(sentence);
  });

  it("takes no WebSocket that is not for SIP", async () => {
    const peer = kept(await WsPeer.open("127.0.0.1", { subprotocol: "chat" }));
    expect(await refusal(transportTo(peer.port))).toMatch(/^WS \S+ has a WebSocket at \/ws, but not one for SIP/);
  });

  it("says that a port is one for plain SIP", async () => {
    const peer = kept(await StreamPeer.tcp("127.0.0.1"));
    const refused = refusal(transportTo(peer.port));
    await soon(() => expect(peer.raw).not.toBe(""));
    peer.send("SIP/2.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    expect(await refused).toMatch(
      /^What listens on WS \S+ is no web server, or one for the other of ws and wss\. Check/,
    );
  });

  it("says so too where nothing is answered", async () => {
    const peer = kept(await StreamPeer.tcp("127.0.0.1"));
    const refused = refusal(transportTo(peer.port));
    await soon(() => expect(peer.raw).not.toBe(""));
    clock.advance(5_000);
    expect(await refused).toMatch(
      /^WS \S+ takes the connection but does not answer as a web server within 5 s\. Check/,
    );
  });

  it("says that ws came to a port for wss, and wss to one for ws", async () => {
    const secure = kept(await WsPeer.open("127.0.0.1", { certificate: "pbx.pem" }));
    expect(await refusal(transportTo(secure.port))).toMatch(/one for the other of ws and wss/);
    const plain = kept(await WsPeer.open("127.0.0.1"));
    expect(await refusal(new WssTransport({ ...options(plain.port), tls: OURS }))).toMatch(/does not speak TLS/);
  });

  it("verifies the certificate of wss", async () => {
    for (const certificate of ["self-signed.pem", "wrong-name.pem", "expired.pem"]) {
      const peer = kept(await WsPeer.open("127.0.0.1", { certificate }));
      expect(await refusal(new WssTransport({ ...options(peer.port), tls: OURS }))).toMatch(/certificate/);
    }
  });

  it("pings a quiet PBX, and is lost when one that used to answer does not", async () => {
    const { peer, transport } = await connected();
    let signs = 0;
    transport.onActivity(() => signs++);
    clock.advance(20_000);
    await soon(() => expect([peer.pings, signs]).toEqual([1, 1]));
    clock.advance(5_000);
    expect(transport.isConnected()).toBe(true);
    peer.pause();
    clock.advance(20_000);
    clock.advance(5_000);
    await soon(() => expect(ends).toEqual([expect.stringMatching(/^Lost WS \S+: the PBX answers no ping any more$/)]));
  });

  it("answers a ping, and takes it for a sign of life", async () => {
    const { peer, transport } = await connected();
    let signs = 0;
    transport.onActivity(() => signs++);
    peer.ping();
    await soon(() => expect([peer.pongs, signs]).toEqual([1, 1]));
    peer.send("\r\n\r\n");
    await soon(() => expect(signs).toBe(2));
    expect([got, transport.drops.malformed]).toEqual([[], 0]);
  });

  it("takes a message in a binary frame as well", async () => {
    const { peer } = await connected();
    peer.send(Buffer.from(wireRequest({ body: "grüße" })));
    await soon(() => expect(got).toHaveLength(1));
    expect(got[0]).toContain("grüße");
  });

  it.each([
    [1000, "closed by the PBX"],
    [1001, "the PBX stops or restarts"],
    [1002, "the PBX did not understand what it got (1002)"],
    [1008, "the PBX's rules do not allow it (1008): see its log"],
    [1009, "a message was longer than the PBX takes (1009)"],
    [1011, "the PBX had an error of its own (1011): see its log"],
    [1012, "the PBX stops or restarts"],
    [1013, "the PBX has too much to do (1013)"],
    [4000, "closed by the PBX with code 4000"],
  ])("says why the PBX closed it: %i", async (code, why) => {
    const { peer } = await connected();
    peer.close(code);
    await soon(() => expect(ends).toHaveLength(1));
    expect(ends[0]?.replace(/^Lost WS \S+: /, "")).toBe(why);
  });

  it("says that it broke off, or was reset", async () => {
    const first = await connected();
    first.peer.reset();
    await soon(() => expect(ends).toEqual([expect.stringMatching(/ECONNRESET/)]));
  });

  it("gives up, and counts, what is no frame, and a message without end", async () => {
    const first = await connected();
    first.peer.sendRaw("SIP/2.0 200 OK\r\n\r\n");
    await soon(() => expect(ends).toEqual([expect.stringMatching(/the PBX sent what is no WebSocket frame: /)]));
    expect(first.transport.drops.malformed).toBe(1);
    const second = await connected();
    second.peer.send("x".repeat(1024 * 1024 + 1));
    await soon(() => expect(ends).toEqual([expect.stringMatching(/Max payload size exceeded/)]));
  });

  it("waits for a PBX to close too, but not for long", async () => {
    const { peer, transport } = await connected();
    peer.pause();
    let over = false;
    const disconnecting = transport.disconnect().then(() => {
      over = true;
    });
    await soon(() => expect(clock.next).toBe(clock.now() + 500));
    expect(over).toBe(false);
    clock.advance(500);
    await disconnecting;
    expect(transport.state).toBe("Disconnected");
  });
});
