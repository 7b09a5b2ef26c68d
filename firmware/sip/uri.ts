import { URI } from "sip.js/lib/core/index.js";

/** RFC 3261 §25.1: unreserved and user-unreserved. */
const PLAIN_IN_USER = /[A-Za-z0-9\-_.!~*'()&=+$,;?/]/;

/** A user part in which every character that may not stand there is escaped: "#77" → "%2377". */
export function escapedUser(user: string): string {
  return Array.from(user, (char) => (PLAIN_IN_USER.test(char) ? char : percent(char))).join("");
}

/**
 * The URI of a From, To, Contact, Route … value, letter by letter as the far end wrote it: what it calls itself is where
 * requests have to go (RFC 3261 §12.2.1.1). Undefined where there is none.
 */
export function addressIn(header: string): string | undefined {
  const withoutName = header.replace(/^\s*"(?:[^"\\]|\\.)*"/, "");
  const bracketed = /<([^>]*)>/.exec(withoutName)?.[1]?.trim();
  return bracketed ?? /^\s*([A-Za-z][A-Za-z0-9+.-]*:[^\s;,?]+)/.exec(withoutName)?.[1];
}

/** A URI as it may stand in From and To: no port and no parameters (RFC 3261 §19.1.1, table 1). */
export function plainUri(uri: string): string {
  if (!/^sips?:/i.test(uri)) return uri;
  const host = Math.max(uri.indexOf(":"), uri.lastIndexOf("@")) + 1;
  const end = /^(?:\[[^\]]*\]|[^:;?]*)/.exec(uri.slice(host))?.[0].length ?? 0;
  return uri.slice(0, host + end);
}

/** The user part of a sip, sips, pres or tel URI, without escapes, password and parameters: "sip:%2377@x" → "#77". */
export function userIn(uri: string): string | undefined {
  const rest = /^\s*[A-Za-z][A-Za-z0-9+.-]*:(.*)$/s.exec(uri)?.[1]?.trim();
  const at = rest?.indexOf("@") ?? -1;
  // A tel URI has nothing else.
  const user = (at < 0 && /^\s*tel:/i.test(uri) ? rest : rest?.slice(0, Math.max(0, at)))?.split(/[:;]/, 1)[0];
  if (user === undefined || user === "") return undefined;
  if (!user.includes("%")) return user;
  try {
    return decodeURIComponent(user);
  } catch {
    return user; // A lone % is nobody's escape.
  }
}

/** A URI that sip.js carries but does not rewrite: its own escapes ; , = & in the user part and lowers the host. */
export class VerbatimUri extends URI {
  readonly #text: string;

  constructor(text: string) {
    super("sip", "", "verbatim.invalid");
    this.#text = text;
  }

  override clone(): URI {
    return this;
  }

  override toRaw(): string {
    return this.#text;
  }

  override toString(): string {
    return this.#text;
  }
}

function percent(char: string): string {
  return Array.from(Buffer.from(char, "utf8"), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(
    "",
  );
}
