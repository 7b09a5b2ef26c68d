import { deepStrictEqual } from "node:assert";
import fc from "fast-check";
import { Grammar } from "sip.js/lib/grammar/index.js";
import { describe, expect, it } from "vitest";
import { installGrammar } from "../../firmware/sip/grammar.ts";
import { parsePlain } from "../../firmware/sip/plain-headers.ts";
import { capturedMessages, headersOf } from "./capture.ts";

interface Sample {
  readonly rule: string;
  readonly input: string;
}

/** The headers that sip.js parses in every message that it gets, and the rule it does that with. */
const RULES: Readonly<Record<string, string>> = {
  via: "Via",
  from: "From",
  to: "To",
  contact: "Contact",
  "record-route": "Record_Route",
  "call-id": "Call_ID",
  cseq: "CSeq",
  "content-length": "Content_Length",
  "content-type": "Content_Type",
  "max-forwards": "Max_Forwards",
  "www-authenticate": "WWW_Authenticate",
  "proxy-authenticate": "Proxy_Authenticate",
  "refer-to": "Refer_To",
  event: "Event",
  "subscription-state": "Subscription_State",
  "p-asserted-identity": "Name_Addr_Header",
};

/** Forms that other PBXs and proxies send, and some that only look plain. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  Request_Response: [
    "NOTIFY sip:panel1@pbx.example.org:5061;transport=tcp SIP/2.0",
    "OPTIONS sip:h SIP/2.0",
    "NOTIFY sip:a@b;lr=on;x=Y;ob SIP/2.0",
    "ACKNOWLEDGE sip:a@b SIP/2.0",
    "INFO sip:100#@b SIP/2.0",
    "NOTIFY sip:a@1.2.3.256 SIP/2.0",
    "NOTIFY sip:a@b:070000 SIP/2.0",
    "SIP/2.0 200 ",
    "SIP/2.0 183 Session Progress",
    "SIP/2.0 603 Decline (really)",
  ],
  Via: [
    "SIP/2.0/TLS host.example;branch=z9hG4bK1",
    "SIP/2.0/TCP [2001:db8::1]:5060;branch=z9hG4bK1;rport=5060;received=2001:db8::1",
    "SIP/2.0/UDP via.invalid;rport;branch=z9hG4bK1306629",
    "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK.~1;rport;received=192.0.2.2",
    "SIP/2.0/UDP h;branch=a;branch=b",
  ],
  From: [
    '"Jürgen  Müller" <sip:201@192.0.2.1;user=phone>;tag=as58f4c201',
    '""<sip:a@b>;tag=1;x',
    "<sip:A@HOST.Example:5070>;Tag=c6",
    '"say \\"hi\\"" <sip:a@b>;tag=2',
    "Anna <sip:a@b>;tag=3",
  ],
  Contact: [
    "<sip:x@192.0.2.1:5060;transport=TCP>;expires=3600;+sip.instance=abc",
    "<sip:x@h>;expires=060;q=0.5",
    "<sip:x@h>;q=0.50",
    "<sip:x@h>;expires=soon",
    "<sip:x@h>, <sip:y@h>",
    "*",
  ],
  Record_Route: ["<sip:192.0.2.1;lr>", "<sip:192.0.2.1;r2=on;lr=on;ftag=x>;foo=bar", "<sip:a;lr>,<sip:b;lr>"],
  SIP_URI: ["sip:**101@192.0.2.1:5060", "sip:%2A%2A101@h", "sip:+49.30.123@h;user=phone", "sips:a@b"],
  CSeq: ["4294967295 NOTIFY", "007 INVITE", "1 FOO"],
  Event: ["dialog", "Dialog;id=9", "presence.winfo", "dialog;sla;ma"],
  Subscription_State: [
    "active",
    "Active;expires=60",
    "pending;expires=007",
    "terminated;reason=probation;retry-after=30",
    "terminated;reason=timeouts",
    "terminated;reason=giveup;expires=0",
    "active;expires=60;foo",
  ],
  Content_Type: [
    "application/pidf+xml ; a=b",
    'multipart/mixed;boundary="=_ab c"',
    "text/plain; charset=utf-8",
    "textual/x",
  ],
};

const captured: Sample[] = capturedMessages().flatMap((message) => {
  const { firstLine, headers } = headersOf(message);
  const parsed = headers.flatMap(({ name, value }) => {
    const rule = RULES[name.toLowerCase()];
    return rule === undefined ? [] : [{ rule, input: value }];
  });
  return [{ rule: "Request_Response", input: firstLine }, ...parsed];
});
const different = [...new Map(captured.map((sample) => [JSON.stringify(sample), sample])).values()];
const others: Sample[] = Object.entries(OTHERS).flatMap(([rule, inputs]) => inputs.map((input) => ({ rule, input })));

/** What mangled headers are made of: harmless and harmful in turn. */
const PIECES = [
  ...'abcXYZ0123456789-.abcXYZ0123456789-.abcXYZ0123456789-._;:<>@"= /,%*#[]\\+~!?&\t\u00fc',
  ..."lr tag= ;tag=x expires= ;expires=09 q= ;q=1 ;lr=on ;transport=tcpx __proto__ :5060 ;rport ;id=1".split(" "),
];

