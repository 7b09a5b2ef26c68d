import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../sim/manual-clock.ts";
import { parseAddress, parseUri, userOf } from "../../sim/sip/address.ts";
import { digestResponse, parseDigest } from "../../sim/sip/digest.ts";
import { splitList } from "../../sim/sip/headers.ts";
import { Lifetime } from "../../sim/sip/lifetime.ts";
import { cseq, parse, type Request, type Response, request, serialise } from "../../sim/sip/message.ts";
import { answerTo, type Direction, readMedia, writeMedia } from "../../sim/sip/sdp.ts";
import type { ServerTransaction } from "../../sim/sip/server-transaction.ts";
import { StreamFramer } from "../../sim/sip/stream-framer.ts";
import { Transactions } from "../../sim/sip/transactions.ts";
import { type Flow, Wire } from "../../sim/sip/wire.ts";
import { readCapture } from "./capture.ts";
import { expectSoon } from "./soon.ts";

const line = fc.stringMatching(/^[!-9;-~]{1,20}$/);
const body = fc.string({ maxLength: 200, unit: "grapheme" });
const messages = fc
  .tuple(fc.stringMatching(/^[A-Z]{1,10}$/), line, fc.dictionary(fc.stringMatching(/^X-[a-z]{1,8}$/), line), body)
  .map(([method, user, headers, text]) => request(method, `sip:${user}`, Object.entries(headers), text));

describe("SIP messages", () => {
  it("come back as they were sent", () => {
    fc.assert(
      fc.property(messages, (message) => {
        const back = parse(serialise(message)) as Request;
        expect([back.method, back.uri, back.body]).toEqual([message.method, message.uri, message.body]);
        for (const [name, value] of message.headers) expect(back.headers.get(name)).toBe(value);
      }),
    );
  });

  it("are found in a stream, however it is cut", () => {
    fc.assert(
      fc.property(fc.array(messages, { maxLength: 4 }), fc.array(fc.nat(400)), (sent, cuts) => {
        const stream = Buffer.concat(sent.flatMap((message) => [serialise(message), Buffer.from("\r\n\r\n")]));
        const ends = [...cuts.map((cut) => Math.min(cut, stream.length)), stream.length].sort((a, b) => a - b);
        const framer = new StreamFramer();
        const found: Buffer[] = [];
        let start = 0;
        for (const end of ends) {
          found.push(...framer.push(stream.subarray(start, end)));
          start = end;
        }
        expect(found.map((bytes) => bytes.toString())).toEqual(sent.map((message) => serialise(message).toString()));
      }),
    );
  });

  it("may have compact and folded headers, and lists", () => {
    const message = parse(
      Buffer.from('OPTIONS sip:a@b SIP/2.0\r\nv: one ,\r\n two\r\nf: "A, B" <sip:a@b>;tag=1\r\nl: 0\r\n\r\nnoise'),
    );
    expect(message?.headers.all("Via")).toEqual(["one", "two"]);
    expect(message?.headers.get("from")).toBe('"A, B" <sip:a@b>;tag=1');
    expect(message?.body).toBe("");
  });

  it.each([
    ["a keep-alive", "\r\n\r\n"],
    ["HTTP", "GET / HTTP/1.1\r\n\r\n"],
    ["a header without a colon", "OPTIONS sip:a SIP/2.0\r\nFrom\r\n\r\n"],
    ["a body that is cut off", "OPTIONS sip:a SIP/2.0\r\nContent-Length: 9\r\n\r\nshort"],
    ["a status that is none", "SIP/2.0 9 what\r\n\r\n"],
  ])("are not %s", (_, text) => {
    expect(parse(Buffer.from(text))).toBeUndefined();
  });

  it("are cut out of no stream that makes no sense", () => {
    expect(() => new StreamFramer().push(Buffer.alloc(70_000, "x"))).toThrow("no end");
    expect(() => new StreamFramer().push(Buffer.from("A b SIP/2.0\r\nContent-Length: 99999999\r\n\r\n"))).toThrow(
      "bytes",
    );
  });
});

