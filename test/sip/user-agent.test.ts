import { createHash } from "node:crypto";
import { Timers } from "sip.js/lib/core/index.js";
import { afterEach, describe, expect, test } from "vitest";
import type { RequestSpec } from "../../firmware/sip/agent.ts";
import type { RawMessage } from "./raw/raw-message.ts";
import { RawTcpPbx, RawUdpPbx } from "./raw/raw-pbx.ts";
import { legInbox, outcome, PASSWORD, rig, tcpRig, udpRig } from "./raw/rig.ts";

const FRESH = { ...Timers };
afterEach(() => Object.assign(Timers, FRESH));

function spec(over: Partial<RequestSpec> = {}): RequestSpec {
  return {
    method: "SUBSCRIBE",
    target: "sip:101@pbx.example.org",
    identity: { callId: "call-1", localTag: "mine", cseq: 7, routes: [] },
    headers: ["Event: dialog", "Expires: 60"],
    ...over,
  };
}

/** Whether an Authorization is right, computed apart from the code under test. */
function authorised(message: RawMessage, header: "Authorization" | "Proxy-Authorization", hash = "md5"): boolean {
  const value = message.header(header);
  const parameter = (name: string) => new RegExp(`[ ,]${name}="?([^",]*)"?`).exec(value)?.[1] ?? "";
  const h = (text: string) => createHash(hash).update(text).digest("hex");
  const secret = h(`panel1:${parameter("realm")}:${PASSWORD}`);
  const asked = h(`${message.method}:${message.uri}`);
  const middle = `${parameter("nonce")}:${parameter("nc")}:${parameter("cnonce")}:${parameter("qop")}`;
  return parameter("uri") === message.uri && parameter("response") === h(`${secret}:${middle}:${asked}`);
}

const wwwAuthenticate = (nonce: string, rest = "") =>
  `WWW-Authenticate: Digest realm="asterisk", nonce="${nonce}", qop="auth"${rest}`;
const proxyAuthenticate = (nonce: string) => `Proxy-Authenticate: Digest realm="proxy", nonce="${nonce}", qop="auth"`;

describe.each([
  ["UDP", () => new RawUdpPbx()],
  ["TCP", () => new RawTcpPbx()],
])("over %s", (name, make) => {
  test("a request carries its dialog's identity, and its answer comes back", async () => {
    const { agent, pbx } = await rig(make());
    const identity = {
      callId: "c-9",
      localTag: "lt",
      remoteTag: "rt",
      cseq: 41,
      routes: ["<sip:p1;lr>", "<sip:p2;lr>"],
    };
    const target = "sip:+49;tgrp=x@Host:5060;line=1";
    const result = outcome((final) =>
      agent.request(spec({ target, to: "sip:101@pbx", identity, body: { type: "text/plain", text: "hällo" } }), final),
    );
    const request = await pbx.request("SUBSCRIBE");
    expect(request.uri).toBe(target);
    expect(request.header("To")).toBe("<sip:101@pbx>;tag=rt");
    expect(request.header("From")).toBe("<sip:panel1@127.0.0.1>;tag=lt");
    expect(request.header("Call-ID")).toBe("c-9");
    expect(request.header("CSeq")).toBe("41 SUBSCRIBE");
    expect(request.headers("Route")).toEqual(["<sip:p1;lr>", "<sip:p2;lr>"]);
    expect(request.header("Event")).toBe("dialog");
    expect(request.header("Max-Forwards")).toBe("70");
    expect(request.headers("Supported")).toEqual([]);
    expect(request.header("Content-Length")).toBe("6");
    expect(request.body).toBe("hällo");
    expect(request.header("Via")).toMatch(
      new RegExp(`^SIP/2\\.0/${name} 127\\.0\\.0\\.1:\\d+;branch=z9hG4bK[0-9a-f]{24};rport$`),
    );
    pbx.reply(request, 202, {
      tag: "their",
      headers: [
        'Contact: "X" <sip:101;a=b@127.0.0.1:9>;expires=3',
        "Record-Route: <sip:r1;lr>, <sip:r2;lr>",
        "Record-Route: <sip:r3;lr>",
        "Expires: 55",
      ],
    });
    const response = await result.next();
    expect(response.status).toBe(202);
    expect(response.toTag).toBe("rt");
    expect(response.cseq).toBe(41);
    expect(response.contact).toBe("sip:101;a=b@127.0.0.1:9");
    expect(response.routes).toEqual(["<sip:r3;lr>", "<sip:r2;lr>", "<sip:r1;lr>"]);
    expect(response.header("expires")).toBe("55");
    expect(response.header("X-None")).toBeUndefined();
    expect(result.all).toHaveLength(1);
  });

  test("a challenge is answered, with the sequence number counted up", async () => {
    const { agent, pbx } = await rig(make());
    const result = outcome((final) => agent.request(spec(), final));
    const first = await pbx.request("SUBSCRIBE");
    expect(first.header("Authorization")).toBe("");
    pbx.reply(first, 401, { headers: [wwwAuthenticate("n1")] });
    const second = await pbx.request("SUBSCRIBE");
    expect(second.cseq).toBe(8);
    expect(second.branch).not.toBe(first.branch);
    expect(second.tag("From")).toBe("mine");
    expect(authorised(second, "Authorization")).toBe(true);
    pbx.reply(second, 200);
    expect(await result.next()).toMatchObject({ status: 200, cseq: 8 });
  });

  test("where it listens and what it is called", async () => {
    const { agent, pbx } = await rig(make());
    const tail = name === "TCP" ? ";transport=tcp" : "";
    expect(agent.aor).toBe("sip:panel1@127.0.0.1");
    expect(agent.uri("**101")).toBe(`sip:**101@127.0.0.1:${pbx.port}${tail}`);
    expect(agent.uri("#77")).toBe(`sip:%2377@127.0.0.1:${pbx.port}${tail}`);
    expect(agent.contact).toMatch(
      name === "TCP" ? /^<sip:panel1@127\.0\.0\.1:\d+;transport=tcp>$/ : /^<sip:panel1@127\.0\.0\.1:\d+>$/,
    );
    expect(agent.mediaAddress).toBe("127.0.0.1");
    outcome((final) => agent.request(spec({ headers: [`Contact: ${agent.contact}`] }), final));
    const request = await pbx.request("SUBSCRIBE");
    const sentBy = /^SIP\/2\.0\/\w+ ([^;]+)/.exec(request.header("Via"))?.[1];
    expect(request.header("Contact")).toContain(`@${sentBy}`);
  });
});

