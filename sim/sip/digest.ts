import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { splitList } from "./headers.ts";
import type { Response } from "./message.ts";

/** What stands in WWW-Authenticate or Authorization, names lower case, values unquoted (RFC 2617 §3.2). */
export type DigestFields = Readonly<Record<string, string>>;

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export function parseDigest(header: string | undefined): DigestFields | undefined {
  const match = /^\s*Digest\s+(.*)$/is.exec(header ?? "");
  if (!match) return undefined;
  const fields: Record<string, string> = {};
  for (const part of splitList(match[1] ?? "")) {
    const [, name = "", quoted, plain] = /^(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|(\S*))$/.exec(part) ?? [];
    fields[name.toLowerCase()] = quoted === undefined ? (plain ?? "") : quoted.replace(/\\(.)/g, "$1");
  }
  return fields;
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** The response that proves a password (RFC 2617 §3.2.2), with qop=auth where `fields` has it. */
export function digestResponse(fields: DigestFields, method: string, credentials: Credentials): string {
  const secret = md5(`${credentials.user}:${fields.realm}:${credentials.password}`);
  const asked = md5(`${method}:${fields.uri}`);
  const middle =
    fields.qop === undefined ? fields.nonce : [fields.nonce, fields.nc, fields.cnonce, fields.qop].join(":");
  return md5(`${secret}:${middle}:${asked}`);
}

export function digestMatches(fields: DigestFields, method: string, credentials: Credentials): boolean {
  const expected = Buffer.from(digestResponse(fields, method, credentials));
  const given = Buffer.from(fields.response ?? "");
  return fields.username === credentials.user && given.length === expected.length && timingSafeEqual(given, expected);
}

/** The header that answers a 401 or 407; undefined where the challenge is none that MD5 can answer. */
export function answerChallenge(
  challenge: Response,
  method: string,
  uri: string,
  credentials: Credentials,
): readonly [string, string] | undefined {
  const proxy = challenge.status === 407;
  for (const header of challenge.headers.all(proxy ? "Proxy-Authenticate" : "WWW-Authenticate")) {
    const asked = parseDigest(header);
    if (!asked || (asked.algorithm ?? "MD5").toUpperCase() !== "MD5") continue;
    const withQop = asked.qop?.split(",").some((qop) => qop.trim() === "auth") ?? false;
    const fields: Record<string, string> = {
      realm: asked.realm ?? "",
      nonce: asked.nonce ?? "",
      uri,
      ...(withQop ? { qop: "auth", nc: "00000001", cnonce: randomUUID() } : {}),
    };
    const quote = (name: string): string => `${name}="${fields[name]}"`;
    const parts = [`username="${credentials.user}"`, ...["realm", "nonce", "uri"].map(quote)];
    parts.push(`response="${digestResponse(fields, method, credentials)}"`, "algorithm=MD5");
    if (withQop) parts.push("qop=auth", `nc=${fields.nc}`, quote("cnonce"));
    if (asked.opaque !== undefined) parts.push(`opaque="${asked.opaque}"`);
    return [proxy ? "Proxy-Authorization" : "Authorization", `Digest ${parts.join(", ")}`];
  }
  return undefined;
}
