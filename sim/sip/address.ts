/** `;name=value;flag` behind a URI, a Via or an address. Names lower case, in order. */
export type Params = ReadonlyMap<string, string | undefined>;

/** A sip URI, as far as the simulator looks into one (RFC 3261 §19.1.1). */
export interface Uri {
  readonly user: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly params: Params;
}

/** The value of From, To, Contact, Refer-To … (RFC 3261 §20.10). */
export interface Address {
  /** Unquoted. */
  readonly display: string | undefined;
  readonly uri: string;
  readonly params: Params;
}

export const DEFAULT_PORT = 5060;

export function parseUri(text: string): Uri | undefined {
  const match = /^sips?:(?:([^@]*)@)?(\[[^\]]+\]|[^:;?]+)(?::(\d+))?((?:;[^?]*)?)(?:\?.*)?$/i.exec(text);
  if (!match) return undefined;
  const [, user = "", host = "", port, params = ""] = match;
  return {
    user: decodeUser(user.split(/[;:]/)[0] ?? ""),
    host,
    port: port === undefined ? undefined : Number(port),
    params: parseParams(params),
  };
}

export function parseAddress(text: string): Address | undefined {
  const bracketed = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*))\s*<([^>]*)>(.*)$/s.exec(text);
  if (bracketed) {
    const [, quoted, plain = "", uri = "", params = ""] = bracketed;
    const display = quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/g, "$1");
    return { display: display === "" ? undefined : display, uri: uri.trim(), params: parseParams(params) };
  }
  // Without brackets, parameters belong to the header, not to the URI (RFC 3261 §20).
  const [uri = "", ...params] = text.trim().split(";");
  return /^[a-z]+:/i.test(uri) ? { display: undefined, uri, params: parseParams(`;${params.join(";")}`) } : undefined;
}

export function parseParams(text: string): Params {
  const params = new Map<string, string | undefined>();
  for (const part of text.split(";")) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name !== "") params.set(name, equals < 0 ? undefined : part.slice(equals + 1).trim());
  }
  return params;
}

export function formatParams(params: Params): string {
  return [...params].map(([name, value]) => (value === undefined ? `;${name}` : `;${name}=${value}`)).join("");
}

/** `"Alice Reception" <sip:101@127.0.0.1>;tag=…` */
export function formatAddress(uri: string, display?: string, tag?: string): string {
  const name = display === undefined ? "" : `"${display.replace(/["\\]/g, "\\$&")}" `;
  return `${name}<${uri}>${tag === undefined ? "" : `;tag=${tag}`}`;
}

/** The user part of the URI in such a header value; "" where there is none. */
export function userOf(headerValue: string | undefined): string {
  const address = parseAddress(headerValue ?? "");
  return (address && parseUri(address.uri)?.user) ?? "";
}

export function tagOf(headerValue: string | undefined): string | undefined {
  return parseAddress(headerValue ?? "")?.params.get("tag");
}

function decodeUser(user: string): string {
  if (!user.includes("%")) return user;
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