describe("challenges", () => {
  test("407 and then 401: both are answered, and the first one again", async () => {
    const { agent, pbx } = await udpRig();
    const result = outcome((final) => agent.request(spec(), final));
    pbx.reply(await pbx.request("SUBSCRIBE"), 407, { headers: [proxyAuthenticate("p1")] });
    const second = await pbx.request("SUBSCRIBE");
    expect(authorised(second, "Proxy-Authorization")).toBe(true);
    pbx.reply(second, 401, { headers: [wwwAuthenticate("s1")] });
    const third = await pbx.request("SUBSCRIBE");
    expect(third.cseq).toBe(9);
    expect(authorised(third, "Authorization")).toBe(true);
    expect(authorised(third, "Proxy-Authorization")).toBe(true);
    expect(third.header("Proxy-Authorization")).toContain("nc=00000002");
    pbx.reply(third, 200);
    expect(await result.next()).toMatchObject({ status: 200, cseq: 9 });
  });

  test("a wrong password ends with the second 401", async () => {
    const { agent, pbx } = await udpRig();
    const result = outcome((final) => agent.request(spec(), final));
    pbx.reply(await pbx.request("SUBSCRIBE"), 401, { headers: [wwwAuthenticate("n1")] });
    pbx.reply(await pbx.request("SUBSCRIBE"), 401, { headers: [wwwAuthenticate("n2")] });
    expect(await result.next()).toMatchObject({ status: 401, cseq: 8 });
    expect(pbx.received("SUBSCRIBE")).toHaveLength(2);
  });

  test("a stale nonce is replaced", async () => {
    const { agent, pbx } = await udpRig();
    const result = outcome((final) => agent.request(spec(), final));
    pbx.reply(await pbx.request("SUBSCRIBE"), 401, { headers: [wwwAuthenticate("n1")] });
    pbx.reply(await pbx.request("SUBSCRIBE"), 401, { headers: [wwwAuthenticate("n2", ", stale=true")] });
    const third = await pbx.request("SUBSCRIBE");
    expect(third.header("Authorization")).toContain('nonce="n2"');
    pbx.reply(third, 200);
    expect(await result.next()).toMatchObject({ status: 200, cseq: 9 });
  });

  test.each([0, 1])("the strongest of several headers is answered (order %i)", async (order) => {
    const { agent, pbx } = await udpRig();
    const result = outcome((final) => agent.request(spec(), final));
    const headers = [wwwAuthenticate("n1", ", algorithm=MD5"), wwwAuthenticate("n2", ", algorithm=SHA-256")];
    pbx.reply(await pbx.request("SUBSCRIBE"), 401, { headers: order === 0 ? headers : headers.toReversed() });
    const second = await pbx.request("SUBSCRIBE");
    expect(second.headers("Authorization")).toHaveLength(1);
    expect(authorised(second, "Authorization", "sha256")).toBe(true);
    pbx.reply(second, 200);
    expect((await result.next()).status).toBe(200);
  });

  test("one that asks for less than pbx.digest allows gets nothing, and is told apart from a wrong password", async () => {
    const { agent, pbx } = await udpRig({ digest: "sha-256" });
    const result = outcome((final) => agent.request(spec(), final));
    pbx.reply(await pbx.request("SUBSCRIBE"), 401, { headers: [wwwAuthenticate("n1", ", algorithm=MD5")] });
    expect(await result.next()).toMatchObject({ status: 494, cseq: 7 });
    const { inbox, events } = legInbox();
    agent.invite("sip:102@pbx", [], "v=0\r\n", events);
    pbx.reply(await pbx.request("INVITE"), 401, { headers: [wwwAuthenticate("n2")] });
    expect(await inbox.next()).toMatchObject({ kind: "rejected", status: 494 });
    expect([...pbx.received("SUBSCRIBE"), ...pbx.received("INVITE")].map((m) => m.header("Authorization"))).toEqual([
      "",
      "",
    ]);
  });

  test("a challenge that cannot be answered is the answer", async () => {
    const { agent, pbx } = await udpRig();
    const result = outcome((final) => agent.request(spec(), final));
    pbx.reply(await pbx.request("SUBSCRIBE"), 401, { headers: ['WWW-Authenticate: Basic realm="x"'] });
    expect(await result.next()).toMatchObject({ status: 401, cseq: 7 });
  });
});

