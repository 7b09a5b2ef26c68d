import { describe, expect, test } from "vitest";
import { mediaTarget, silentOffer, speakingOffer } from "../../firmware/sip/media.ts";

const sdp = (...lines: string[]) => `${["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", ...lines].join("\r\n")}\r\n`;

describe("what the panel offers", () => {
  test.each([
    ["silence", silentOffer("192.0.2.7"), "IP4 192.0.2.7", 9, "inactive"],
    ["a sign of audio", speakingOffer("192.0.2.7", 4000), "IP4 192.0.2.7", 4000, "sendrecv"],
    ["over IPv6", speakingOffer("2001:db8::7", 4000), "IP6 2001:db8::7", 4000, "sendrecv"],
  ])("%s", (_, offer, address, port, direction) => {
    expect(offer.split("\r\n")).toEqual([
      "v=0",
      `o=blfd 1 1 IN ${address}`,
      "s=-",
      `c=IN ${address}`,
      "t=0 0",
      `m=audio ${port} RTP/AVP 0 8`,
      "a=rtpmap:0 PCMU/8000",
      "a=rtpmap:8 PCMA/8000",
      `a=${direction}`,
      "",
    ]);
  });
});

describe("where an answer wants its audio", () => {
  test.each([
    ["of the session", sdp("c=IN IP4 192.0.2.1", "t=0 0", "m=audio 4000 RTP/AVP 8 0"), "192.0.2.1", 4000, 8],
    ["of the stream", sdp("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0", "c=IN IP4 192.0.2.2"), "192.0.2.2", 4000, 0],
    [
      "not that of another stream",
      sdp("c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0", "m=video 5000 RTP/AVP 99", "c=IN IP4 192.0.2.3"),
      "192.0.2.1",
      4000,
      0,
    ],
    ["behind another stream", sdp("c=IN IP6 ::1", "m=video 0 RTP/AVP 9", "m=audio 65535 RTP/AVP 0"), "::1", 65_535, 0],
    ["with a TTL", sdp("c=IN IP4 224.2.1.1/127", "m=audio 4000 RTP/AVP 0"), "224.2.1.1", 4000, 0],
  ])("%s", (_, answer, address, port, format) => {
    expect(mediaTarget(answer)).toEqual({ address, port, format });
  });

  test.each([
    ["no answer", ""],
    ["no audio", sdp("c=IN IP4 192.0.2.1", "m=video 4000 RTP/AVP 99")],
    ["audio refused", sdp("c=IN IP4 192.0.2.1", "m=audio 0 RTP/AVP 0")],
    ["no address", sdp("m=audio 4000 RTP/AVP 0")],
    ["a port that is none", sdp("c=IN IP4 192.0.2.1", "m=audio 70000 RTP/AVP 0")],
    ["a port without end", sdp("c=IN IP4 192.0.2.1", "m=audio 400000000 RTP/AVP 0")],
  ])("nowhere: %s", (_, answer) => {
    expect(mediaTarget(answer)).toBeUndefined();
  });
});
