import { describe, expect, test } from "vitest";
import { Random } from "../../fuzz/random.ts";
import { dialog, full } from "../watching.ts";
import { WatchedPanel } from "./watched-panel.ts";

/* Over datagrams of which some get lost. Each timer by itself is in transport/retransmission.test.ts. */

const RINGING = full(7, dialog("early"));

/** What went out since. */
function since(watched: WatchedPanel, count: number): string[] {
  return watched.panel.transport.sent.slice(count);
}

describe("RFC 3261 §17.1.2, our requests", () => {
  test("RFC 3261 §17.1.2.2: a SUBSCRIBE that gets lost goes out again as it was, until its answer comes (timer E)", async () => {
    const watched = await WatchedPanel.open();
    const [first = ""] = watched.panel.transport.sent;
    watched.panel.clock.advance(500 + 1_000 + 2_000);
    const copies = watched.panel.transport.sent.filter((text) => text.startsWith("SUBSCRIBE "));
    expect(copies).toEqual([first, first, first, first]);
    watched.answer("200 OK", ["Expires: 120"]);
    const before = watched.panel.transport.sent.length;
    watched.panel.clock.advance(60_000);
    expect(since(watched, before)).toEqual([]);
    await watched.close();
  });

  test("RFC 3261 §17.1.2.2: an answer that comes again, because a copy was answered too, is taken once (timer K)", async () => {
    const watched = await WatchedPanel.open();
    watched.answer("401 Unauthorized", ['WWW-Authenticate: Digest realm="r", nonce="n"']);
    const [first, second] = watched.subscribes;
    expect(second?.cseq).toBe(2);
    const again = [`SIP/2.0 401 Unauthorized`, `Via: ${first?.header("Via")}`, `From: ${first?.header("From")}`];
    again.push(`To: ${first?.header("To")};tag=x`, `Call-ID: ${first?.header("Call-ID")}`, "CSeq: 1 SUBSCRIBE");
    watched.panel.arrive([...again, 'WWW-Authenticate: Digest realm="r", nonce="n"', "", ""].join("\r\n"));
    expect(watched.subscribes).toHaveLength(2);
    await watched.close();
  });

  test("RFC 3261 §17.1.3: an answer with another branch or another method in CSeq belongs to no request", async () => {
    const watched = await WatchedPanel.open();
    const { text } = watched.subscribe;
    const copied = (name: string): string => new RegExp(`^${name}: .*$`, "m").exec(text)?.[0].trimEnd() ?? "";
    const answer = (via: string, cseq: string): string =>
      ["SIP/2.0 403 Forbidden", via, copied("From"), `${copied("To")};tag=x`, copied("Call-ID"), cseq, "", ""].join(
        "\r\n",
      );
    watched.panel.arrive(answer(copied("Via").replace(/branch=[^;]*/, "branch=z9hG4bKother"), "CSeq: 1 SUBSCRIBE"));
    watched.panel.arrive(answer(copied("Via"), "CSeq: 1 NOTIFY"));
    expect(watched.lamp).toBe("idle");
    watched.panel.arrive(answer(copied("Via"), "CSeq: 1 SUBSCRIBE"));
    expect(watched.lamp).toBe("unknown");
    await watched.close();
  });
});

describe("RFC 3261 §17.2.2, their requests", () => {
  test("RFC 3261 §17.2.2: a NOTIFY that comes again gets the same answer again and is told once (timer J)", async () => {
    const watched = await WatchedPanel.open();
    const { transport } = watched.panel;
    const handle = transport.onMessage;
    let handed = 0;
    transport.onMessage = (text) => {
      handed++;
      handle?.(text);
    };
    const notify = watched.notify({ body: RINGING });
    const before = watched.panel.transport.sent.length;
    for (const pause of [0, 500, 1_000, 2_000, 4_000]) {
      watched.panel.clock.advance(pause);
      watched.panel.arrive(notify);
    }
    const answers = since(watched, before).filter((text) => text.startsWith("SIP/2.0 "));
    expect(answers).toHaveLength(5);
    expect(new Set(answers).size).toBe(1);
    expect(handed).toBe(1);
    expect(watched.lamp).toBe("ringing");
    await watched.close();
  });

  test("RFC 3261 §17.2.2: one that comes again after a newer one does not turn the lamp back", async () => {
    const watched = await WatchedPanel.open();
    const ringing = watched.notify({ body: RINGING });
    const idle = watched.notify({ body: full(8) });
    watched.panel.arrive(ringing);
    watched.panel.arrive(idle);
    watched.panel.arrive(ringing);
    expect(watched.lamp).toBe("idle");
    await watched.close();
  });

  test("RFC 3261 §12.2.2: two that overtake each other end in the newer state", async () => {
    const watched = await WatchedPanel.open();
    const ringing = watched.notify({ body: RINGING });
    const idle = watched.notify({ body: full(8) });
    watched.panel.arrive(idle);
    watched.panel.arrive(ringing);
    expect(watched.lamp).toBe("idle");
    expect(watched.panel.sent.at(-1)?.status).toBe(500);
    await watched.close();
  });
});

describe("RFC 3261 §17, a third of all datagrams lost", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("RFC 3261 §17: every state reaches the lamp (order %i)", async (seed) => {
    const watched = await WatchedPanel.open();
    const random = new Random(seed);
    const lost = (): boolean => random.below(3) === 0;
    watched.answer("200 OK", ["Expires: 3600"]);
    for (let version = 10; version < 40; version++) {
      const rings = version % 2 === 0;
      const notify = watched.notify({ body: full(version, ...(rings ? [dialog("early")] : [])) });
      // The PBX repeats it until it hears the answer, which may get lost too.
      for (let heard = false, interval = 500; !heard; interval = Math.min(2 * interval, 4_000)) {
        const before = watched.panel.transport.sent.length;
        if (!lost()) watched.panel.arrive(notify);
        heard = since(watched, before).some((text) => text.startsWith("SIP/2.0 200 ")) && !lost();
        watched.panel.clock.advance(interval);
      }
      expect(watched.lamp).toBe(rings ? "ringing" : "idle");
    }
    await watched.close();
  });
});
