import { createHash } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ActionUri, type ActionUriOptions, type Vendor } from "../flows/action-uri.ts";
import { pem } from "../sip/transport/certs.ts";
import { Asterisk } from "./asterisk/asterisk.ts";
import type { Baresip } from "./baresip.ts";

const SOON = 10_000;
const login = { user: "admin", password: "p:w 1" };
const tls = { key: pem("pbx.key"), cert: pem("pbx.pem") };

interface Got {
  readonly status: number;
  readonly challenge: string;
}

/** One request, by no client of blfd's; the phone's certificate is checked. */
function get(url: string, authorization?: string, method = "GET"): Promise<Got> {
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    send(url, { method, headers, agent: false, ca: pem("ca.pem") }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, challenge: response.headers["www-authenticate"] ?? "" });
    })
      .on("error", reject)
      .end();
  });
}

const basic = ({ user, password }: typeof login): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/** RFC 7616 §3.4, by hand. */
function digest(challenge: string, url: string, { user, password }: typeof login, nc = "00000001"): string {
  const field = (name: string): string => new RegExp(`${name}="?([^",]+)`).exec(challenge)?.[1] ?? "";
  const [realm, nonce] = [field("realm"), field("nonce")];
  const name = field("algorithm") === "MD5" ? "md5" : "sha256";
  const hash = (text: string): string => createHash(name).update(text).digest("hex");
  const { pathname, search } = new URL(url);
  const uri = `${pathname}${search}`;
  const proof = [hash(`${user}:${realm}:${password}`), nonce, nc, "c1", "auth", hash(`GET:${uri}`)].join(":");
  const values = { username: user, realm, nonce, uri, cnonce: "c1", response: hash(proof) };
  const quoted = Object.entries(values).map(([key, value]) => `${key}="${value}"`);
  return `Digest ${[...quoted, `algorithm=${field("algorithm")}`, "qop=auth", `nc=${nc}`].join(", ")}`;
}

describe("the remote control of a real phone on a real Asterisk", () => {
  const pbx = new Asterisk();
  let caller: Baresip;
  let target: Baresip;
  let desk: Baresip;
  let control: ActionUri;

  beforeAll(async () => {
    await pbx.start();
    [caller, target, desk] = [pbx.phone("100", "manual"), pbx.phone("101", "manual"), pbx.phone("102", "manual")];
    await Promise.all([caller, target, desk].map((phone) => phone.start()));
  }, 120_000);
  afterAll(() => pbx.stop());
  afterEach(async () => {
    await control.stop();
    await Promise.all([caller, target, desk].map((phone) => phone.hangUp()));
    await expect.poll(() => pbx.channels(), { timeout: SOON }).toBe(0);
  });

  async function controlled(options: Omit<ActionUriOptions, "dial" | "transfer">): Promise<void> {
    const dial = (number: string) => desk.call(number);
    control = new ActionUri({ ...options, dial, transfer: (number) => desk.transfer(number) });
    await control.start();
  }

  async function ring(): Promise<void> {
    await caller.call("101");
    await target.until("ringing", SOON);
  }

  async function pickedUp(): Promise<void> {
    await Promise.all([caller, desk].map((phone) => phone.until("talking", SOON)));
    await target.until("idle", SOON);
    expect(target.lastCancel).toContain('SIP;cause=200;text="Call completed elsewhere"');
  }

  const url = (number: string, verb: "dial" | "transfer" = "dial"): string =>
    control.template(verb).replace("{number}", encodeURIComponent(number));

  test.each<[Vendor, boolean]>([
    ["yealink", false],
    ["snom", false],
    ["yealink", true],
  ])("a %s dials the pickup code itself (https: %s)", async (vendor, secure) => {
    await controlled({ vendor, ...(secure && { tls }) });
    await ring();
    expect((await get(url("**101"))).status).toBe(200);
    await pickedUp();
    expect(control.done).toEqual(["dial **101"]);
  });

  test("by Basic: without the password nothing is dialled", async () => {
    await controlled({ vendor: "yealink", login: { ...login, scheme: "basic" } });
    await ring();
    expect(await get(url("**101"))).toMatchObject({ status: 401, challenge: expect.stringMatching(/^Basic realm=/) });
    expect((await get(url("**101"), basic({ ...login, password: "wrong" }))).status).toBe(401);
    expect([control.done, desk.state, target.state]).toEqual([[], "idle", "ringing"]);
    expect((await get(url("**101"), basic(login))).status).toBe(200);
    await pickedUp();
  });

  test.each(["MD5", "SHA-256"] as const)("by Digest with %s: once for each nonce and count", async (scheme) => {
    await controlled({ vendor: "snom", login: { ...login, scheme } });
    await ring();
    const at = url("**101");
    const { status, challenge } = await get(at);
    expect([status, challenge]).toEqual([401, expect.stringContaining(`algorithm=${scheme}`)]);
    expect((await get(at, digest(challenge, at, { ...login, password: "wrong" }))).status).toBe(401);
    expect((await get(at, digest(challenge, url("**103"), login))).status).toBe(401);
    expect(control.done).toEqual([]);
    expect((await get(at, digest(challenge, at, login))).status).toBe(200);
    await pickedUp();
    const again = await get(at, digest(challenge, at, login));
    expect([again.status, again.challenge]).toEqual([401, expect.stringContaining("stale=true")]);
    expect(control.done).toEqual(["dial **101"]);
    control.forgetNonces();
    expect((await get(at, digest(challenge, at, login, "00000002"))).challenge).toContain("stale=true");
  });

  test("transferred by its remote control, its call goes to a park slot", async () => {
    await controlled({ vendor: "yealink" });
    await caller.call("102");
    await desk.until("ringing", SOON);
    expect(await pbx.hasJoined("100", "102")).toBe(false);
    await desk.answer();
    await Promise.all([caller, desk].map((phone) => phone.until("talking", SOON)));
    await expect.poll(() => pbx.hasJoined("100", "102"), { timeout: SOON }).toBe(true);
    expect((await get(url("700", "transfer"))).status).toBe(200);
    await desk.until("idle", SOON);
    await expect.poll(() => pbx.lineState("701"), { timeout: SOON }).toBe("busy");
    expect(caller.state).toBe("talking");
  });

  test("what is wrong dials nothing", async () => {
    await controlled({ vendor: "yealink" });
    expect((await get(`${control.origin}/command.htm?number=**101`)).status).toBe(404);
    expect((await get(`${control.origin}/servlet?key=number=`)).status).toBe(404);
    expect((await get(url("**101"), undefined, "POST")).status).toBe(405);
    for (const [trouble, status] of [
      ["forbids", 403],
      ["fails", 500],
    ] as const) {
      control.trouble = trouble;
      expect((await get(url("**101"))).status).toBe(status);
    }
    control.trouble = "closes";
    await expect(get(url("**101"))).rejects.toThrow();
    control.trouble = "says nothing";
    const silent = get(url("**101"));
    await expect.poll(() => control.requests.at(-1), { timeout: SOON }).toContain("unanswered");
    await control.stop();
    await expect(silent).rejects.toThrow();
    expect([control.done, desk.state]).toEqual([[], "idle"]);
  });

  test("a phone that nobody trusts is not asked", async () => {
    await controlled({ vendor: "yealink", tls: { key: pem("pbx.key"), cert: pem("unknown-ca.pem") } });
    await expect(get(url("**101"))).rejects.toThrow();
    expect(control.requests).toEqual([]);
  });
});
