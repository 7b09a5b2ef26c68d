import { Grammar } from "sip.js/lib/grammar/index.js";
import { parsePlain } from "./plain-headers.ts";

/** Result of a rule of sip.js's grammar; -1 where the input does not match. */
export type Parse = (input: string, rule: string) => unknown;

interface FrontedParse extends Parse {
  readonly behind?: Parse;
}

/**
 * Headers that are read elsewhere, from the text (challengesIn): the grammar takes no MD5-sess, and a challenge that it
 * cannot read would cost the whole response.
 */
const READ_ELSEWHERE: ReadonlySet<string> = new Set(["WWW_Authenticate", "Proxy_Authenticate"]);

/**
 * Puts the matchers for plain headers in front of sip.js's grammar, which unpacks its 236 rules anew for each header (0.3 ms). It
 * is one for the whole process, so that doing it again does nothing. Returns the grammar that stands behind.
 */
export function installGrammar(): Parse {
  const holder = Grammar as unknown as { parse: FrontedParse };
  const { parse } = holder;
  if (parse.behind) return parse.behind;
  const front: Parse = (input, rule) =>
    READ_ELSEWHERE.has(rule) ? { unread: input } : (parsePlain(input, rule) ?? parse(input, rule));
  holder.parse = Object.assign(front, { behind: parse });
  return parse;
}
