import { describe, test } from "vitest";
import { dialog, full } from "../watching.ts";
import { survives, type Torture, titled } from "./torture.ts";
import { challenge, requestText, type WatchedPanel } from "./watched-panel.ts";

/*
 * The messages are made anew from what each section of RFC 4475 is about. A panel takes no calls, so that a good INVITE is
 * answered 486; what matters to its lamps is a NOTIFY, and the same odd forms come in one.
 */

const RINGING = full(7, dialog("early"));
const DIALOG_INFO = "Content-Type: application/dialog-info+xml";
const ACTIVE = "Subscription-State: active";

const CALLS: readonly Torture[] = [
  {
    section: "3.1.1.1",
    what: "a short tortuous INVITE: folds, blanks, odd case, compact and unknown headers",
    message: [
      "INVITE sip:panel1@lamps.example.com;strange SIP/2.0",
      "TO :",
      " sip:panel1@lamps.example.com ;   tag    = 29t",
      'from   : "L \\\\\\"amp\\""       <sip:ringer@example.com>',
      "  ;",
      "  tag = 3x9",
      "MaX-fOrWaRdS: 0068",
      "Call-ID: tortuous.0ha0isn",
      "Content-Length   : 0",
      "cseq: 0009",
      "  INVITE",
      "Via  : SIP  /   2.0",
      " /UDP",
      "    192.0.2.2;branch=390sk",
      "s :",
      "NewFangled:   newfangled value",
      " goes on ",
      "UnknownHeaderWithUnusualValue: ;;,,;;,;",
      "Route:",
      " <sip:services.example.com;lr;odd=value;no=way>",
      "v:  SIP  / 2.0  / TCP     spindle.example.com   ;",
      "  branch  =   z9hG4bK9i  ,",
      " SIP  /    2.0   / UDP  192.168.255.111   ; branch=",
      " z9hG4bK302",
      'm:"Quoted \\"\\"" <sip:ringer@example.com> ; newparam =',
      "      newvalue ;",
      "  second ; q = 0.33",
      "",
      "",
    ].join("\r\n"),
    fate: "answered 481", // It has a To tag, and no dialog is known under it.
  },
  {
    section: "3.1.1.2",
    what: "every character that a method, a URI, a tag and a Call-ID may have",
    message: requestText({
      line: "!token'a0`*_~%.+1 sip:1_-.!~*'();&=+$,;?/%3a:&it+has=1,x$@example.com SIP/2.0",
      from: "From: token1~` token2'+_ <sip:mundane@example.com>;f%~*'`=x;tag=_t.ag-1~'!*%+`",
      to: 'To: "BEL:\\\u0007 NUL:\\\u0000 DEL:\\\u007f" <sip:1_-.!~*\'()@example.com>',
      callId: "Call-ID: word%ZK-!.*_+'@word`~)(><:\\/\"][?}{",
      cseq: "CSeq: 139122385 !token'a0`*_~%.+1",
      more: ["extensionHeader-!.%*+_`'~: \ufeff\u5927\u505c\u96fb"],
    }),
    fate: "answered 405",
  },
  {
    section: "3.1.1.3",
    what: "escapes in a user part and in a header's URI",
    message: requestText({
      line: "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0",
      to: "To: sip:%75se%72@example.com",
      from: "From: <sip:I%20have%20spaces@example.net>;tag=938",
      more: ["Contact: <sip:caller@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>"],
    }),
    fate: "answered 486",
  },
  {
    section: "3.1.1.4",
    what: "an escaped null in URIs is data and not an end",
    message: requestText({
      method: "REGISTER",
      line: "REGISTER sip:example.com SIP/2.0",
      to: "To: sip:null-%00-null@example.com",
      from: "From: sip:null-%00-null@example.com;tag=8390",
      more: ["Contact: <sip:%00@host5.example.com>", "Contact: <sip:%00%00@host5.example.com>"],
    }),
    fate: "answered 405",
  },
  {
    section: "3.1.1.5",
    what: "a % that escapes nothing, in a method and in parameters",
    message: requestText({
      line: "RE%47IST%45R sip:registrar.example.com SIP/2.0",
      to: 'To: "%Z%45" <sip:resource@example.com>',
      from: 'From: "%Z%45" <sip:resource@example.com>;tag=f232jadfj23',
      cseq: "CSeq: 29344 RE%47IST%45R",
    }),
    fate: "answered 405",
  },
  {
    section: "3.1.1.6",
    what: "no blank between a display name and <",
    message: requestText({ from: "From: caller<sip:caller@example.com>;tag=323" }),
    fate: "answered 486",
  },
  {
    section: "3.1.1.7",
    what: "values as long as nobody has them",
    message: requestText({
      from: `From: sip:${"amazinglylongcallername".repeat(6)}@example.net;tag=12${"982".repeat(50)}424;unknown${"param".repeat(20)}name=unknown${"value".repeat(20)}`,
      to: `To: "I have a user name of ${"extreme".repeat(10)} proportion"<sip:user@example.com:6000;unknownparam1=very${"long".repeat(20)}value>`,
      callId: `Call-ID: longreq.onereally${"long".repeat(20)}callid`,
      more: [
        `Unknown-${"Long".repeat(20)}-Name: unknown-${"long".repeat(20)}-value`,
        ...Array.from({ length: 34 }, (_, i) => `Via: SIP/2.0/TCP sip${i}.example.com`),
        `Contact: <sip:${"amazinglylongcallername".repeat(5)}@host5.example.net>`,
      ],
    }),
    fate: "answered 486",
  },
  {
    section: "3.1.1.8",
    what: "octets behind the end of a datagram's message are not a second one",
    message: requestText({ method: "OPTIONS" }) + requestText({ callId: "Call-ID: second" }),
    fate: "answered 200",
  },
  {
    section: "3.1.1.9",
    what: "semicolons in a user part",
    message: requestText({ method: "OPTIONS", line: "OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0" }),
    fate: "answered 200",
  },
  {
    section: "3.1.1.10",
    what: "transports in Via, known and unknown",
    message: requestText({
      method: "OPTIONS",
      more: ["SCTP", "TLS", "UNKNOWN", "TCP"].map(
        (name, i) => `Via: SIP/2.0/${name} t${i}.example.com;branch=z9hG4bK${i}`,
      ),
    }),
    fate: "answered 200",
  },
  {
    section: "3.1.1.10",
    what: "an unknown transport in the topmost Via",
    message: requestText({ method: "OPTIONS", via: "Via: SIP/2.0/UNKNOWN t.example.com:5070;branch=z9hG4bKu;rport" }),
    fate: "answered 200",
  },
  {
    section: "3.1.1.11",
    what: "a body of several parts, one of them binary",
    message: requestText({
      method: "MESSAGE",
      more: ["Content-Type: multipart/mixed;boundary=7a9cbec02ceef655"],
      body: "--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\r\n--7a9cbec02ceef655\r\nContent-Type: application/octet-stream\r\n\r\n\u0000\ufffd\u0001\r\n--7a9cbec02ceef655--",
    }),
    fate: "answered 405",
  },
];

