import { describe, expect, test } from "vitest";
import { silentOffer } from "../../firmware/sip/media.ts";
import { MediaSession } from "../../firmware/sip/media-session.ts";

const sdp = (...lines: string[]) => [...lines, ""].join("\r\n");
const OURS = sdp(
  "v=0",
  "o=blfd 7 1 IN IP4 192.0.2.7",
  "s=-",
  "c=IN IP4 192.0.2.7",
  "t=0 0",
  "m=audio 4000 RTP/AVP 0 8 101",
  "a=rtpmap:0 PCMU/8000",
  "a=rtpmap:8 PCMA/8000",
  "a=rtpmap:101 telephone-event/8000",
  "a=fmtp:101 0-15",
  "a=ptime:20",
  "a=sendrecv",
);
const offer = (...media: string[]) =>
  sdp("v=0", "o=x 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0", ...media);

describe("a session of one stream", () => {
  test("an offer of nothing is answered with what stands", () => {
    expect(new MediaSession(OURS).description).toBe(OURS);
  });

  test("an offer of the same leaves everything as it was, version too (RFC 3264 §8)", () => {
    const session = new MediaSession(OURS);
    expect(session.answer(offer("m=audio 9000 RTP/AVP 0 8 101", "a=sendrecv"))).toBe(OURS);
    expect(session.answer(offer("m=audio 9000 RTP/AVP 0 8 101"))).toBe(OURS);
  });

  test("what changes counts the version up, once for each change", () => {
    const session = new MediaSession(OURS);
    const held = session.answer(offer("m=audio 9000 RTP/AVP 0 8 101", "a=sendonly"));
    expect(held).toContain("a=recvonly");
    expect(held).toContain("o=blfd 7 2 IN");
    expect(session.answer(offer("m=audio 9000 RTP/AVP 0 8 101", "a=sendonly"))).toBe(held);
    expect(session.answer(offer("m=audio 9000 RTP/AVP 0 8 101"))).toBe(OURS.replace("7 1 IN", "7 3 IN"));
    expect(session.description).toBe(OURS.replace("7 1 IN", "7 3 IN"));
  });

  test.each([
    ["sendrecv", "sendrecv"],
    ["sendonly", "recvonly"],
    ["recvonly", "sendonly"],
    ["inactive", "inactive"],
  ])("%s is answered %s", (theirs, ours) => {
    expect(new MediaSession(OURS).answer(offer("m=audio 9 RTP/AVP 0", `a=${theirs}`))).toContain(`a=${ours}\r\n`);
  });

  test("a direction for the whole session counts where the stream has none", () => {
    expect(new MediaSession(OURS).answer(offer("a=sendonly", "m=audio 9 RTP/AVP 0"))).toContain("a=recvonly");
  });

  test("a silent leg stays silent, whatever is offered", () => {
    const session = new MediaSession(silentOffer("192.0.2.7"));
    for (const direction of ["sendrecv", "sendonly", "recvonly", "inactive"]) {
      const answer = session.answer(offer("m=audio 9 RTP/AVP 0 8", `a=${direction}`));
      expect(answer).toBe(silentOffer("192.0.2.7"));
    }
  });

  test("only formats that both have, with their descriptions", () => {
    const answer = new MediaSession(OURS).answer(offer("m=audio 9000 RTP/AVP 8 3 101"));
    expect(answer).toContain("m=audio 4000 RTP/AVP 8 101\r\n");
    expect(answer).not.toContain("PCMU");
    expect(answer).toContain("a=fmtp:101 0-15");
  });

  test("an answer has a line for each offered stream, and refuses what is not ours (RFC 3264 §6)", () => {
    const answer = new MediaSession(OURS).answer(
      offer(
        "m=video 1 RTP/AVP 99",
        "m=audio 0 RTP/AVP 0",
        "m=audio 2 RTP/SAVP 0",
        "m=audio 3 RTP/AVP 0",
        "m=audio 4 RTP/AVP 0",
      ),
    );
    expect(answer.split("\r\n").filter((line) => line.startsWith("m="))).toEqual([
      "m=video 0 RTP/AVP 99",
      "m=audio 0 RTP/AVP 0",
      "m=audio 0 RTP/SAVP 0",
      "m=audio 4000 RTP/AVP 0",
      "m=audio 0 RTP/AVP 0",
    ]);
  });

  test("bare line feeds, as some write them, and nonsense", () => {
    expect(new MediaSession(OURS).answer(offer("m=audio 9 RTP/AVP 0 8 101").replaceAll("\r\n", "\n"))).toBe(OURS);
    expect(new MediaSession(OURS).answer("m=\nm=audio")).toContain("v=0");
  });
});