describe("addresses", () => {
  it("are taken apart", () => {
    expect(parseAddress('"Bob \\"B\\"" <sip:**101@h:5070;transport=tcp>;tag=x')).toEqual({
      display: 'Bob "B"',
      uri: "sip:**101@h:5070;transport=tcp",
      params: new Map([["tag", "x"]]),
    });
    expect(parseUri("sip:**101@h:5070;transport=tcp")).toMatchObject({ user: "**101", host: "h", port: 5070 });
    expect(parseUri("sip:h")).toMatchObject({ user: "", host: "h", port: undefined });
    expect(userOf("sip:%2A80102@h;tag=1")).toBe("*80102");
    expect(parseAddress("*")).toBeUndefined();
    expect(splitList('a="1,2", <b,c>,d')).toEqual(['a="1,2"', "<b,c>", "d"]);
  });
});

describe("digest", () => {
  it("is that of RFC 2617 §3.5", () => {
    const fields = parseDigest(
      'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1"',
    );
    expect(digestResponse(fields ?? {}, "GET", { user: "Mufasa", password: "Circle Of Life" })).toBe(fields?.response);
  });

  it("is what Asterisk took", () => {
    const taken = readCapture("01-register").find(({ message }) => message.headers.get("Authorization") !== undefined);
    const fields = parseDigest(taken?.message.headers.get("Authorization"));
    expect(digestResponse(fields ?? {}, "REGISTER", { user: "100", password: "pw100" })).toBe(fields?.response);
  });
});

describe("SDP", () => {
  const origin = { host: "127.0.0.1", session: 1, version: 1, name: "-" };
  const directions: readonly Direction[] = ["sendrecv", "sendonly", "recvonly", "inactive"];

  it.each(directions)("comes back as it was written: %s", (direction) => {
    const media = { host: "127.0.0.1", port: 4000, direction };
    expect(readMedia(writeMedia(media, origin, "offer"))).toEqual(media);
    expect(readMedia(writeMedia(media, origin, "answer"))).toEqual(media);
  });

  it("is read from what others write", () => {
    const asterisks = readCapture("pickup-e-3pcc-blind").flatMap(({ message }) => readMedia(message.body) ?? []);
    expect(asterisks[0]).toEqual({ host: "127.0.0.1", port: 30804, direction: "sendrecv" });
    expect(readMedia("v=0\nm=video 1 RTP/AVP 0\n")).toBeUndefined();
    expect(readMedia("v=0\nc=IN IP4 1.2.3.4\nm=audio 1 RTP/AVP 8\n")).toBeUndefined();
    expect(readMedia("v=0\nc=IN IP4 0.0.0.0\nm=audio 1 RTP/AVP 0\n")?.direction).toBe("inactive");
  });

  it("answers with no more than was offered", () => {
    expect(directions.map((offered) => answerTo(offered, "sendrecv"))).toEqual([
      "sendrecv",
      "recvonly",
      "sendonly",
      "inactive",
    ]);
    expect(answerTo("sendrecv", "inactive")).toBe("inactive");
    expect(answerTo("sendonly", "sendonly")).toBe("inactive");
  });
});

