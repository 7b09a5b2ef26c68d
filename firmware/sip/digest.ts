import { createHash } from "node:crypto";

/** One Digest challenge: a WWW-Authenticate or Proxy-Authenticate header (RFC 7616 §3.3). */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the server wrote it, because it is echoed; undefined means MD5. */
  readonly algorithm: string | undefined;
  /** In lower case; empty for a server of RFC 2069, which knows no qop. */
  readonly qop: readonly string[];
  /** The nonce was too old, the password right. */
  readonly stale: boolean;
}

/** What one answer is computed over. */
export interface DigestInput {
  readonly user: string;
  readonly password: string;
  readonly method: string;
  /** The Request-URI, letter by letter as it goes out. */
  readonly uri: string;
  /** Matters for auth-int only. */
  readonly body: string;
  /** How many requests have used this nonce, this one included: 1… */
  readonly count: number;
  readonly cnonce: string;
}

/** Strongest last: RFC 8760 §2.2 leaves the choice among what the server offers to the client. */
const HASHES = ["md5", "sha-256", "sha-512-256"];
const NODE_NAMES = ["md5", "sha256", "sha512-256"];

const SCHEME = /^\s*digest\s+/i;
const PARAMETER = /\s*([^\s=,"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)/gy;

/** Undefined for another scheme, and where realm or nonce is missing. */
export function parseChallenge(value: string): Challenge | undefined {
  const scheme = SCHEME.exec(value);
  if (!scheme) return undefined;
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, token = ""] of value.slice(scheme[0].length).matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? token);
  }
  const realm = parameters.get("realm");
  const nonce = parameters.get("nonce");
  if (realm === undefined || nonce === undefined) return undefined;
  return {
    realm,
    nonce,
    opaque: parameters.get("opaque"),
    algorithm: parameters.get("algorithm"),
    qop: (parameters.get("qop") ?? "")
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
    stale: parameters.get("stale")?.toLowerCase() === "true",
  };
}

/** How strong the algorithm of a challenge is; -1 where this client cannot answer it. */
export function strength(challenge: Challenge): number {
  const { qop } = challenge;
  if (qop.length > 0 && !qop.includes("auth") && !qop.includes("auth-int")) return -1;
  return HASHES.indexOf(hashOf(challenge));
}

/** The strength that a digest has at least which a person asks for by this name. */
export function leastStrength(name: "sha-256"): number {
  return HASHES.indexOf(name);
}

/** The value of the (Proxy-)Authorization header (RFC 7616 §3.4). The challenge must be one that has a strength. */
export function answer(challenge: Challenge, input: DigestInput): string {
  const { realm, nonce, opaque, algorithm, qop } = challenge;
  const { user, password, method, uri, body, cnonce } = input;
  const hash = NODE_NAMES[strength(challenge)] ?? "md5";
  const h = (text: string) => createHash(hash).update(text, "utf8").digest("hex");
  const session = /-sess$/i.test(algorithm ?? "");
  const quality = qop.includes("auth") ? "auth" : qop.includes("auth-int") ? "auth-int" : undefined;
  const count = input.count.toString(16).padStart(8, "0");

  const secret = h(`${user}:${realm}:${password}`);
  const a1 = session ? h(`${secret}:${nonce}:${cnonce}`) : secret;
  const a2 = h(quality === "auth-int" ? `${method}:${uri}:${h(body)}` : `${method}:${uri}`);
  const response = h(quality ? `${a1}:${nonce}:${count}:${cnonce}:${quality}:${a2}` : `${a1}:${nonce}:${a2}`);

  // RFC 7616 §3.4 says what is quoted and what must not be.
  const parts = [
    `username=${quote(user)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
  ];
  if (algorithm !== undefined) parts.push(`algorithm=${algorithm}`);
  if (quality) parts.push(`qop=${quality}`, `nc=${count}`);
  if (quality || session) parts.push(`cnonce="${cnonce}"`);
  if (opaque !== undefined) parts.push(`opaque=${quote(opaque)}`);
  return `Digest ${parts.join(", ")}`;
}

function hashOf({ algorithm = "MD5" }: Challenge): string {
  return algorithm.toLowerCase().replace(/-sess$/, "");
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
