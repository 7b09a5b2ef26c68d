import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Secret } from "../../../firmware/domain/secret.ts";
import type { RemoteControl } from "../../../firmware/domain/settings.ts";
import { askPhone } from "../../../firmware/sip/pickup/remote-phone.ts";
import { Inbox } from "../raw/inbox.ts";
import { pem } from "../transport/certs.ts";
import { answering, asking, HttpPhone, PASSWORD, USER } from "./http-phone.ts";

const phones: HttpPhone[] = [];
afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.stop();
});

async function phone(certificate?: string): Promise<HttpPhone> {
  const made = await new HttpPhone(certificate).start();
  phones.push(made);
  return made;
}

const ACCOUNT = { user: USER, password: new Secret(PASSWORD) };

interface Obeyed {
  readonly code: number;
  readonly why: string | undefined;
}

/** Asks, and keeps what comes of it. */
function ask(url: string, more: Partial<RemoteControl> = {}, number = "**101") {
  const answers = new Inbox<Obeyed>();
  let within = true;
  const cancel = askPhone({ dial: url, ...more }, url, number, (code, why) => {
    if (within) throw new Error("answered inside the call");
    answers.push({ code, why });
  });
  within = false;
  return { answers, cancel };
}

const DIGEST = 'Digest realm="phone", nonce="n1", qop="auth"';
const SHA_256 = 'Digest realm="phone", nonce="n2", qop="auth", algorithm=SHA-256';
const BASIC = 'Basic realm="phone"';

describe("what the phone answers", () => {
  test.each([200, 204, 302, 400, 403, 404, 500])(
    "%i, and the page that comes with it is not waited for",
    async (code) => {
      const desk = await phone();
      desk.behave = answering(code, { Location: desk.url("/elsewhere") });
      const { answers } = ask(desk.url("/dial?to={number}&x={number}"), {}, "#7 1");
      expect(await answers.next()).toEqual({ code, why: undefined });
      expect(desk.heard.map(({ line }) => line)).toEqual(["GET /dial?to=%237%201&x=%237%201"]);
      await expect.poll(() => desk.connections).toBe(0);
    },
  );

  test("a page that is cut off is an answer all the same", async () => {
    const desk = await phone();
    desk.behave = (_, response) => {
      response.writeHead(200, { "Content-Length": "1000" });
      response.write("<html>", () => response.socket?.resetAndDestroy());
    };
    const { answers } = ask(desk.url("/dial"));
    expect(await answers.next()).toEqual({ code: 200, why: undefined });
    await expect.poll(() => desk.connections).toBe(0);
    expect(answers.all).toHaveLength(1);
  });
});

describe("a phone that asks who we are", () => {
  test.each([
    ["Basic", [BASIC], /^Basic /],
    ["Digest with MD5", [DIGEST], /^Digest .*response="[0-9a-f]{32}"/],
    ["Digest with SHA-256", [SHA_256], /^Digest .*response="[0-9a-f]{64}".*algorithm=SHA-256/],
    ["the stronger Digest of two", [DIGEST, SHA_256], /algorithm=SHA-256/],
    ["Digest rather than Basic", [BASIC, DIGEST], /^Digest /],
  ])("%s", async (_, challenges, authorization) => {
    const desk = await phone();
    desk.behave = asking(challenges);
    const { answers } = ask(desk.url("/dial?to={number}"), ACCOUNT);
    expect(await answers.next()).toEqual({ code: 200, why: undefined });
    expect(desk.heard.map((heard) => heard.authorization)).toEqual([undefined, expect.stringMatching(authorization)]);
    expect(desk.heard[1]?.authorization).not.toContain(PASSWORD);
    await expect.poll(() => desk.connections).toBe(0);
  });

  test.each([
    ["Basic", [BASIC], 2],
    ["Digest", [DIGEST], 2],
    ["Digest, and then not by Basic in the clear", [DIGEST, BASIC], 2],
    ["a scheme that is not known", ["Bearer"], 1],
  ])("and does not take the password: %s", async (_, challenges, requests) => {
    const desk = await phone();
    desk.behave = asking(challenges, "another");
    const { answers } = ask(desk.url("/dial"), ACCOUNT);
    expect(await answers.next()).toEqual({ code: 401, why: undefined });
    expect(desk.heard).toHaveLength(requests);
    if (challenges.includes(DIGEST))
      expect(desk.heard.some((one) => one.authorization?.startsWith("Basic"))).toBe(false);
  });

  test("where none is configured: 401, once", async () => {
    const desk = await phone();
    desk.behave = asking([BASIC]);
    const { answers } = ask(desk.url("/dial"));
    expect(await answers.next()).toEqual({ code: 401, why: undefined });
    expect(desk.heard).toHaveLength(1);
  });

  test("a name beyond Latin-1 goes out as UTF-8", async () => {
    const desk = await phone();
    desk.behave = asking([DIGEST]);
    const { answers } = ask(desk.url("/dial"), { ...ACCOUNT, user: "łucja" });
    expect(await answers.next()).toEqual({ code: 401, why: undefined });
    expect(Buffer.from(desk.heard[1]?.authorization ?? "", "latin1").toString("utf8")).toContain('username="łucja"');
  });
});

