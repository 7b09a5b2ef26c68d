import { beforeEach, describe, expect, it } from "vitest";
import { type Head, readHead } from "../../../firmware/sip/transport/head.ts";
import { Retransmission } from "../../../firmware/sip/transport/retransmission.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { type WireRequest, wireRequest, wireResponse } from "../wire-message.ts";

describe("Retransmission", () => {
  let clock = new ManualClock();
  let wire: string[] = [];
  let retransmission: Retransmission;

  beforeEach(() => {
    clock = new ManualClock();
    wire = [];
    retransmission = new Retransmission(clock, (bytes) => wire.push(`${clock.now()} ${firstWords(bytes.toString())}`));
  });

  const firstWords = (text: string): string =>
    text
      .split(" ", 2)
      .join(" ")
      .replace(/ sip:.*/, "");
  const head = (text: string): Head => {
    const read = readHead(text);
    if (!read) throw new Error(`not SIP: ${text}`);
    return read;
  };
  const sent = (text: string): void => retransmission.sent(Buffer.from(text), head(text));
  const came = (text: string): boolean => retransmission.absorbs(head(text));
  const times = (): number[] => wire.map((entry) => Number(entry.split(" ")[0]));
  const invite: WireRequest = { method: "INVITE", callId: "i" };

  describe("of requests", () => {
    it("doubles from T1 up to T2, and ends after 64·T1 (timer E)", () => {
      sent(wireRequest({ method: "SUBSCRIBE" }));
      clock.advance(100_000);
      expect(times()).toEqual([500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]);
      expect(retransmission.size).toBe(0);
    });

    it("doubles without a ceiling for INVITE (timer A)", () => {
      sent(wireRequest(invite));
      clock.advance(100_000);
      expect(times()).toEqual([500, 1500, 3500, 7500, 15500, 31500]);
    });

    it("stops at a final response, and only that of its own request", () => {
      const subscribe = wireRequest({ method: "SUBSCRIBE" });
      sent(subscribe);
      clock.advance(600);
      expect(came(wireResponse(wireRequest({ method: "SUBSCRIBE", callId: "other" }), 200, "OK"))).toBe(false);
      clock.advance(1000);
      expect(came(wireResponse(subscribe, 401, "Unauthorized"))).toBe(false);
      clock.advance(100_000);
      expect(times()).toEqual([500, 1500]);
    });

    it("slows down to T2 at a provisional response, and stops for INVITE", () => {
      const subscribe = wireRequest({ method: "SUBSCRIBE" });
      sent(subscribe);
      clock.advance(100);
      came(wireResponse(subscribe, 100, "Trying"));
      clock.advance(9_000);
      expect(times()).toEqual([500, 4500, 8500]);
      wire = [];
      sent(wireRequest(invite));
      came(wireResponse(wireRequest(invite), 100, "Trying"));
      came(wireResponse(subscribe, 200, "OK"));
      clock.advance(100_000);
      expect(wire).toEqual([]);
    });

    it("tells INVITE and its CANCEL apart, which share a branch", () => {
      const via = "SIP/2.0/UDP h;branch=z9hG4bKsame";
      const cancel = wireRequest({ ...invite, via, method: "CANCEL" });
      sent(wireRequest({ ...invite, via }));
      sent(cancel);
      came(wireResponse(cancel, 200, "OK"));
      clock.advance(600);
      expect(wire).toEqual(["500 INVITE"]);
    });
  });

  describe("of answers", () => {
    it("answers a repeated request with the same bytes, out of sight (timer J)", () => {
      const notify = wireRequest();
      expect(came(notify)).toBe(false);
      sent(wireResponse(notify, 200, "OK"));
      clock.advance(500);
      expect(came(notify)).toBe(true);
      clock.advance(31_000);
      expect(came(notify)).toBe(true);
      expect(wire).toEqual(["500 SIP/2.0 200", "31500 SIP/2.0 200"]);
    });

    it("is silent to a repeated request that is not answered yet", () => {
      expect(came(wireRequest())).toBe(false);
      expect(came(wireRequest())).toBe(true);
      expect(wire).toEqual([]);
    });

    it("takes what comes 64·T1 later for new", () => {
      came(wireRequest());
      sent(wireResponse(wireRequest(), 200, "OK"));
      clock.advance(32_000);
      expect(came(wireRequest())).toBe(false);
    });

    it("tells requests apart that have no branch", () => {
      const via = "SIP/2.0/UDP 192.0.2.1";
      expect(came(wireRequest({ via, cseq: 1 }))).toBe(false);
      expect(came(wireRequest({ via, cseq: 2 }))).toBe(false);
      expect(came(wireRequest({ via, cseq: 2, callId: "other" }))).toBe(false);
      expect(came(wireRequest({ via, cseq: 2 }))).toBe(true);
    });

    it("takes an equal CSeq on a new branch for new: a PBX that was killed counts again", () => {
      expect(came(wireRequest({ via: "SIP/2.0/UDP h;branch=z9hG4bK1" }))).toBe(false);
      expect(came(wireRequest({ via: "SIP/2.0/UDP h;branch=z9hG4bK2" }))).toBe(false);
    });

    it("repeats the refusal of an INVITE until its ACK (timer G)", () => {
      came(wireRequest(invite));
      sent(wireResponse(wireRequest(invite), 100, "Trying"));
      sent(wireResponse(wireRequest(invite), 486, "Busy Here"));
      clock.advance(8_000);
      expect(times()).toEqual([500, 1500, 3500, 7500]);
      const via = `SIP/2.0/UDP 192.0.2.1:5060;rport;branch=${head(wireRequest(invite)).branch}`;
      expect(came(wireRequest({ ...invite, via, method: "ACK" }))).toBe(false);
      clock.advance(100_000);
      expect(wire).toHaveLength(4);
    });

    it("does not repeat a 2xx to INVITE, which sip.js does", () => {
      came(wireRequest(invite));
      sent(wireResponse(wireRequest(invite), 200, "OK"));
      clock.advance(100_000);
      expect(wire).toEqual([]);
    });
  });

  describe("of ACK", () => {
    const via = "SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKours";
    const ours = wireRequest({ ...invite, via });
    const busy = wireResponse(ours, 486, "Busy Here");
    const ack = wireRequest({ ...invite, via, method: "ACK" });

    it("sends it again at a repeated refusal, out of sight (timer D)", () => {
      sent(ours);
      expect(came(busy)).toBe(false);
      sent(ack);
      clock.advance(1000);
      expect(came(busy)).toBe(true);
      expect(came(busy)).toBe(true);
      expect(wire).toEqual(["1000 ACK", "1000 ACK"]);
    });

    it("leaves the ACK of a 2xx and its repetition to sip.js", () => {
      const ok = wireResponse(ours, 200, "OK");
      sent(ours);
      expect(came(ok)).toBe(false);
      sent(wireRequest({ ...invite, method: "ACK", via: "SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKack" }));
      expect(came(ok)).toBe(false);
      clock.advance(100_000);
      expect(wire).toEqual([]);
      expect(retransmission.size).toBe(0);
    });
  });

  it("keeps a bounded memory, whatever comes and goes", () => {
    for (let i = 0; i < 10_000; i++) {
      const callId = String(i);
      came(wireRequest({ callId }));
      sent(wireResponse(wireRequest({ callId }), 200, "OK"));
      sent(wireRequest({ method: "OPTIONS", callId }));
      came(wireResponse(wireRequest({ ...invite, callId }), 486, "Busy Here"));
    }
    expect(retransmission.size).toBeLessThanOrEqual(3 * 4096);
    expect(clock.pending).toBeLessThanOrEqual(4096);
  });

  it("is empty and quiet after clear", () => {
    sent(wireRequest({ method: "OPTIONS" }));
    came(wireRequest());
    retransmission.clear();
    expect([retransmission.size, clock.pending]).toEqual([0, 0]);
    expect(came(wireRequest())).toBe(false);
  });
});