const RESPONSES: readonly Torture[] = [
  {
    section: "3.1.1.12",
    what: "a reason phrase in many letters",
    message: challenge({ status: "401 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e" }),
    fate: "asked again",
  },
  {
    section: "3.1.1.13",
    what: "an empty reason phrase, with its blank",
    message: challenge({ status: "401 " }),
    fate: "asked again",
  },
  {
    section: "3.1.1.13",
    what: "an empty reason phrase whose blank is missing too",
    message: challenge({ status: "401" }),
    fate: "dropped handler-threw",
  },
];

/** A NOTIFY of the line's own subscription in an odd but valid form: the lamp has to follow it. */
const NOTIFIES: readonly Torture[] = [
  {
    section: "3.1.1.1",
    what: "a tortuous NOTIFY: folds, blanks, odd case, compact names",
    message: (watched: WatchedPanel) =>
      watched.notify({
        via: "v:  SIP  / 2.0\r\n /UDP\r\n    192.0.2.1:5060 ; branch  =   z9hG4bK9ikj8 ; rport",
        from: 'f   : "L \\\\\\"amp\\""       <sip:101@192.0.2.1>\r\n  ;\r\n  tag = pbx',
        to: "TO :\r\n sip:panel1@192.0.2.1 ;   tag    = panel",
        callId: "I  :   watch-101",
        cseq: "cseq: 0102\r\n   NOTIFY",
        maxForwards: "MaX-fOrWaRdS: 0068",
        contentLength: `l   : ${RINGING.length}`,
        more: [
          "s :",
          "NewFangled:   newfangled value\r\n goes on ",
          "O:\tDIALOG",
          "sUBSCRIPTION-sTATE  :\r\n  Active ; expires = 060",
          "c  :   APPLICATION / Dialog-Info+XML",
          "m:<sip:192.0.2.1:5060> ; newparam =\r\n  newvalue ; q = 0.33",
        ],
        body: RINGING,
      }),
    fate: "answered 200",
    lamp: "ringing",
  },
  {
    section: "3.1.1.3",
    what: "escapes in the addresses of a NOTIFY",
    message: notify({ from: "From: <sip:%31%30%31@192.0.2.1>;tag=pbx", to: "To: sip:%70anel1@192.0.2.1;tag=panel" }),
    fate: "answered 200",
    lamp: "ringing",
  },
  {
    section: "3.1.1.6",
    what: "a NOTIFY without a blank between a display name and <",
    message: notify({ from: "From: Anna<sip:101@192.0.2.1>;tag=pbx" }),
    fate: "answered 200",
    lamp: "ringing",
  },
  {
    section: "3.1.1.7",
    what: "a NOTIFY with a history of thirty-five Vias",
    message: notify({
      more: [
        ...Array.from(
          { length: 34 },
          (_, i) => `Via: SIP/2.0/TCP sip${i}.example.com;branch=z9hG4bK${"x".repeat(60)}${i}`,
        ),
        "Event: dialog",
        ACTIVE,
        DIALOG_INFO,
      ],
    }),
    fate: "answered 200",
    lamp: "ringing",
  },
  {
    section: "3.1.1.8",
    what: "octets behind the body of a NOTIFY do not belong to it",
    message: (watched: WatchedPanel) => `${watched.notify({ body: RINGING })}</dialog-info>\r\n\r\n`,
    fate: "answered 200",
    lamp: "ringing",
  },
  {
    section: "3.1.1.11",
    what: "a NOTIFY whose text has letters of several bytes, counted by bytes",
    message: notify({ body: full(7, dialog("early", "Jürgen-大")) }),
    fate: "answered 200",
    lamp: "ringing",
  },
];

function notify(parts: Parameters<WatchedPanel["notify"]>[0]): (watched: WatchedPanel) => string {
  return (watched) => watched.notify({ body: RINGING, ...parts });
}

describe("RFC 4475 §3.1.1, valid messages", () => {
  test.each(titled("RFC 4475", [...CALLS, ...RESPONSES, ...NOTIFIES]))("%s", (_, torture) => survives(torture));
});