describe("transactions over UDP", () => {
  const wires: Wire[] = [];
  afterEach(async () => {
    await Promise.all(wires.splice(0).map((wire) => wire.stop()));
  });

  /** Two ends; the clock of the first is moved by hand. */
  async function twoEnds(answer: (transaction: ServerTransaction) => void) {
    const clock = new ManualClock();
    const [near, far] = [new Wire({ host: "127.0.0.1" }), new Wire({ host: "127.0.0.1" })];
    wires.push(near, far);
    await Promise.all([near.start(), far.start()]);
    const asking = new Transactions({ wire: near, clock, product: "near" });
    const answering = new Transactions({ wire: far, clock, product: "far" });
    asking.start(() => undefined);
    let asked = 0;
    answering.start((transaction) => {
      asked++;
      answer(transaction);
    });
    const flow: Flow = { transport: "udp", host: "127.0.0.1", port: far.port };
    const responses: Response[] = [];
    const send = (method: string) =>
      asking.send(
        request(method, "sip:x@y", [
          ["From", "<sip:a@b>;tag=1"],
          ["To", "<sip:x@y>"],
          ["Call-ID", "c"],
          ["CSeq", `1 ${method}`],
        ]),
        flow,
        { final: (response) => responses.push(response) },
      );
    return { clock, near, far, asking, send, responses, asked: () => asked };
  }

  it("are repeated until they are answered, and seen once", async () => {
    const ends = await twoEnds((transaction) => transaction.respond({ status: 200 }));
    ends.far.silent = true;
    ends.send("NOTIFY");
    ends.clock.advance(499);
    ends.far.silent = false;
    expect(ends.responses).toEqual([]);
    ends.clock.advance(1);
    await expectSoon("an answer", () => ends.responses.length > 0);
    ends.clock.advance(40_000);
    expect([ends.responses.map(({ status }) => status), ends.asked()]).toEqual([[200], 1]);
  });

  it("are answered again when the answer was lost", async () => {
    const ends = await twoEnds((transaction) => {
      ends.far.silent = true;
      transaction.respond({ status: 200 });
      ends.far.silent = false;
    });
    ends.send("NOTIFY");
    await expectSoon("the request", () => ends.asked() === 1);
    expect(ends.responses).toEqual([]);
    ends.clock.advance(500);
    await expectSoon("the answer", () => ends.responses.length === 1);
    expect(ends.asked()).toBe(1);
  });

  it("time out after 32 s, as 408", async () => {
    const ends = await twoEnds(() => undefined);
    ends.far.silent = true;
    ends.send("OPTIONS");
    ends.clock.advance(31_999);
    expect(ends.responses).toEqual([]);
    ends.clock.advance(1);
    expect(ends.responses.map(({ status }) => status)).toEqual([408]);
    expect(ends.clock.pending).toBe(0);
  });

  it("cancel an INVITE once it is being worked on", async () => {
    const ends = await twoEnds((transaction) => {
      transaction.onInvite({ cancelled: () => transaction.respond({ status: 487 }) });
      transaction.respond({ status: 180, tag: "t" });
    });
    ends.asking.cancel(ends.send("INVITE"), [["Reason", "SIP;cause=200"]]);
    await expectSoon("487", () => ends.responses.length === 1);
    expect(ends.responses.map(({ status, headers }) => [status, cseq({ headers } as Response).method])).toEqual([
      [487, "INVITE"],
    ]);
  });

  it("repeat a 2xx to INVITE until its ACK, then leave no timer", async () => {
    let acknowledged = 0;
    const ends = await twoEnds((transaction) => {
      transaction.onInvite({ acknowledged: () => acknowledged++ });
      transaction.respond({ status: 200, tag: "t" });
    });
    const invite = ends.send("INVITE");
    await expectSoon("200", () => ends.responses.length === 1);
    const ack = request("ACK", "sip:x@y", [
      ["From", "<sip:a@b>;tag=1"],
      ["To", "<sip:x@y>;tag=t"],
      ["Call-ID", "c"],
      ["CSeq", "1 ACK"],
    ]);
    ends.far.silent = true;
    ends.asking.acknowledge(invite, ack);
    await new Promise(setImmediate);
    ends.far.silent = false;
    ends.clock.advance(500);
    await expectSoon("ACK", () => acknowledged === 1);
    expect([ends.responses.length, ends.clock.pending]).toEqual([1, 0]);
  });
});

it("a lifetime takes its timers with it", () => {
  const clock = new ManualClock();
  const life = new Lifetime(clock);
  const ran: string[] = [];
  life.at(1, () => ran.push("before"));
  life.at(3, () => ran.push("after"));
  clock.advance(2);
  life.end();
  life.at(3, () => ran.push("too late"));
  expect(clock.pending).toBe(0);
  clock.advance(10);
  expect(ran).toEqual(["before"]);
});
