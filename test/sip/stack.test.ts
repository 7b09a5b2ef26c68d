import {
  ClientTransaction,
  type IncomingResponseMessage,
  LoggerFactory,
  Parser,
  SessionDialog,
  Timers,
  UserAgentCore,
} from "sip.js/lib/core/index.js";
import { describe, expect, test } from "vitest";
import { type Draft, messageOf } from "../../firmware/sip/message.ts";
import { challengesIn } from "../../firmware/sip/response.ts";
import { widenBranches } from "../../firmware/sip/stack.ts";
import { Wire } from "./raw/wire.ts";

/*
 * What this project leans on in sip.js 0.21.2, and what it goes around. A test that fails after an update says which
 * cover is not needed any more, or does not hold any more.
 */

const DRAFT: Draft = {
  method: "INVITE",
  target: "sip:102@pbx",
  from: "sip:panel1@pbx",
  to: "sip:102@pbx",
  callId: "c",
  localTag: "near",
  remoteTag: undefined,
  cseq: 1,
  routes: [],
  headers: ["Contact: <sip:panel1@192.0.2.7>"],
  body: { type: "application/sdp", text: "v=0\r\n" },
};

/** A core as sip.js means it, whose wire is a list. */
function stockCore(): { core: UserAgentCore; sent: string[] } {
  const { stack } = new Wire();
  const sent: string[] = [];
  const loggers = new LoggerFactory();
  loggers.builtinEnabled = false;
  // The configuration of a Stack's own core fits; only the transport has to be seen.
  const core: unknown = Reflect.get(stack.invite(messageOf(DRAFT), {}), "core");
  if (!(core instanceof UserAgentCore)) throw new Error("a UserAgentClient has no core any more");
  const transport = {
    protocol: "UDP",
    send: async (text: string) => {
      sent.push(text);
    },
  };
  stack.reset();
  return { core: new UserAgentCore({ ...core.configuration, transportAccessor: () => transport }), sent };
}

function response(to: string, status: number, headers: readonly string[]): IncomingResponseMessage {
  const via = /Via: [^\r]*/.exec(to)?.[0] ?? "Via: SIP/2.0/UDP x;branch=z9hG4bK1";
  const text = [
    `SIP/2.0 ${status} X`,
    via,
    "From: <sip:panel1@pbx>;tag=near",
    "To: <sip:102@pbx>;tag=far",
    "Call-ID: c",
  ];
  const loggers = new LoggerFactory();
  loggers.builtinEnabled = false;
  const parsed = Parser.parseMessage(
    [...text, "CSeq: 1 INVITE", ...headers, "Content-Length: 0", "\r\n"].join("\r\n"),
    loggers.getLogger("test"),
  );
  if (!parsed || !("statusCode" in parsed)) throw new Error("not a response");
  return parsed;
}

describe("leaned upon", () => {
  test("a request is on the wire before request() returns", () => {
    const { stack, sent } = new Wire();
    stack.request(messageOf({ ...DRAFT, method: "OPTIONS" }), {});
    expect(sent).toHaveLength(1);
    stack.reset();
  });

  test("requests without an answer end after 64·T1", () => {
    expect([Timers.TIMER_B, Timers.TIMER_F]).toEqual([32_000, 32_000]);
  });

  test("reset() leaves no timer", () => {
    const count = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = count();
    const { stack } = new Wire();
    for (let i = 0; i < 10; i++) stack.request(messageOf({ ...DRAFT, method: "OPTIONS" }), {});
    for (let i = 0; i < 10; i++) stack.invite(messageOf(DRAFT), {});
    expect(count()).toBeGreaterThan(before);
    stack.reset();
    expect(count()).toBe(before);
  });

  test("a parsed response keeps its text, where all challenges are found", () => {
    const challenges = [
      'WWW-Authenticate: Digest realm="a", nonce="1"',
      'Proxy-Authenticate: Digest realm="b", nonce="2"',
    ];
    expect(challengesIn(response("", 401, challenges))).toEqual([
      { by: "WWW-Authenticate", value: 'Digest realm="a", nonce="1"' },
      { by: "Proxy-Authenticate", value: 'Digest realm="b", nonce="2"' },
    ]);
  });
});

describe("gone around", () => {
  test("branches out of ten million: ours are out of 2^90, and sip.js takes them", () => {
    const makeId: unknown = Reflect.get(ClientTransaction, "makeId");
    expect(typeof makeId).toBe("function");
    widenBranches();
    widenBranches();
    const { stack, sent } = new Wire();
    for (let i = 0; i < 3; i++) stack.request(messageOf({ ...DRAFT, method: "OPTIONS" }), {});
    for (const { branch } of sent) expect(branch).toMatch(/^z9hG4bK[0-9a-f]{24}$/);
    expect(new Set(sent.map(({ branch }) => branch)).size).toBe(3);
    stack.reset();
  });

  test("one challenge of several: sip.js keeps the last header", () => {
    const headers = ['WWW-Authenticate: Digest realm="a", nonce="1"', 'WWW-Authenticate: Digest realm="b", nonce="2"'];
    const message = response("", 401, headers);
    expect(message.getHeaders("www-authenticate")).toHaveLength(1);
    expect(challengesIn(message)).toHaveLength(2);
  });

  test("a 2xx without Contact: core.invite() never acknowledges it", () => {
    const { core, sent } = stockCore();
    core.invite(messageOf(DRAFT), {});
    core.receiveIncomingResponseFromTransport(response(sent[0] ?? "", 200, []));
    expect(sent).toHaveLength(1);
    core.reset();
  });

  test("the far end's URI: a dialog of sip.js rewrites it in the ACK", () => {
    const { core, sent } = stockCore();
    core.invite(messageOf(DRAFT), {});
    core.receiveIncomingResponseFromTransport(response(sent[0] ?? "", 200, ["Contact: <sip:+49;tgrp=x@192.0.2.1>"]));
    expect(sent[1]).toMatch(/^ACK sip:\+49%3Btgrp%3Dx@192\.0\.2\.1/);
    core.reset();
  });

  test("UPDATE in a call: sip.js refuses it", () => {
    const { core, sent } = stockCore();
    core.invite(messageOf(DRAFT), {});
    core.receiveIncomingResponseFromTransport(response(sent[0] ?? "", 200, ["Contact: <sip:far@192.0.2.1>"]));
    expect([...core.dialogs.values()][0]).toBeInstanceOf(SessionDialog);
    const { stack } = new Wire();
    const update = stack.parse(
      [
        "UPDATE sip:panel1@pbx SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKu",
        "From: <sip:102@pbx>;tag=far",
        "To: <sip:panel1@pbx>;tag=near",
        "Call-ID: c",
        "CSeq: 1 UPDATE",
        "\r\n",
      ].join("\r\n"),
    );
    if (!update || "statusCode" in update) throw new Error("not a request");
    core.receiveIncomingRequestFromTransport(update);
    expect(sent.at(-1)).toMatch(/^SIP\/2\.0 405 /);
    core.reset();
  });

  test("Supported in every request: ours have it where they bring it", () => {
    const { core, sent } = stockCore();
    const { ruri, from, to } = messageOf(DRAFT);
    core.request(core.makeOutgoingRequestMessage("OPTIONS", ruri, from.uri, to.uri, {}));
    expect(sent[0]).toContain("\r\nSupported: \r\n");
    core.reset();
    const own = messageOf({ ...DRAFT, headers: ["Supported: eventlist"] }).toString();
    expect(own.match(/Supported/g)).toHaveLength(1);
  });
});
