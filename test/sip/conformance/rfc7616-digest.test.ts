import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { RawMessage } from "../raw/raw-message.ts";
import { MemoryPanel } from "./memory-panel.ts";
import { WatchedPanel } from "./watched-panel.ts";

/* Answers as a PBX would check them, computed here apart from the code under test. The RFCs' own examples are in digest.test.ts. */

const NODE_NAMES: Readonly<Record<string, string>> = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" };
const BODY = "v=0\r\nüß";

interface Offer {
  readonly algorithm?: string;
  readonly qop?: string;
  readonly nonce?: string;
  readonly rest?: string;
}

function www({ algorithm, qop, nonce = "n1", rest = "" }: Offer): string {
  const parts = [`realm="pbx"`, `nonce="${nonce}"`, algorithm && `algorithm=${algorithm}`, qop && `qop="${qop}"`];
  return `WWW-Authenticate: Digest ${parts.filter(Boolean).join(", ")}${rest}`;
}

function parameter(credentials: string, name: string): string {
  return new RegExp(`[ ,]${name}=(?:"([^"]*)"|([^",]*))`).exec(credentials)?.slice(1).find(Boolean) ?? "";
}

/** Whether the PBX lets it pass (RFC 7616 §3.4.1). */
function passes(request: RawMessage, password = "pwpanel1"): boolean {
  const credentials = request.header("Authorization");
  const of = (name: string): string => parameter(credentials, name);
  const [, base = "", session] = /^(.*?)(-sess)?$/i.exec(of("algorithm") || "MD5") ?? [];
  const h = (text: string): string =>
    createHash(NODE_NAMES[base.toUpperCase()] ?? "")
      .update(text)
      .digest("hex");
  const secret = h(`${of("username")}:${of("realm")}:${password}`);
  const a1 = session ? h(`${secret}:${of("nonce")}:${of("cnonce")}`) : secret;
  const qop = of("qop");
  const a2 = h(`${request.method}:${of("uri")}${qop === "auth-int" ? `:${h(request.body)}` : ""}`);
  const middle = qop ? `${of("nonce")}:${of("nc")}:${of("cnonce")}:${qop}` : of("nonce");
  return of("uri") === request.uri && of("response") === h(`${a1}:${middle}:${a2}`);
}

describe("RFC 7616 §3.4, answers", () => {
  const algorithms = [
    undefined,
    "MD5",
    "SHA-256",
    "SHA-512-256",
    "MD5-sess",
    "SHA-256-sess",
    "SHA-512-256-sess",
    "sha-256",
  ];
  const offers = algorithms.flatMap((algorithm) => [undefined, "auth", "auth-int"].map((qop) => ({ algorithm, qop })));

  test.each(offers)("RFC 7616 §3.4.1: algorithm $algorithm, qop $qop, with a body", async ({ algorithm, qop }) => {
    const panel = await MemoryPanel.open();
    const identity = { callId: panel.newCallId(), localTag: panel.newTag(), cseq: 1, routes: [] };
    const spec = { method: "MESSAGE", target: "sip:101;a=b@192.0.2.1", identity, headers: [] };
    const statuses: number[] = [];
    panel.request({ ...spec, body: { type: "text/plain", text: BODY } }, ({ status }) => statuses.push(status));
    const asks = www({ ...(algorithm && { algorithm }), ...(qop && { qop }) });
    const first = panel.last("MESSAGE");
    const copied = ["Via", "From", "Call-ID", "CSeq"].map((name) => `${name}: ${first.header(name)}`);
    panel.arrive(["SIP/2.0 401 Unauthorized", ...copied, `To: ${first.header("To")};tag=x`, asks, "", ""].join("\r\n"));
    const second = panel.last("MESSAGE");
    expect(second.body).toBe(BODY);
    expect(parameter(second.header("Authorization"), "qop")).toBe(qop ?? "");
    expect(passes(second)).toBe(true);
    expect(passes(second, "another")).toBe(false);
    expect(statuses).toEqual([]);
    panel.close();
  });

  test("RFC 7616 §3.4: auth is taken where auth-int is offered too, since a proxy may change a body", async () => {
    const watched = await WatchedPanel.open();
    watched.answer("401 Unauthorized", [www({ qop: "auth-int,auth" })]);
    expect(parameter(watched.subscribe.header("Authorization"), "qop")).toBe("auth");
    expect(passes(watched.subscribe)).toBe(true);
    await watched.close();
  });

  test("RFC 7616 §3.4: a qop that is not known is no reason to fall back to none", async () => {
    const watched = await WatchedPanel.open();
    watched.answer("401 Unauthorized", [www({ qop: "auth-conf" })]);
    expect(watched.subscribes).toHaveLength(1);
    expect(watched.lamp).toBe("unknown");
    await watched.close();
  });
});

