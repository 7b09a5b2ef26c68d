import { describe, expect, test } from "vitest";
import { dialog, full } from "../watching.ts";
import { survives, type Torture, titled } from "./torture.ts";
import { challenge, requestText, WatchedPanel } from "./watched-panel.ts";

/* The messages are made anew from what each section of RFC 5118 is about. */

const RINGING = full(7, dialog("early"));

const sdp = (...lines: readonly string[]): string =>
  `${["v=0", "o=a 1 1 IN IP6 2001:db8::20", "s=-", ...lines, "t=0 0"].join("\r\n")}\r\n`;
const withSdp = (body: string): string => requestText({ more: ["Content-Type: application/sdp"], body });

const CASES: readonly Torture[] = [
  {
    section: "4.1",
    what: "IPv6 references wherever an address may stand",
    message: requestText({
      method: "OPTIONS",
      line: "OPTIONS sip:[2001:db8::10] SIP/2.0",
      via: "Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111",
      from: "From: <sip:user@[2001:db8::9:1]>;tag=81x2",
      more: ['Contact: "Caller" <sip:caller@[2001:db8::1]>'],
    }),
    fate: "answered 200",
  },
  {
    section: "4.1",
    what: "a NOTIFY with IPv6 references",
    message: (watched) =>
      watched.notify({
        line: "NOTIFY sip:panel1@[2001:db8::7]:40123 SIP/2.0",
        via: "Via: SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bK-1;rport",
        from: "From: <sip:101@[2001:db8::1]>;tag=pbx",
        body: RINGING,
      }),
    fate: "answered 200",
    lamp: "ringing",
  },
  {
    section: "4.2",
    what: "an IPv6 address without brackets in the Request-URI",
    message: requestText({ method: "OPTIONS", line: "OPTIONS sip:2001:db8::10 SIP/2.0" }),
    fate: "answered 200", // What a Request-URI says decides nothing at a panel.
  },
  {
    section: "4.2",
    what: "an IPv6 address without brackets in Via",
    message: (watched) => watched.notify({ via: "Via: SIP/2.0/UDP 2001:db8::9:1;branch=z9hG4bK1", body: RINGING }),
    fate: "dropped handler-threw",
  },
  {
    section: "4.3",
    what: "what looks like a port belongs to the address",
    message: requestText({ method: "OPTIONS", line: "OPTIONS sip:[2001:db8::10:5070] SIP/2.0" }),
    fate: "answered 200",
  },
  {
    section: "4.4",
    what: "a port behind the brackets",
    message: requestText({ method: "OPTIONS", line: "OPTIONS sip:[2001:db8::10]:5070 SIP/2.0" }),
    fate: "answered 200",
  },
  ...["[2001:db8::9:255]", "2001:db8::9:255"].map(
    (address): Torture => ({
      section: "4.5",
      what: `an answer that was received from ${address}`,
      message: challenge({ via: (sent) => `${sent};received=${address}` }),
      fate: "asked again",
    }),
  ),
  ...["[2001:db8::9:255]", "2001:db8::9:255"].map(
    (address): Torture => ({
      section: "4.5",
      what: `a NOTIFY that a proxy received from ${address}`,
      message: (watched) =>
        watched.notify({
          via: `Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nVia: SIP/2.0/UDP [2001:db8::9:1];received=${address};branch=z9hG4bK2`,
          body: RINGING,
        }),
      fate: "answered 200",
      lamp: "ringing",
    }),
  ),
  {
    section: "4.6",
    what: "IPv6 addresses in SDP",
    message: withSdp(sdp("c=IN IP6 2001:db8::20", "m=audio 42 RTP/AVP 0")),
    fate: "answered 486",
  },
  {
    section: "4.7",
    what: "addresses of both kinds on the way of one message",
    message: (watched) =>
      watched.notify({
        via: "Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144\r\nVia: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200",
        more: [
          "Event: dialog",
          "Subscription-State: active",
          "Content-Type: application/dialog-info+xml",
          "Contact: <sip:[2001:db8::1]:5060>",
        ],
        body: RINGING,
      }),
    fate: "answered 200",
    lamp: "ringing",
  },
  {
    section: "4.8",
    what: "addresses of both kinds in SDP",
    message: withSdp(
      sdp("m=audio 22334 RTP/AVP 0", "c=IN IP4 192.0.2.1", "m=video 6024 RTP/AVP 107", "c=IN IP6 2001:db8::1"),
    ),
    fate: "answered 486",
  },
  {
    section: "4.9",
    what: "IPv4 addresses in IPv6 references",
    message: requestText({
      method: "OPTIONS",
      via: "Via: SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19",
      more: ['Contact: "T. Desk" <sip:td@[::ffff:192.0.2.10]:19823>'],
    }),
    fate: "answered 200",
  },
  ...[":", "::"].map(
    (colons): Torture => ({
      section: "4.10",
      what: `${colons === ":" ? "two" : "three"} colons before an embedded IPv4 address`,
      message: requestText({
        method: "OPTIONS",
        line: `OPTIONS sip:user@[2001:db8:${colons}192.0.2.1] SIP/2.0`,
      }),
      fate: colons === ":" ? "answered 200" : "dropped handler-threw",
    }),
  ),
];

describe("RFC 5118 §4, IPv6", () => {
  test.each(titled("RFC 5118", CASES))("%s", (_, torture) => survives(torture));

  test("RFC 5118 §4.4: a refresh goes to the IPv6 reference that the notifier gave as its Contact", async () => {
    const watched = await WatchedPanel.open();
    const more = [
      "Event: dialog",
      "Subscription-State: active;expires=60",
      "Content-Type: application/dialog-info+xml",
    ];
    watched.panel.arrive(watched.notify({ more: [...more, "Contact: <sip:[2001:db8::10]:5070>"], body: RINGING }));
    watched.panel.arrive(challenge({ status: "200 OK", more: ["Expires: 60"] })(watched));
    await new Promise((resolve) => setImmediate(resolve));
    watched.panel.clock.advance(60_000);
    expect(watched.panel.last("SUBSCRIBE").uri).toBe("sip:[2001:db8::10]:5070");
    await watched.close();
  });
});
