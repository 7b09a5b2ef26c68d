/** What may flow, as one side says it (RFC 4566 §6). */
type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)$/;
const MEDIA = /^m=(\S+) (\S+) (\S+) (.*)$/;
const ORIGIN = /^o=(\S+ \S+) (\d+) (.*)$/m;

/** Our side of a call's media, as it was described last (RFC 3264). One media stream, which never changes by our will. */
export class MediaSession {
  readonly #offer: string;
  #description: string;

  /** @param offer the SDP that the INVITE carried: one m= line */
  constructor(offer: string) {
    this.#offer = offer;
    this.#description = offer;
  }

  /** What answers a re-INVITE that offers nothing: our offer is as it was. */
  get description(): string {
    return this.#description;
  }

  /**
   * Answers an offer within the session: our stream takes the first one of its kind, all others are refused (§6), and
   * nothing flows that both sides do not allow (§6.1). The version in o= counts up only when something changed (§8).
   */
  answer(offer: string): string {
    const ours = blocks(linesOf(this.#offer));
    const [head = []] = ours;
    const [stream = []] = ours.slice(1);
    const theirs = blocks(linesOf(offer));
    const general = directionIn(theirs[0] ?? []) ?? "sendrecv";
    let taken = false;
    const answers = theirs.slice(1).map((block) => {
      const answer = taken ? undefined : accepted(stream, block, general);
      taken ||= answer !== undefined;
      return answer ?? [refused(block)];
    });
    this.#describe([...head, ...answers.flat(), ""].join("\r\n"));
    return this.#description;
  }

  #describe(description: string): void {
    const [, , version = "0"] = ORIGIN.exec(this.#description) ?? [];
    const same = withVersion(description, version);
    this.#description = same === this.#description ? same : withVersion(description, String(BigInt(version) + 1n));
  }
}

function linesOf(sdp: string): string[] {
  return sdp.split(/\r?\n/).filter((line) => line !== "");
}

/** The session's lines first, then those of each stream. */
function blocks(lines: readonly string[]): string[][] {
  const found: string[][] = [[]];
  for (const line of lines) {
    if (line.startsWith("m=")) found.push([]);
    found.at(-1)?.push(line);
  }
  return found;
}

function directionIn(lines: readonly string[]): Direction | undefined {
  const found = lines.map((line) => DIRECTION.exec(line)?.[1]).find((direction) => direction !== undefined);
  return found as Direction | undefined;
}

/** Undefined where the offered stream is not one that ours can be, or is switched off. */
function accepted(stream: readonly string[], offered: readonly string[], general: Direction): string[] | undefined {
  const [, kind, , protocol, formats = ""] = MEDIA.exec(offered[0] ?? "") ?? [];
  const [, ourKind, ourPort, ourProtocol, ourFormats = ""] = MEDIA.exec(stream[0] ?? "") ?? [];
  if (kind !== ourKind || protocol !== ourProtocol || portOf(offered) === "0") return undefined;
  const wanted = new Set(formats.split(" "));
  const common = ourFormats.split(" ").filter((format) => wanted.has(format));
  if (common.length === 0) return undefined;
  const described = stream.slice(1).filter((line) => {
    const format = /^a=(?:rtpmap|fmtp):(\d+) /.exec(line)?.[1];
    return !DIRECTION.test(line) && (format === undefined || common.includes(format));
  });
  const direction = both(directionIn(stream) ?? "sendrecv", directionIn(offered) ?? general);
  return [`m=${ourKind} ${ourPort} ${ourProtocol} ${common.join(" ")}`, ...described, `a=${direction}`];
}

function refused(block: readonly string[]): string {
  return (block[0] ?? "").replace(/^(m=\S+) \S+/, (_, kind: string) => `${kind} 0`);
}

function portOf(block: readonly string[]): string | undefined {
  return MEDIA.exec(block[0] ?? "")?.[2];
}

function both(ours: Direction, theirs: Direction): Direction {
  const send = (ours === "sendrecv" || ours === "sendonly") && (theirs === "sendrecv" || theirs === "recvonly");
  const receive = (ours === "sendrecv" || ours === "recvonly") && (theirs === "sendrecv" || theirs === "sendonly");
  if (send) return receive ? "sendrecv" : "sendonly";
  return receive ? "recvonly" : "inactive";
}

function withVersion(sdp: string, version: string): string {
  return sdp.replace(ORIGIN, (_, session: string, __, rest: string) => `o=${session} ${version} ${rest}`);
}
