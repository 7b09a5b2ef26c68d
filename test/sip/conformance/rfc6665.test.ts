import { describe, expect, test } from "vitest";
import { dialog, full } from "../watching.ts";
import { CALL_ID, OUR_TAG, WatchedPanel } from "./watched-panel.ts";

/* Over the whole stack, on the wire. What a subscription does by itself is in subscription*.test.ts: see README.md. */

const DIALOG_INFO = "Content-Type: application/dialog-info+xml";
const RINGING = full(7, dialog("early"));
const WWW = (nonce: string, rest = "") => `WWW-Authenticate: Digest realm="pbx", nonce="${nonce}", qop="auth"${rest}`;
const PROXY = (nonce: string) => `Proxy-Authenticate: Digest realm="proxy", nonce="${nonce}", qop="auth"`;

const standing = (state: string) => ({
  more: ["Event: dialog", `Subscription-State: ${state}`, DIALOG_INFO],
  body: RINGING,
});

/** The panel's first SUBSCRIBE is granted for two minutes. */
async function granted(): Promise<WatchedPanel> {
  const watched = await WatchedPanel.open();
  watched.answer("200 OK", ["Expires: 120"]);
  return watched;
}

describe("RFC 6665 §4.1.2, subscribing", () => {
  test("RFC 6665 §4.1.2.1, RFC 3261 §22.2: 407, then 401, then 200; each try has a CSeq of its own and the same dialog", async () => {
    const watched = await WatchedPanel.open();
    watched.answer("407 Proxy Authentication Required", [PROXY("p1")]);
    watched.answer("401 Unauthorized", [WWW("w1")]);
    watched.answer("200 OK", ["Expires: 120"]);
    const { subscribes } = watched;
    expect(subscribes.map(({ cseq }) => cseq)).toEqual([1, 2, 3]);
    expect(new Set(subscribes.map((one) => `${one.header("Call-ID")} ${one.tag("From")}`))).toEqual(
      new Set([`${CALL_ID} ${OUR_TAG}`]),
    );
    expect(watched.subscribe.header("Proxy-Authorization")).toContain("nc=00000002");
    expect(watched.subscribe.header("Authorization")).toContain("nc=00000001");
    await watched.close();
  });

  test("RFC 6665 §4.1.2.2: a challenged refresh counts on, says all that the first SUBSCRIBE said, and keeps the lamp", async () => {
    const watched = await granted();
    const first = watched.subscribe;
    for (const round of [1, 2]) {
      const wait = watched.untilSubscribe();
      expect(wait).toBeGreaterThanOrEqual(90_000);
      expect(wait).toBeLessThan(120_000);
      watched.answer("401 Unauthorized", [WWW(`r${round}`)]);
      expect(watched.subscribe.tag("To")).toBe("pbx");
      for (const name of ["Event", "Accept", "Expires", "Contact", "Supported"]) {
        expect(watched.subscribe.headers(name)).toEqual(first.headers(name));
      }
      watched.answer("200 OK", ["Expires: 120"]);
      watched.tell({ body: full(round) });
      expect(watched.lamp).toBe("idle");
    }
    expect(watched.subscribes.map(({ cseq }) => cseq)).toEqual([1, 2, 3, 4, 5]);
    await watched.close();
  });

  test("RFC 6665 §4.1.2.2: a refresh answered 481, 500 or 403 loses the lamp and begins a new dialog", async () => {
    for (const status of ["481 Subscription Does Not Exist", "500 Unhandled by dialog usages", "403 Forbidden"]) {
      const watched = await granted();
      watched.untilSubscribe();
      expect(watched.subscribe.header("Call-ID")).toBe(CALL_ID);
      watched.answer(status);
      expect(watched.lamp).toBe("unknown");
      // What the old dialog still says counts for nothing.
      expect(watched.tell({ body: RINGING })).toBe(481);
      expect(watched.lamp).toBe("unknown");
      watched.untilSubscribe();
      expect(watched.subscribe.header("Call-ID")).not.toBe(CALL_ID);
      expect(watched.subscribe.tag("To")).toBe("");
      await watched.close();
    }
  });

  test.each([
    ["none", [], 120],
    ["shorter", ["Expires: 40"], 40],
    ["of no number", ["Expires: soon"], 120],
    ["beyond 2^31 ms", ["Expires: 2147484"], 120],
    ["beyond 2^32 s", ["Expires: 99999999999"], 120],
  ])("RFC 6665 §4.2.1.1: an Expires in the 200 that is %s is no storm and no lapse", async (_, headers, lasts) => {
    const watched = await WatchedPanel.open();
    watched.answer("200 OK", headers);
    // The NOTIFY before it granted 120 s; the shorter of the two holds.
    const waited = watched.untilSubscribe();
    expect(waited).toBeGreaterThanOrEqual(lasts * 750);
    expect(waited).toBeLessThan(lasts * 1_000);
    await watched.close();
  });
});

