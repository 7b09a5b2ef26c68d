import { UserAgent } from "sip.js/lib/api/index.js";
import { URI } from "sip.js/lib/grammar/index.js";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SystemClock } from "../../drivers/system-clock.ts";
import type { SipTransport, TransportOptions } from "../../firmware/sip/transport/transport.ts";
import { RecordingLog } from "../recording-log.ts";
import { wireHeader, wireRequest, wireResponse } from "../sip/wire-message.ts";
import { LOOPBACKS, type Peer, PLACEHOLDER, soon, type TransportBench } from "./transport-bench.ts";
import { refusalContract } from "./transport-refusal.ts";

const openSockets = (): number => process.getActiveResourcesInfo().filter((name) => /TCP|UDP/.test(name)).length;
const ours = (callId: string): string =>
  wireRequest({ method: "OPTIONS", callId, via: `SIP/2.0/UDP ${PLACEHOLDER};branch=z9hG4bK${callId};rport` });

/** What every transport promises to sip.js and to the user agent. */
export function transportContract(name: string, bench: TransportBench): void {
  describe.each(LOOPBACKS)(`${name} to %s`, (host) => {
    let peer: Peer;
    let transport: SipTransport;
    let log = new RecordingLog();
    let got: string[] = [];
    let story: string[] = [];
    let socketsBefore = 0;

    const options = (more: Partial<TransportOptions> = {}): TransportOptions => ({
      host,
      port: peer.port,
      viaPlaceholder: PLACEHOLDER,
      clock: new SystemClock(),
      log,
      ...more,
    });

    beforeAll(() => {
      socketsBefore = openSockets();
    });

    beforeEach(async () => {
      log = new RecordingLog();
      got = [];
      story = [];
      peer = await bench.peer(host);
      transport = bench.make(options());
      transport.stateChange.addListener((state) => story.push(state));
      transport.onConnect = () => story.push("onConnect");
      transport.onDisconnect = (error) => story.push(error ? "onDisconnect with error" : "onDisconnect");
      transport.onMessage = (message) => got.push(message);
    });

    afterEach(async () => {
      await transport.disconnect();
      await peer.stop();
      await soon(() => expect(openSockets()).toBeLessThanOrEqual(socketsBefore));
    });

    /** Connected, and known to the peer. */
    const connected = async (): Promise<void> => {
      await transport.connect();
      await transport.send(ours("hello"));
      await soon(() => expect(peer.got).toHaveLength(1));
      peer.send(wireResponse(peer.got[0] ?? "", 200, "OK"), transport);
      await soon(() => expect(got).toHaveLength(1));
      got.length = 0;
    };

    it("goes through its states and tells of them as sip.js expects", async () => {
      expect([transport.state, transport.isConnected()]).toEqual(["Disconnected", false]);
      const connecting = transport.connect();
      expect(transport.state).toBe("Connecting");
      await connecting;
      expect(transport.isConnected()).toBe(true);
      const disconnecting = transport.disconnect();
      expect(transport.state).toBe("Disconnecting");
      await disconnecting;
      expect(story).toEqual(["Connecting", "Connected", "onConnect", "Disconnecting", "onDisconnect", "Disconnected"]);
    });

    it("connects once, however often it is asked to", async () => {
      const first = transport.connect();
      await Promise.all([first, transport.connect()]);
      await transport.connect();
      expect(story).toEqual(["Connecting", "Connected", "onConnect"]);
    });

    it("sends and receives", async () => {
      await connected();
      await transport.send(ours("one"));
      await soon(() => expect(peer.got).toHaveLength(2));
      expect(wireHeader(peer.got[1] ?? "", "Call-ID")).toBe("one");
      const body = "grüße\r\n\r\nund mehr";
      peer.send(wireRequest({ body }), transport);
      await soon(() => expect(got).toHaveLength(1));
      expect(got[0]?.endsWith(`\r\n\r\n${body}`)).toBe(true);
    });

    it("names its own address in the Via of requests, once it is known", async () => {
      expect([transport.localAddress, transport.localPort]).toEqual([undefined, undefined]);
      await connected();
      const { localAddress, localPort } = transport;
      expect(localAddress).toBe(host);
      expect(localPort).toBeGreaterThan(0);
      const sentBy = host.includes(":") ? `[${host}]:${localPort}` : `${host}:${localPort}`;
      expect(wireHeader(peer.got[0] ?? "", "Via")).toBe(`SIP/2.0/UDP ${sentBy};branch=z9hG4bKhello;rport`);
    });

    it("shows sip.js its placeholder in the Via of responses, and no port", async () => {
      await connected();
      await transport.send(ours("two"));
      await soon(() => expect(peer.got).toHaveLength(2));
      const marked = (peer.got[1] ?? "").replace(";rport", `;rport=${transport.localPort};received=${host}`);
      peer.send(wireResponse(marked, 200, "OK"), transport);
      await soon(() => expect(got).toHaveLength(1));
      expect(wireHeader(got[0] ?? "", "Via")).toBe(
        `SIP/2.0/UDP ${PLACEHOLDER};branch=z9hG4bKtwo;rport=${transport.localPort};received=${host}`,
      );
    });

    it("marks where a request came from, and answers there", async () => {
      await connected();
      peer.send(wireRequest({ via: "SIP/2.0/UDP pbx.invalid:9;rport;branch=z9hG4bKpbx" }), transport);
      await soon(() => expect(got).toHaveLength(1));
      const via = wireHeader(got[0] ?? "", "Via") ?? "";
      expect(via).toMatch(/^SIP\/2\.0\/UDP pbx\.invalid:9;rport=\d+;branch=z9hG4bKpbx;received=/);
      expect(via.endsWith(`received=${host}`)).toBe(true);
      await transport.send(wireResponse(got[0] ?? "", 200, "OK"));
      await soon(() => expect(peer.got).toHaveLength(2));
      expect(peer.got[1]).toContain(`SIP/2.0 200 OK\r\nVia: ${via}\r\n`);
    });

    it("gives sip.js long header names", async () => {
      await connected();
      peer.send(wireRequest({ headers: ["o: dialog", "Subscription-State: Active;expires=9"] }), transport);
      await soon(() => expect(got).toHaveLength(1));
      expect(got[0]).toContain("\r\nEvent: dialog\r\nSubscription-State: active;expires=9\r\n");
    });

    it("carries a request of sip.js and the response to it", async () => {
      const server = new URI("sip", "pbx", "pbx.example.org");
      class Given {
        constructor() {
          // biome-ignore lint/correctness/noConstructorReturn: the only way to give sip.js a transport that exists
          return transport as unknown as Given;
        }
      }
      const agent = new UserAgent({
        uri: server,
        viaHost: PLACEHOLDER,
        logBuiltinEnabled: false,
        gracefulShutdown: false,
        transportConstructor: Given as never,
      });
      await agent.start();
      const core = agent.userAgentCore;
      const options = core.makeOutgoingRequestMessage("OPTIONS", server, server, server, {});
      const answered = new Promise<number | undefined>((resolve) => {
        core.request(options, { onAccept: ({ message }) => resolve(message.statusCode) });
      });
      await soon(() => expect(peer.got).toHaveLength(1));
      peer.send(wireResponse(peer.got[0] ?? "", 204, "Fine"), transport);
      expect(await answered).toBe(204);
      await agent.stop();
    });

    it("drops and counts what is oversized or malformed, and goes on", async () => {
      await connected();
      peer.send(bench.oversize, transport);
      peer.send("hello\r\nContent-Length: 0\r\n\r\n", transport);
      peer.send(wireRequest(), transport);
      await soon(() => expect(got).toHaveLength(1));
      expect(transport.drops).toEqual({ oversize: 1, malformed: 1, foreign: 0, "handler-threw": 0 });
      expect(log.text).toMatch(/oversize[\s\S]*malformed/);
    });

    it("lets nothing out that the handler throws", async () => {
      await connected();
      transport.onMessage = (message) => {
        got.push(message);
        if (got.length === 1) throw new Error("sip.js stumbled");
      };
      peer.send(wireRequest({ callId: "bad", body: "private" }), transport);
      peer.send(wireRequest({ callId: "good" }), transport);
      await soon(() => expect(got).toHaveLength(2));
      expect(transport.drops["handler-threw"]).toBe(1);
      expect(transport.isConnected()).toBe(true);
      expect(log.text).toContain("sip.js stumbled");
      expect(log.text).not.toContain("private");
    });

    it("tells of signs of life, but not of nonsense, until it is asked not to", async () => {
      await connected();
      let signs = 0;
      const cancel = transport.onActivity(() => signs++);
      peer.send("hello\r\nContent-Length: 0\r\n\r\n", transport);
      peer.send(wireRequest({ cseq: 1 }), transport);
      await soon(() => expect(got).toHaveLength(1));
      expect(signs).toBe(1);
      cancel();
      peer.send(wireRequest({ cseq: 2 }), transport);
      await soon(() => expect(got).toHaveLength(2));
      expect(signs).toBe(1);
    });

    it("gives a PBX up that does not read, before the memory does", async () => {
      await connected();
      if (!peer.pause) return;
      let lost = "";
      transport.onDisconnect = (error) => {
        lost = error?.message ?? "";
      };
      peer.pause();
      let waiting = 0;
      let most = 0;
      const big = wireRequest({ via: `SIP/2.0/UDP ${PLACEHOLDER};branch=z9hG4bKbig`, body: "x".repeat(60_000) });
      for (let i = 0; i < 1000 && transport.isConnected(); i++) {
        waiting += big.length;
        const settled = () => {
          waiting -= big.length;
        };
        transport.send(big).then(settled, settled);
        await new Promise((resolve) => setImmediate(resolve));
        most = Math.max(most, waiting);
      }
      expect(lost).toMatch(/^Lost \w+ .*: the PBX does not read$/);
      expect(most).toBeLessThan(2_000_000);
      await soon(() => expect(waiting).toBe(0));
    });

    it("sends nothing while it is not connected, and no nonsense ever", async () => {
      await expect(transport.send(ours("early"))).rejects.toThrow("Not connected");
      await connected();
      await expect(transport.send("hello")).rejects.toThrow("Not a SIP message");
      await transport.disconnect();
      await expect(transport.send(ours("late"))).rejects.toThrow("Not connected");
      expect(peer.got).toHaveLength(1);
    });

    it("disconnects as often as it is asked to, and leaves no socket", async () => {
      await transport.disconnect();
      expect(story).toEqual([]);
      await connected();
      await Promise.all([transport.disconnect(), transport.disconnect()]);
      await transport.disconnect();
      await transport.dispose();
      expect(story.filter((entry) => entry === "onDisconnect")).toHaveLength(1);
      await peer.stop();
      await soon(() => expect(openSockets()).toBeLessThanOrEqual(socketsBefore));
      peer = await bench.peer(host);
    });

    it("connects again after it was disconnected", async () => {
      await connected();
      await transport.disconnect();
      await transport.connect();
      await transport.send(ours("again"));
      await soon(() => expect(peer.got).toHaveLength(2));
    });

    it("connects again while it disconnects", async () => {
      await connected();
      const disconnecting = transport.disconnect();
      const connecting = transport.connect();
      expect(transport.state).toBe("Connecting");
      await expect(disconnecting).rejects.toThrow("Connected again");
      await connecting;
      await transport.send(ours("again"));
      await soon(() => expect(peer.got).toHaveLength(2));
    });

    it("gives up connecting when it is disconnected meanwhile", async () => {
      const connecting = transport.connect();
      const disconnecting = transport.disconnect();
      expect(transport.state).toBe("Disconnecting");
      await expect(connecting).rejects.toThrow("Disconnected while connecting");
      await disconnecting;
      expect(story).toEqual(["Connecting", "Disconnecting", "Disconnected"]);
    });

    it("connects after all when it is asked again at once", async () => {
      const first = transport.connect();
      const disconnecting = transport.disconnect();
      const second = transport.connect();
      await expect(first).rejects.toThrow("Disconnected while connecting");
      await expect(disconnecting).rejects.toThrow("Connected again");
      await second;
      await transport.send(ours("again"));
      await soon(() => expect(peer.got).toHaveLength(1));
      expect(story).toEqual(["Connecting", "Disconnecting", "Connecting", "Connected", "onConnect"]);
    });
  });

  refusalContract(name, bench);
}
