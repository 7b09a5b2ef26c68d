import { describe, test } from "vitest";
import { dialog, full } from "../watching.ts";
import { survives, type Torture, titled } from "./torture.ts";
import { challenge, requestText } from "./watched-panel.ts";

/* The messages are made anew from what each section of RFC 4475 is about; see README.md for what is done otherwise. */

const RINGING = full(7, dialog("early"));

const TRANSACTIONS: readonly Torture[] = [
  {
    section: "3.2.1",
    what: "a branch that is the magic cookie and nothing more",
    message: (watched) => watched.notify({ body: RINGING, via: "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK" }),
    fate: "answered 200",
    lamp: "ringing",
  },
];

const APPLICATION: readonly Torture[] = [
  {
    section: "3.3.1",
    what: "no Call-ID, From and To",
    message: requestText({ from: "", to: "", callId: "" }),
    fate: "dropped malformed",
  },
  ...["from", "to", "callId", "cseq", "via"].map(
    (name): Torture => ({
      section: "3.3.1",
      what: `a NOTIFY without its ${name}`,
      message: (watched) => watched.notify({ body: RINGING, [name]: "" }),
      fate: name === "from" || name === "to" ? "dropped handler-threw" : "dropped malformed",
    }),
  ),
  {
    section: "3.3.2",
    what: "a Request-URI of an unknown scheme",
    message: requestText({ method: "OPTIONS", line: "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0" }),
    fate: "answered 200",
  },
  {
    section: "3.3.3",
    what: "a Request-URI of a known scheme that is not SIP's",
    message: requestText({ method: "OPTIONS", line: "OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0" }),
    fate: "answered 200",
  },
  {
    section: "3.3.4",
    what: "unknown schemes in To, From and Contact",
    message: requestText({
      method: "REGISTER",
      to: "To: isbn:2983792873",
      from: "From: <http://www.example.com>;tag=3234233",
      more: ["Contact: <name:John_Smith>"],
    }),
    fate: "dropped handler-threw",
  },
  {
    section: "3.3.5",
    what: "Require and Proxy-Require of what nobody has",
    message: requestText({
      method: "OPTIONS",
      more: ["Require: nothingSupportsThis, nothingSupportsThisEither", "Proxy-Require: noProxiesSupportThis"],
    }),
    fate: "answered 200",
  },
  {
    section: "3.3.6",
    what: "a body of an unknown type",
    message: (watched) =>
      watched.notify({
        more: ["Event: dialog", "Subscription-State: active", "Content-Type: application/unknownformat"],
        body: "<audio/>",
      }),
    fate: "answered 200",
    lamp: "unknown",
  },
  {
    section: "3.3.7",
    what: "credentials of an unknown scheme",
    message: requestText({ method: "REGISTER", more: ["Authorization: NoOneKnowsThisScheme opaque-data=here"] }),
    fate: "answered 405",
  },
  {
    section: "3.3.8",
    what: "required headers more than once",
    message: requestText({
      more: [
        "CSeq: 59 INVITE",
        "Call-ID: multi01.second",
        "From: sip:secondcaller@example.com;tag=3",
        "To: sip:seconduser@example.com",
        "Max-Forwards: 5",
      ],
    }),
    fate: "dropped malformed",
  },
  {
    section: "3.3.9",
    what: "two different values of Content-Length",
    message: (watched) =>
      watched.notify({ body: RINGING, contentLength: `Content-Length: ${RINGING.length}\r\nContent-Length: 5` }),
    fate: "dropped malformed",
  },
  {
    section: "3.3.10",
    what: "a 200 whose second Via is a broadcast address",
    message: challenge({ more: ["Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23"] }),
    fate: "ignored",
  },
  {
    section: "3.3.11",
    what: "Max-Forwards of 0 at its destination",
    message: (watched) => watched.notify({ body: RINGING, maxForwards: "Max-Forwards: 0" }),
    fate: "answered 200",
    lamp: "ringing",
  },
  {
    section: "3.3.12",
    what: "REGISTER with a Contact parameter",
    message: requestText({ method: "REGISTER", more: ["Contact: sip:+19725552222@gw1.example.net;unknownparam"] }),
    fate: "answered 405",
  },
  {
    section: "3.3.13",
    what: "REGISTER with a parameter in the Contact's URI",
    message: requestText({ method: "REGISTER", more: ["Contact: <sip:+19725552222@gw1.example.net;unknownparam>"] }),
    fate: "answered 405",
  },
  {
    section: "3.3.14",
    what: "REGISTER with an escaped header in the Contact's URI",
    message: requestText({
      method: "REGISTER",
      more: ["Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>"],
    }),
    fate: "answered 405",
  },
  {
    section: "3.3.15",
    what: "an INVITE that accepts no SDP",
    message: requestText({ more: ["Accept: text/nobodyKnowsThis"] }),
    fate: "answered 486",
  },
  {
    section: "3.4.1",
    what: "an INVITE as RFC 2543 has it: no branch, no tag, no Max-Forwards",
    message: requestText({
      line: "INVITE sip:UserB@example.com SIP/2.0",
      via: "Via: SIP/2.0/UDP iftgw.example.com",
      from: "From: <sip:+13035551111@ift.client.example.net;user=phone>",
      maxForwards: "",
      cseq: "CSeq: 56 INVITE",
      more: ["Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>"],
    }),
    fate: "answered 486",
  },
];

describe("RFC 4475 §3.2, §3.3 and §3.4, what transactions and applications get", () => {
  test.each(titled("RFC 4475", [...TRANSACTIONS, ...APPLICATION]))("%s", (_, torture) => survives(torture));
});