describe("over https", () => {
  const ca = pem("ca.pem");

  test("a phone that proves itself is asked", async () => {
    const desk = await phone("pbx.pem");
    const { answers } = ask(desk.url("/dial?to={number}"), { ca });
    expect(await answers.next()).toEqual({ code: 200, why: undefined });
    expect(desk.heard.map(({ line }) => line)).toEqual(["GET /dial?to=**101"]);
  });

  test.each([
    ["another name", "wrong-name.pem", ca, "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["an authority that is not trusted", "unknown-ca.pem", ca, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["a certificate of its own making", "self-signed.pem", ca, "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["a certificate that is over", "expired.pem", ca, "CERT_HAS_EXPIRED"],
    ["an authority that Node does not know", "pbx.pem", undefined, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ])("%s: nothing is told to it, and the reason is a sentence with the host", async (_, certificate, own, code) => {
    const desk = await phone(certificate);
    const { answers } = ask(desk.url("/secret-path?to={number}"), { ...ACCOUNT, ...(own && { ca: own }) });
    const { code: status, why = "" } = await answers.next();
    expect(status).toBe(0);
    expect(why).toMatch(new RegExp(`^https://127\\.0\\.0\\.1:\\d+ cannot be asked: .*${code}`));
    expect(why).not.toMatch(/secret-path|\*\*101|correct horse|admin/);
    expect(desk.heard).toEqual([]);
  });

  test("no variable switches that off", async () => {
    const desk = await phone("self-signed.pem");
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      const { answers } = ask(desk.url("/dial"), { ca });
      expect((await answers.next()).why).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
      expect(desk.heard).toEqual([]);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });
});

describe("a phone that does not answer", () => {
  test("is waited for until the request is cancelled, and then nothing is told", async () => {
    const desk = await phone();
    const arrived = new Promise<void>((resolve) => {
      desk.behave = () => resolve();
    });
    const { answers, cancel } = ask(desk.url("/dial"));
    await arrived;
    cancel();
    cancel();
    await expect.poll(() => desk.connections).toBe(0);
    expect(answers.all).toEqual([]);
  });

  test("cancelled before it is connected, it hears nothing", async () => {
    const desk = await phone();
    ask(desk.url("/dial")).cancel();
    const { answers } = ask(desk.url("/second"));
    await answers.next();
    expect(desk.heard.map(({ line }) => line)).toEqual(["GET /second"]);
  });

  test("cancelled between the challenge and its answer", async () => {
    const desk = await phone();
    const second = new Promise<void>((resolve) => {
      desk.behave = (request, response) => {
        if (request.headers.authorization === undefined) asking([BASIC])(request, response);
        else resolve();
      };
    });
    const { answers, cancel } = ask(desk.url("/dial"), ACCOUNT);
    await second;
    cancel();
    await expect.poll(() => desk.connections).toBe(0);
    expect(answers.all).toEqual([]);
  });

  test.each([
    ["hangs up", "", "ECONNRESET"],
    ["talks something else", "SSH-2.0-dropbear\r\n", "HPE_"],
  ])("but %s: a sentence", async (_, greeting, code) => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end(greeting));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const { answers } = ask(`http://127.0.0.1:${port}/dial?to={number}`);
    const { code: status, why } = await answers.next();
    expect([status, why]).toEqual([0, expect.stringContaining(`http://127.0.0.1:${port} cannot be asked`)]);
    expect(why).toContain(code);
    await new Promise((resolve) => server.close(resolve));
  });

  test("and is not there: a sentence", async () => {
    const desk = await phone();
    const url = desk.url("/dial");
    await desk.stop();
    expect((await ask(url).answers.next()).why).toContain("ECONNREFUSED");
  });
});
