/** Compact header names, as registered at IANA; sip.js knows only some of them. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  a: "Accept-Contact",
  b: "Referred-By",
  c: "Content-Type",
  d: "Request-Disposition",
  e: "Content-Encoding",
  f: "From",
  i: "Call-ID",
  j: "Reject-Contact",
  k: "Supported",
  l: "Content-Length",
  m: "Contact",
  n: "Identity-Info",
  o: "Event",
  r: "Refer-To",
  s: "Subject",
  t: "To",
  u: "Allow-Events",
  v: "Via",
  x: "Session-Expires",
  y: "Identity",
};

/** The look behind keeps a long run of blanks from being searched again from each of them. */
const FOLD = /(?<![ \t])[ \t]*\r\n[ \t]+/g;
const COMPACT = /\r\n([a-z])[ \t]*:/gi;
const SUBSCRIPTION_STATE = /(\r\nsubscription-state[ \t]*:[ \t]*)([a-z]+)/i;

/**
 * A header section as sip.js can take it: folded lines whole again (RFC 3261 §7.3.1), compact names long (§7.3.3), and the
 * state of a subscription in lower case, which sip.js compares letter by letter although tokens have no case.
 */
export function canonical(section: string): string {
  return section
    .replace(FOLD, " ")
    .replace(COMPACT, (line, name: string) => {
      const long = LONG_NAMES[name.toLowerCase()];
      return long === undefined ? line : `\r\n${long}:`;
    })
    .replace(SUBSCRIPTION_STATE, (_, name: string, state: string) => name + state.toLowerCase());
}