describe("RFC 6665 §4.1.3, NOTIFYs", () => {
  test("RFC 6665 §4.1.3: one that comes before the 200 is shown at once, and its dialog is the one that is refreshed", async () => {
    const watched = await WatchedPanel.open();
    expect(watched.tell({ body: RINGING })).toBe(200);
    expect(watched.lamp).toBe("ringing");
    watched.answer("200 OK", ["Expires: 60", "Contact: <sip:other@192.0.2.1>"], "another-branch");
    watched.untilSubscribe();
    expect(watched.subscribe.tag("To")).toBe("pbx");
    await watched.close();
  });

  test.each([
    ["of no dialog", { callId: "Call-ID: nobody" }, 481],
    ["of another branch of the fork (§4.4.1)", { from: "From: <sip:101@192.0.2.1>;tag=fork" }, 481],
    ["of an event that was not asked for", { more: ["Event: presence", "Subscription-State: active"] }, 489],
    ["without Event", { more: ["Subscription-State: active"] }, 489],
    ["without Subscription-State (§8.2.3)", { more: ["Event: dialog"] }, 400],
    ["older than one that is here (RFC 3261 §12.2.2)", { cseqNumber: 7 }, 500],
  ] as const)("RFC 6665 §4.1.3: one %s changes no lamp", async (_, parts, status) => {
    const watched = await granted();
    expect(watched.tell({ body: RINGING, ...parts })).toBe(status);
    expect(watched.lamp).toBe("idle");
    await watched.close();
  });

  test.each([
    ["terminated;reason=deactivated", 500],
    ["terminated;reason=probation", 30_000],
    ["terminated;reason=probation;retry-after=17", 17_000],
    ["terminated;reason=rejected", 3_000],
    ["terminated;reason=timeout", 500],
    ["terminated;reason=giveup", 30_000],
    ["terminated;reason=giveup;retry-after=90", 90_000],
    ["terminated;reason=noresource", 3_000],
    ["terminated;reason=invariant", 30_000],
    ["terminated", 500],
    ["terminated;retry-after=5", 5_000],
    ["TERMINATED ; Reason = Timeout", 500],
    ["terminated;reason=of-tomorrow;retry-after=5", 5_000],
  ])(
    "RFC 6665 §4.1.3: %s is unknown at once, whatever its body says, and asked for again after %i ms",
    async (state, wait) => {
      const watched = await granted();
      expect(watched.tell(standing(state))).toBe(200);
      expect(watched.lamp).toBe("unknown");
      const waited = watched.untilSubscribe();
      expect(waited).toBeGreaterThanOrEqual(wait);
      expect(waited).toBeLessThanOrEqual(wait * 1.3);
      expect(watched.subscribe.header("Call-ID")).not.toBe(CALL_ID);
      await watched.close();
    },
  );

  test.each(["pending", "waiting", "active-ish"])(
    "RFC 6665 §4.1.3: the state %s vouches for nothing",
    async (state) => {
      const watched = await granted();
      expect(watched.tell(standing(state))).toBe(200);
      expect(watched.lamp).toBe("unknown");
      expect(watched.tell(standing("active"))).toBe(200);
      expect(watched.lamp).toBe("ringing");
      await watched.close();
    },
  );

  test("RFC 6665 §4.2.2: a 200 that no NOTIFY follows leaves the lamp unknown, and is asked again", async () => {
    const watched = await granted();
    watched.tell(standing("terminated"));
    watched.untilSubscribe();
    watched.answer("200 OK", ["Expires: 120"]);
    expect(watched.untilSubscribe()).toBeLessThanOrEqual(6_000);
    expect(watched.lamp).toBe("unknown");
    await watched.close();
  });
});

describe("RFC 6665 §4.2.1.4, refusals", () => {
  test.each([
    ["489 Bad Event", [], 3_000],
    ["503 Service Unavailable", ["Retry-After: 11"], 11_000],
    ["503 Service Unavailable", ["Retry-After: 11 (maintenance);duration=60"], 11_000],
    ["480 Temporarily Unavailable", ["Retry-After: 2147484"], 3_600_000],
    ["404 Not Found", [], 3_000],
    ["603 Decline", [], 3_000],
  ])("RFC 6665 §4.2.1.4: %s %j is tried again after %i ms", async (status, headers, wait) => {
    const watched = await WatchedPanel.open();
    watched.answer(status, headers);
    expect(watched.lamp).toBe("unknown");
    const waited = watched.untilSubscribe();
    expect(waited).toBeGreaterThanOrEqual(wait);
    expect(waited).toBeLessThanOrEqual(wait * 1.3);
    await watched.close();
  });

  test("RFC 6665 §4.2.1.4: 423 is asked again at once for Min-Expires, in the same dialog", async () => {
    const watched = await WatchedPanel.open();
    watched.answer("423 Interval Too Brief", ["Min-Expires: 300"]);
    expect(watched.subscribes.map((one) => `${one.cseq} ${one.header("Expires")}`)).toEqual(["1 120", "2 300"]);
    expect(watched.subscribe.header("Call-ID")).toBe(CALL_ID);
    await watched.close();
  });
});
