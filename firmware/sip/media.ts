import { isIPv6 } from "node:net";

/**
 * An SDP offer (RFC 4566) for a leg that nobody listens to: audio, but inactive in both directions, so that no
 * microphone is open on it (RFC 3264 §5.1). Port 9 is discard; no socket stands behind it.
 */
export function silentOffer(address: string): string {
  const family = isIPv6(address) ? "IP6" : "IP4";
  return [
    "v=0",
    `o=blfd 1 1 IN ${family} ${address}`,
    "s=-",
    `c=IN ${family} ${address}`,
    "t=0 0",
    "m=audio 9 RTP/AVP 0 8",
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:8 PCMA/8000",
    "a=inactive",
    "",
  ].join("\r\n");
}
