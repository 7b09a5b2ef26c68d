import { isIPv6 } from "node:net";

/**
 * An SDP offer (RFC 4566) for a leg that nobody listens to: audio, but inactive in both directions, so that no
 * microphone is open on it (RFC 3264 §5.1). Port 9 is discard; no socket stands behind it.
 */
export function silentOffer(address: string): string {
  return offer(address, 9, "inactive");
}

/** One for a leg on which the panel gives a sign of audio from that port. What it is sent is not listened to. */
export function speakingOffer(address: string, port: number): string {
  return offer(address, port, "sendrecv");
}

function offer(address: string, port: number, direction: "inactive" | "sendrecv"): string {
  const family = isIPv6(address) ? "IP6" : "IP4";
  return [
    "v=0",
    `o=blfd 1 1 IN ${family} ${address}`,
    "s=-",
    `c=IN ${family} ${address}`,
    "t=0 0",
    `m=audio ${port} RTP/AVP 0 8`,
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:8 PCMA/8000",
    `a=${direction}`,
    "",
  ].join("\r\n");
}

/** Where audio is wanted, and in which format (RFC 3551 §6: 0 PCMU, 8 PCMA). */
export interface MediaTarget {
  readonly address: string;
  readonly port: number;
  readonly format: number;
}

/** Where an answer wants its audio, in the first format that it names; undefined where it wants none. */
export function mediaTarget(answer: string): MediaTarget | undefined {
  const [session = "", ...streams] = answer.split(/^(?=m=)/m);
  const stream = streams.find((one) => one.startsWith("m=audio ")) ?? "";
  const [, port = "0", format = "0"] = /^m=audio (\d{1,5}) \S+ (\d{1,3})\b/.exec(stream) ?? [];
  const connection = /^c=IN IP[46] ([^\s/]+)/m;
  const address = (connection.exec(stream) ?? connection.exec(session))?.[1];
  const target = { port: Number(port), format: Number(format) };
  return address === undefined || target.port === 0 || target.port > 65_535 ? undefined : { address, ...target };
}