describe("RFC 8760 §2, several challenges", () => {
  const md5 = www({ algorithm: "MD5", qop: "auth", nonce: "weak" });
  const sha256 = www({ algorithm: "SHA-256", qop: "auth", nonce: "good" });
  const sha512 = www({ algorithm: "SHA-512-256", qop: "auth", nonce: "best" });
  const unknown = www({ algorithm: "SHA3-512", qop: "auth", nonce: "unknown" });

  test.each([
    ["MD5 first", [md5, sha256, sha512], "best"],
    ["MD5 last", [sha512, sha256, md5], "best"],
    ["what nobody knows first", [unknown, md5, sha256], "good"],
    ["MD5 alone", [unknown, md5], "weak"],
  ])("RFC 8760 §2.4: the strongest is answered, and no other, %s", async (_, asks, nonce) => {
    const watched = await WatchedPanel.open();
    watched.answer("401 Unauthorized", asks);
    expect(watched.subscribe.headers("Authorization")).toHaveLength(1);
    expect(parameter(watched.subscribe.header("Authorization"), "nonce")).toBe(nonce);
    expect(passes(watched.subscribe)).toBe(true);
    await watched.close();
  });

  test("RFC 8760 §2.4: once the strongest was refused the same password is not shown in a weaker one", async () => {
    const watched = await WatchedPanel.open();
    watched.answer("401 Unauthorized", [sha256, md5]);
    watched.answer("401 Unauthorized", [md5]);
    expect(watched.subscribes).toHaveLength(2);
    expect(watched.lamp).toBe("unknown");
    await watched.close();
  });
});

describe("RFC 7616 §3.3 and §3.4, nonces", () => {
  test("RFC 7616 §3.3: a stale nonce is replaced and counted from one again", async () => {
    const watched = await WatchedPanel.open();
    watched.answer("401 Unauthorized", [www({ qop: "auth", nonce: "old" })]);
    watched.answer("401 Unauthorized", [www({ qop: "auth", nonce: "new", rest: ", stale=TRUE" })]);
    const credentials = watched.subscribe.header("Authorization");
    expect(parameter(credentials, "nonce")).toBe("new");
    expect(parameter(credentials, "nc")).toBe("00000001");
    expect(passes(watched.subscribe)).toBe(true);
    await watched.close();
  });

  test("RFC 7616 §3.4: no nonce goes from one request to the next: a refresh is challenged anew, and counts from one", async () => {
    const watched = await WatchedPanel.open();
    watched.answer("401 Unauthorized", [www({ qop: "auth", nonce: "first" })]);
    watched.answer("200 OK", ["Expires: 120"]);
    watched.untilSubscribe();
    expect(watched.subscribe.header("Authorization")).toBe("");
    // The PBX may offer the same nonce again.
    watched.answer("401 Unauthorized", [www({ qop: "auth", nonce: "first" })]);
    expect(parameter(watched.subscribe.header("Authorization"), "nc")).toBe("00000001");
    await watched.close();
  });

  test("RFC 7616 §3.4: no two answers have the same cnonce", async () => {
    const watched = await WatchedPanel.open();
    const cnonces: string[] = [];
    for (let round = 0; round < 3; round++) {
      watched.answer("401 Unauthorized", [www({ qop: "auth" })]);
      cnonces.push(parameter(watched.subscribe.header("Authorization"), "cnonce"));
      watched.answer("200 OK", ["Expires: 120"]);
      watched.tell({});
      watched.untilSubscribe();
    }
    expect(new Set(cnonces).size).toBe(3);
    await watched.close();
  });
});
