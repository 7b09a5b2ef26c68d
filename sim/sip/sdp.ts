/** Who may send, seen from the side whose description it is (RFC 4566 §6). */
export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** Where one side of a call wants its audio, as PCMU (RFC 3551). */
export interface Media {
  readonly host: string;
  readonly port: number;
  readonly direction: Direction;
}

/** Identity of a description within its call: the version grows with each new one (RFC 4566 §5.2). */
export interface Origin {
  readonly host: string;
  readonly session: number;
  readonly version: number;
  /** `s=`, free text. */
  readonly name: string;
}

export const SDP = "application/sdp";

/** The first audio stream; undefined where there is none that speaks PCMU. */
export function readMedia(sdp: string): Media | undefined {
  const lines = sdp.split(/\r?\n/);
  const start = lines.findIndex((line) => /^m=audio /.test(line));
  if (start < 0) return undefined;
  const end = lines.findIndex((line, index) => index > start && line.startsWith("m="));
  const stream = lines.slice(start, end < 0 ? undefined : end);
  const session = lines.slice(
    0,
    lines.findIndex((line) => line.startsWith("m=")),
  );

  const [, port, ...formats] = (stream[0] ?? "").split(" ");
  if (!formats.includes("0")) return undefined;
  const address = [...stream, ...session].find((line) => line.startsWith("c="))?.split(" ")[2];
  if (address === undefined) return undefined;
  const direction = [...stream, ...session].map(directionOf).find((found) => found !== undefined) ?? "sendrecv";
  // 0.0.0.0 is how RFC 2543 put a call on hold.
  return { host: address, port: Number(port), direction: address === "0.0.0.0" ? "inactive" : direction };
}

/** An offer also carries telephone-event; an answer only what every phone here speaks. */
export function writeMedia(media: Media, origin: Origin, kind: "offer" | "answer"): string {
  const offer = kind === "offer";
  const lines = [
    "v=0",
    `o=- ${origin.session} ${origin.version} IN IP4 ${origin.host}`,
    `s=${origin.name}`,
    `c=IN IP4 ${media.host}`,
    "t=0 0",
    `m=audio ${media.port} RTP/AVP ${offer ? "0 101" : "0"}`,
    "a=rtpmap:0 PCMU/8000",
    ...(offer ? ["a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16"] : []),
    "a=ptime:20",
    `a=${media.direction}`,
  ];
  return `${lines.join("\r\n")}\r\n`;
}

export const sends = (direction: Direction): boolean => direction === "sendrecv" || direction === "sendonly";
export const receives = (direction: Direction): boolean => direction === "sendrecv" || direction === "recvonly";

/** Whose description this is has the other side on hold, or hears nobody itself (RFC 3264 §8.4). */
export const onHold = ({ direction }: Media): boolean => direction === "sendonly" || direction === "inactive";

/** The widest direction that answers `offered` for someone who would like `wanted` (RFC 3264 §6.1). */
export function answerTo(offered: Direction, wanted: Direction): Direction {
  const send = receives(offered) && sends(wanted);
  const receive = sends(offered) && receives(wanted);
  if (send) return receive ? "sendrecv" : "sendonly";
  return receive ? "recvonly" : "inactive";
}

function directionOf(line: string): Direction | undefined {
  const match = /^a=(sendrecv|sendonly|recvonly|inactive)$/.exec(line.trim());
  return match ? (match[1] as Direction) : undefined;
}
