import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import { Secret } from "../../../firmware/domain/secret.ts";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import { UserAgent } from "../../../firmware/sip/user-agent.ts";
import { silentLog } from "../../recording-log.ts";
import { legInbox } from "../../sip/raw/rig.ts";
import type { Baresip } from "../baresip.ts";
import { Asterisk } from "./asterisk.ts";
import { TRANSPORTS } from "./watch.ts";

const SOON = 10_000;
const SDP = [
  "v=0",
  "o=- 1 1 IN IP4 127.0.0.1",
  "s=-",
  "c=IN IP4 127.0.0.1",
  "t=0 0",
  "m=audio 40000 RTP/AVP 8 0",
  "a=inactive",
  "",
].join("\r\n");
/** Makes an INVITE too big for a datagram (RFC 3261 §18.1.1). */
const LONG = [`X-Padding: ${"x".repeat(1000)}`];

/** The calls of which pickups are made, on their way to a real Asterisk. */
describe("a call of the panel", () => {
  const pbx = new Asterisk();
  let phone: Baresip;
  let agent: UserAgent | undefined;

  beforeAll(async () => {
    await pbx.start();
    phone = pbx.phone("101", "manual");
    await phone.start();
  }, 120_000);
  afterEach(() => agent?.stop());
  afterAll(() => pbx.stop());

  async function connected(transport: SipTransportName): Promise<UserAgent> {
    const one = new UserAgent({
      pbx: {
        host: pbx.host,
        port: pbx.portOf(transport),
        transport,
        tls: { ca: readFileSync(pbx.authority, "utf8") },
        user: "panel1",
        password: new Secret("pwpanel1"),
        alive: 5000,
      },
      clock: new SystemClock(),
      log: silentLog,
    });
    agent = one;
    const up = new Promise<void>((resolve) => one.onLink((isUp) => isUp && resolve()));
    await one.start();
    await up;
    return one;
  }

  async function answeredAndEnded(transport: SipTransportName, headers: readonly string[]): Promise<void> {
    const one = await connected(transport);
    const { inbox, events } = legInbox();
    const leg = one.invite(one.uri("101"), headers, SDP, events);
    await phone.until("ringing", SOON);
    await phone.answer();
    await inbox.next(({ kind }) => kind === "accepted", SOON);
    leg.end();
    await inbox.next(({ kind }) => kind === "ended", SOON);
    await phone.until("idle", SOON);
  }

  async function cancelled(transport: SipTransportName, headers: readonly string[]): Promise<void> {
    const one = await connected(transport);
    const { inbox, events } = legInbox();
    const leg = one.invite(one.uri("101"), headers, SDP, events);
    await phone.until("ringing", SOON);
    leg.end();
    await inbox.next(({ kind }) => kind === "rejected", SOON);
    await phone.until("idle", SOON);
  }

  /** Asterisk writes its log a moment after it has acted. */
  async function wentBy(method: string, transport: string): Promise<void> {
    await expect.poll(async () => wayOf(method, await pbx.log()), { timeout: SOON }).toBe(transport);
  }

  describe.each(TRANSPORTS)("over %s", (transport) => {
    test("is answered and ended", () => answeredAndEnded(transport, []));
    test("is cancelled", () => cancelled(transport, []));
  });

  test("on UDP with too long an INVITE is answered and ended, the INVITE by TCP and the rest by UDP", async () => {
    await answeredAndEnded("udp", LONG);
    await wentBy("INVITE", "TCP");
    await wentBy("BYE", "UDP");
  });

  test("on UDP with too long an INVITE is cancelled, which goes the way of that", async () => {
    await cancelled("udp", LONG);
    await wentBy("CANCEL", "TCP");
  });
});

/** How the last request of a method came to Asterisk. */
function wayOf(method: string, log: string): string | undefined {
  const all = log.matchAll(/Received SIP request \(\d+ bytes\) from (\w+):\S+ --->\s+([A-Z]+) sip:/g);
  return [...all].findLast(([, , name]) => name === method)?.[1];
}
