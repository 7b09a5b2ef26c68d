import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import { Secret } from "../../../firmware/domain/secret.ts";
import { type TlsOptions, TlsTransport } from "../../../firmware/sip/transport/tls.ts";
import { tlsLoss } from "../../../firmware/sip/transport/tls-error.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { transportContract } from "../../contract/transport.ts";
import { soon } from "../../contract/transport-bench.ts";
import { silentLog } from "../../recording-log.ts";
import { wireRequest } from "../wire-message.ts";
import { pem } from "./certs.ts";
import { StreamPeer } from "./stream-peer.ts";

const OURS = { ca: pem("ca.pem") };

transportContract("TlsTransport", {
  make: (options) => new TlsTransport({ ...options, tls: OURS }),
  peer: (host) => StreamPeer.tls(host),
  oversize: wireRequest({ body: "x".repeat(70_000) }),
  noticesClosedPort: true,
});

describe("TlsTransport", () => {
  const peers: { stop(): Promise<void> }[] = [];
  const transports: TlsTransport[] = [];

  afterEach(async () => {
    for (const transport of transports.splice(0)) await transport.disconnect();
    for (const peer of peers.splice(0)) await peer.stop();
  });

  function transportTo(port: number, more: Partial<TlsOptions> = {}): TlsTransport {
    const transport = new TlsTransport({
      host: "127.0.0.1",
      port,
      viaPlaceholder: "via.invalid",
      clock: new SystemClock(),
      log: silentLog,
      tls: OURS,
      ...more,
    });
    transports.push(transport);
    return transport;
  }

  async function pbx(...how: Parameters<typeof StreamPeer.tls>): Promise<StreamPeer> {
    const peer = await StreamPeer.tls(...how);
    peers.push(peer);
    return peer;
  }

  const refusal = (transport: TlsTransport): Promise<string> =>
    transport.connect().then(
      () => "connected",
      (error: Error) => error.message,
    );

  it.each([
    ["self-signed.pem", /^TLS \S+ shows a certificate that it has signed itself\. Put .* pbx\.tls\.ca/],
    ["unknown-ca.pem", /^TLS \S+ shows a certificate of a CA that is not known here\. Put .* pbx\.tls\.ca/],
    ["expired.pem", /^The certificate of TLS \S+ has expired\. Renew it .* clock/],
    ["not-yet.pem", /^The certificate of TLS \S+ is not valid yet\. Check this machine's clock/],
    [
      "wrong-name.pem",
      /^The certificate of TLS \S+ is for elsewhere\.test, not for 127\.0\.0\.1\. Write .* pbx\.server, or/,
    ],
  ])("refuses %s, and says what to look at", async (certificate, sentence) => {
    const peer = await pbx("127.0.0.1", certificate);
    expect(await refusal(transportTo(peer.port))).toMatch(sentence);
    expect(peer.raw).toBe("");
  });

  it("knows no CA but those of Node where it is given none", async () => {
    const peer = await pbx("127.0.0.1");
    expect(await refusal(transportTo(peer.port, { tls: {} }))).toMatch(/a CA that is not known here/);
  });

  it("trusts a certificate that signed itself where that is in pbx.tls.ca, but for its names only", async () => {
    const { port } = await pbx("127.0.0.1", "self-signed.pem");
    const tls = { ca: pem("self-signed.pem") };
    expect(await refusal(transportTo(port, { tls }))).toBe("connected");
    const targets = { next: async () => ({ name: "x", address: "127.0.0.1", port }), addresses: new Set<string>() };
    expect(await refusal(transportTo(port, { tls, host: "other.test", targets }))).toMatch(/not for other\.test/);
  });

  it("verifies the name that is configured, whatever node DNS names for it", async () => {
    const { port } = await pbx("127.0.0.1");
    const targets = (name: string) => ({
      next: async () => ({ name, address: "127.0.0.1", port }),
      addresses: new Set<string>(),
    });
    expect(await refusal(transportTo(port, { host: "pbx.test", targets: targets("node7.test") }))).toBe("connected");
    expect(await refusal(transportTo(port, { host: "domain.test", targets: targets("pbx.test") }))).toMatch(
      /^The certificate of TLS pbx\.test:\d+ \(127\.0\.0\.1\) is for pbx\.test, localhost, 127\.0\.0\.1, .* not for domain\.test/,
    );
  });

  it("verifies also where Node was told not to", async () => {
    const peer = await pbx("127.0.0.1", "self-signed.pem");
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const warning = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    try {
      expect(await refusal(transportTo(peer.port))).toMatch(/signed itself/);
    } finally {
      vi.unstubAllEnvs();
      warning.mockRestore();
    }
  });

  it("says that a port is for plain text: one that answers so", async () => {
    const server: Server = createServer().listen(0, "127.0.0.1");
    peers.push({ stop: () => new Promise((resolve) => server.close(() => resolve())) });
    await soon(() => expect(server.listening).toBe(true));
    const { port } = server.address() as AddressInfo;
    expect(await refusal(transportTo(port))).toMatch(/does not speak TLS\. Check that the port is not one for plain/);
  });

  it("says that a port is for plain text: one that waits for more", async () => {
    const peer = await StreamPeer.tcp("127.0.0.1");
    peers.push(peer);
    const clock = new ManualClock();
    const refused = refusal(transportTo(peer.port, { clock }));
    await soon(() => expect(peer.raw).not.toBe(""));
    clock.advance(5_000);
    expect(await refused).toMatch(/^TLS \S+ takes the connection but says nothing in TLS within 5 s\. Check/);
    expect(clock.pending).toBe(0);
  });

  it("says that a port is for plain text: one that hangs up", async () => {
    const peer = await StreamPeer.tcp("127.0.0.1");
    peers.push(peer);
    const refused = refusal(transportTo(peer.port));
    await soon(() => expect(peer.raw).not.toBe(""));
    peer.hangUp("end");
    expect(await refused).toMatch(/^TLS \S+ ends the connection before TLS is set up\. Check/);
  });

  it("says that the PBX speaks only an old TLS", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
    const peer = await pbx("127.0.0.1", "pbx.pem", old);
    expect(await refusal(transportTo(peer.port))).toMatch(/^TLS \S+ speaks only a TLS that is older than 1\.2\./);
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("proves itself where the PBX wants that (%s)", async (version) => {
    const wants = { ca: pem("ca.pem"), requestCert: true, rejectUnauthorized: true, minVersion: version } as const;
    const peer = await pbx("127.0.0.1", "pbx.pem", { ...wants, maxVersion: version });
    const key = new Secret(pem("panel.key"));
    const known = transportTo(peer.port, { tls: { ...OURS, cert: pem("panel.pem"), key } });
    await known.connect();
    await known.send(wireRequest({ method: "OPTIONS", via: "SIP/2.0/TLS via.invalid;branch=z9hG4bK1" }));
    await soon(() => expect(peer.got).toHaveLength(1));
    for (const tls of [OURS, { ...OURS, cert: pem("unknown-panel.pem"), key }]) {
      let over = false;
      const unknown = transportTo(peer.port, { tls });
      unknown.onDisconnect = () => {
        over = true;
      };
      // TLS 1.3 has the client through before the server has seen its certificate.
      if ((await refusal(unknown)) === "connected") await soon(() => expect(over).toBe(true));
      expect(unknown.isConnected()).toBe(false);
    }
  });

  // Node's own server closes without an alert; these are those of RFC 8446 §6 as OpenSSL's sends them.
  it.each([
    ["bad_certificate", 42, /the PBX wants a certificate of ours .* Check pbx\.tls\.cert and pbx\.tls\.key/],
    ["certificate_expired", 45, /the PBX wants a certificate of ours/],
    ["unknown_ca", 48, /the PBX wants a certificate of ours .* which CA the PBX trusts/],
    ["certificate_required", 116, /the PBX wants a certificate of ours/],
    ["handshake_failure", 40, /does not agree to TLS with us\. It may want a certificate/],
    ["protocol_version", 70, /speaks only a TLS that is older than 1\.2/],
    ["internal_error", 80, /^Cannot set up TLS with TLS \S+: /],
  ])("puts the alert %s into words", async (_, alert, sentence) => {
    const peer = await StreamPeer.tcp("127.0.0.1");
    peers.push(peer);
    const refused = refusal(transportTo(peer.port));
    await soon(() => expect(peer.raw).not.toBe(""));
    peer.send(Buffer.from([21, 3, 3, 0, 2, 2, alert]));
    expect(await refused).toMatch(sentence);
  });

  it("says so as well where our certificate is refused after the handshake", () => {
    const late = Object.assign(new Error("alert"), { code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" });
    expect(tlsLoss(late).message).toMatch(/^the PBX wants a certificate of ours/);
    const other = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    expect(tlsLoss(other)).toBe(other);
  });

  it("holds a key that cannot be used against nobody but itself", async () => {
    const peer = await pbx("127.0.0.1");
    const tls = { ...OURS, cert: pem("panel.pem"), key: new Secret(pem("pbx.key")) };
    const told = await refusal(transportTo(peer.port, { tls }));
    expect(told).toMatch(/^Cannot set up TLS with TLS \S+: .*key values mismatch/);
  });
});
