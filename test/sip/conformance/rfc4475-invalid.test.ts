import { describe, test } from "vitest";
import { dialog, full } from "../watching.ts";
import { survives, type Torture, titled } from "./torture.ts";
import { challenge, requestText } from "./watched-panel.ts";

/*
 * The messages are made anew from what each section of RFC 4475 is about. What is invalid is dropped and counted, or
 * answered where that is harmless; where sip.js is more lenient than the RFC the message may pass, as long as no lamp
 * can be fooled by it. No answer to nonsense is a stack that cannot be used to shout at somebody else.
 */

const RINGING = full(7, dialog("early"));

const PARSER: readonly Torture[] = [
  {
    section: "3.1.2.1",
    what: "separators without parameters in Via and Contact",
    message: requestText({
      via: "Via: SIP/2.0/UDP 192.0.2.15;;,;,,",
      more: ['Contact: "Joe" <sip:joe@example.org>;;;;'],
    }),
    fate: "dropped handler-threw",
  },
  {
    section: "3.1.2.2",
    what: "Content-Length larger than a datagram's body",
    message: (watched) => watched.notify({ body: RINGING, contentLength: "Content-Length: 9999" }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.3",
    what: "a negative Content-Length",
    message: (watched) => watched.notify({ body: RINGING, contentLength: "Content-Length: -999" }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.4",
    what: "scalars of a request beyond their range",
    message: requestText({
      method: "REGISTER",
      cseq: "CSeq: 36893488147419103232 REGISTER",
      maxForwards: "Max-Forwards: 300",
      more: [
        "Expires: 10000000000000000000000000000000",
        "Contact: <sip:user@host129.example.com>;expires=280297596632815",
      ],
    }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.4",
    what: "times of a NOTIFY beyond their range",
    message: (watched) =>
      watched.notify({
        body: RINGING,
        maxForwards: "Max-Forwards: 300",
        more: [
          "Event: dialog",
          "Subscription-State: active;expires=36893488147419103232;retry-after=99999999999999999999",
          "Content-Type: application/dialog-info+xml",
        ],
      }),
    fate: "answered 200",
    lamp: "ringing",
  },
  {
    section: "3.1.2.5",
    what: "scalars of a response beyond their range",
    message: challenge({
      cseq: "CSeq: 9292394834772304023312 SUBSCRIBE",
      more: ["Retry-After: 949302838503028349304023988", 'Warning: 1812 overture "In Progress"'],
    }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.6",
    what: "a display name whose quote never ends",
    message: requestText({ to: 'To: "Mr. J. User <sip:j.user@example.com>' }),
    fate: "dropped handler-threw",
  },
  {
    section: "3.1.2.7",
    what: "a Request-URI in angle brackets",
    message: requestText({ line: "INVITE <sip:user@example.com> SIP/2.0" }),
    fate: "dropped handler-threw",
  },
  {
    section: "3.1.2.8",
    what: "blanks within the Request-URI",
    message: requestText({ line: "INVITE sip:user@example.com; lr SIP/2.0" }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.9",
    what: "several blanks between the elements of the first line",
    message: requestText({ line: "INVITE  sip:user@example.com  SIP/2.0" }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.10",
    what: "blanks at the end of the first line",
    message: requestText({ method: "OPTIONS", line: "OPTIONS sip:user@example.com SIP/2.0  " }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.11",
    what: "headers in the Request-URI",
    message: requestText({ line: "INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0" }),
    fate: "answered 486",
  },
  {
    section: "3.1.2.12",
    what: "a Date in another zone than GMT",
    message: requestText({ more: ["Date: Fri, 01 Jan 2010 16:00:00 EST"] }),
    fate: "answered 486",
  },
  {
    section: "3.1.2.13",
    what: "a Contact with a header in its URI and no angle brackets",
    message: requestText({
      method: "REGISTER",
      more: ["Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E"],
    }),
    fate: "dropped handler-threw",
  },
  {
    section: "3.1.2.14",
    what: "blanks within an address",
    message: requestText({ method: "OPTIONS", to: 'To: "Watson, Thomas" < sip:t.watson@example.org >' }),
    fate: "dropped handler-threw",
  },
  {
    section: "3.1.2.15",
    what: "a display name with a comma and no quotes",
    message: requestText({ method: "OPTIONS", from: "From: Bell, Alexander <sip:a.g.bell@example.com>;tag=43" }),
    fate: "dropped handler-threw",
  },
  {
    section: "3.1.2.16",
    what: "another version of SIP",
    message: requestText({
      line: "OPTIONS sip:t.watson@example.org SIP/7.0",
      via: "Via: SIP/7.0/UDP c.example.com;branch=z9hG4bK1",
      cseq: "CSeq: 1 OPTIONS",
    }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.17",
    what: "a method that is not the one in CSeq",
    message: requestText({ method: "OPTIONS", cseq: "CSeq: 8 INVITE" }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.17",
    what: "a NOTIFY that says SUBSCRIBE in CSeq",
    message: (watched) => watched.notify({ body: RINGING, cseq: "CSeq: 900 SUBSCRIBE" }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.18",
    what: "an unknown method that is not the one in CSeq",
    message: requestText({ method: "NEWMETHOD", cseq: "CSeq: 8 INVITE" }),
    fate: "dropped malformed",
  },
  {
    section: "3.1.2.19",
    what: "a status of ten digits",
    message: challenge({ status: "4294967301 better not break the receiver" }),
    fate: "dropped malformed",
  },
];

describe("RFC 4475 §3.1.2, invalid messages", () => {
  test.each(titled("RFC 4475", PARSER))("%s", (_, torture) => survives(torture));
});