describe("a request that comes to nothing", () => {
  test("no answer: 408", async () => {
    Object.assign(Timers, { TIMER_F: 150 });
    const { agent, pbx } = await udpRig();
    const result = outcome((final) => agent.request(spec(), final));
    await pbx.request("SUBSCRIBE");
    expect(await result.next()).toMatchObject({
      status: 408,
      cseq: 7,
      toTag: undefined,
      contact: undefined,
      routes: [],
    });
  });

  test("a link that goes down: 503 at once, and what comes later is ignored", async () => {
    const { agent, pbx, link } = await tcpRig();
    const result = outcome((final) => agent.request(spec(), final));
    await pbx.request("SUBSCRIBE");
    pbx.hangUp();
    expect(await result.next()).toMatchObject({ status: 503 });
    expect((await link.next(({ up }) => !up)).why).toMatch(/closed by the PBX/);
    await link.next(({ up }) => up);
    expect(result.all).toHaveLength(1);
  });

  test("a link that is down: 503, and nothing is sent", async () => {
    const { agent, pbx } = await udpRig({ start: false });
    const result = outcome((final) => agent.request(spec(), final));
    expect(await result.next()).toMatchObject({ status: 503, cseq: 7 });
    expect(pbx.inbox.all).toEqual([]);
  });

  test("a refusal is told once, however often it comes", async () => {
    const { agent, pbx } = await udpRig();
    const result = outcome((final) => agent.request(spec(), final));
    const request = await pbx.request("SUBSCRIBE");
    for (let i = 0; i < 3; i++) pbx.reply(request, 403);
    expect((await result.next()).status).toBe(403);
    const again = outcome((final) => agent.request(spec(), final));
    pbx.reply(await pbx.request("SUBSCRIBE"), 302, { headers: ["Contact: <sip:elsewhere>"] });
    expect(await again.next()).toMatchObject({ status: 302, contact: "sip:elsewhere" });
    expect(result.all).toHaveLength(1);
  });
});

test("the password is in no log line, whatever happens", async () => {
  const { agent, pbx, log } = await tcpRig();
  const result = outcome((final) => agent.request(spec(), final));
  pbx.reply(await pbx.request("SUBSCRIBE"), 401, { headers: [wwwAuthenticate("n1")] });
  const second = await pbx.request("SUBSCRIBE");
  pbx.send("SIP/2.0 200 OK\r\nnonsense\r\n\r\n");
  pbx.reply(second, 403);
  await result.next();
  pbx.hangUp();
  await log.heard.next(({ message }) => message === "PBX link down");
  await agent.stop();
  expect(log.lines.length).toBeGreaterThan(2);
  expect(log.text).not.toContain(PASSWORD);
  expect(log.text).not.toContain(second.header("Authorization").slice(0, 20));
});