const original = installGrammar();

/** True where the plain form was taken; throws where it differs from what the grammar says. */
function agrees({ rule, input }: Sample): boolean {
  const plain = parsePlain(input, rule);
  if (plain === undefined) return false;
  deepStrictEqual(plain, original(input, rule), `${rule}: ${input}`);
  return true;
}

describe("plain headers", () => {
  it("parse as by the original grammar in every captured message", () => {
    expect(captured.length).toBeGreaterThan(1500);
    for (const sample of different) agrees(sample);
  });

  it("parse as by the original grammar in forms that other PBXs send", () => {
    for (const sample of others) agrees(sample);
  });

  it("take the fast way for at least 95 % of what a real PBX sends", () => {
    const slow = captured.filter(({ rule, input }) => parsePlain(input, rule) === undefined);
    expect(slow.length / captured.length).toBeLessThan(0.05);
  });

  it("take the fast way for nearly all of what is no challenge and no REFER", () => {
    const seldom = ["WWW_Authenticate", "Proxy_Authenticate", "Refer_To"];
    const often = captured.filter(({ rule }) => !seldom.includes(rule));
    const slow = often.filter(({ rule, input }) => parsePlain(input, rule) === undefined);
    expect(slow.length / often.length).toBeLessThan(0.005);
  });

  it("parse as by the original grammar however they are mangled", { timeout: 60_000 }, () => {
    const piece = fc.constantFrom(...PIECES);
    const edit = fc.record({ at: fc.nat(199), cut: fc.nat(2), put: fc.option(piece) });
    let plain = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...different, ...others),
        fc.array(edit, { minLength: 1, maxLength: 2 }),
        ({ rule, input }, edits) => {
          const mangled = edits.reduce((text, { at, cut, put }) => {
            const place = at % (text.length + 1);
            return text.slice(0, place) + (put ?? "") + text.slice(place + cut);
          }, input);
          if (agrees({ rule, input: mangled })) plain++;
        },
      ),
      { numRuns: 25_000 },
    );
    expect(plain).toBeGreaterThan(5_000);
  });

  it("include those of a proxy on the way", () => {
    for (const route of ["<sip:192.0.2.1;lr>", "<sip:192.0.2.1;lr=on;ftag=x>"]) {
      expect(parsePlain(route, "Record_Route")).toBeDefined();
    }
  });

  it("leave long headers to the grammar", () => {
    expect(parsePlain("a".repeat(1024), "Call_ID")).toBeDefined();
    expect(parsePlain("a".repeat(1025), "Call_ID")).toBeUndefined();
  });
});

describe("installGrammar", () => {
  it("stands in front once, however often it is called", () => {
    const front = Grammar.parse;
    expect(front).not.toBe(original);
    expect(installGrammar()).toBe(original);
    expect(Grammar.parse).toBe(front);
  });

  it("leaves challenges to whoever reads them from the text: the original would lose the response over MD5-sess", () => {
    const challenge = 'Digest realm="r", nonce="n", algorithm=MD5-sess';
    expect(original(challenge, "WWW_Authenticate")).toBe(-1);
    expect(Grammar.parse(challenge, "WWW_Authenticate")).toBeTruthy();
    expect(Grammar.parse(challenge, "Proxy_Authenticate")).toBeTruthy();
  });

  it("gives what is not plain to the original", () => {
    expect(Grammar.parse("sip:%2A8@h", "SIP_URI")).toMatchObject({ user: "*8" });
    expect(Grammar.parse("no such thing", "CSeq")).toBe(-1);
    expect(Grammar.URIParse("sip:101@192.0.2.1")?.user).toBe("101");
  });
});
