import type { Dialog } from "./dialog.ts";
import type { LineId } from "./line.ts";
import type { Privacy } from "./privacy.ts";

/** Who calls a line, as far as privacy lets it be told: clean text of bounded length. At least one of the two. */
export interface Caller {
  readonly name?: string;
  readonly number?: string;
}

/** Characters of a name, and of a number: E.164 has 15 digits; what stands before them, and a user part that is a name, fit. */
const LONGEST_NAME = 48;
const LONGEST_NUMBER = 32;
/** The same for every number, so that its length is no hint. */
const HIDDEN = "••••";
/** Digits of a number whose last two leave five unknown: 100,000 others end alike. */
const ENOUGH_DIGITS = 7;
/** Whoever calls so asks not to be named (RFC 3323 §4.1.1), or has that asked by the network. */
const WITHHELD = /^(?:anonymous|restricted|private|withheld)$/i;
/** What some write where nothing is known. */
const NOT_KNOWN = /^(?:unknown|unavailable)$/i;

/**
 * The caller of one call of a line, by `remote/identity` of its dialog (RFC 4235 §4.1.6.1). Its `target` is where the call
 * goes, seldom who calls. Undefined where nothing may be told, where the caller asks not to be named, for a call that the line made
 * itself, and where the notifier names the line as its own caller, as for a call in a park slot.
 *
 * `masked` is for panels in corridors: whoever expects the call knows it by its last two digits, and a visitor learns nothing
 * from them. So a number of fewer than seven digits is hidden whole, since two of three digits are the colleague, or the
 * patient in that room (GDPR, Art. 4 (1): identifiable); and so is every name, since initials and a ward are a person, too.
 */
export function callerOf(dialog: Dialog, line: LineId, privacy: Privacy): Caller | undefined {
  if (privacy === "off" || !isIncoming(dialog)) return undefined;
  const { identity = "", display = "" } = dialog.remote ?? {};
  const { user, host } = partsOf(identity);
  const { name = "", number = "" } = callerFrom(display, user) ?? {};
  if (WITHHELD.test(name) || WITHHELD.test(number) || /(?:^|\.)invalid$/i.test(host) || number === line)
    return undefined;
  const known = {
    name: NOT_KNOWN.test(name) || name === number ? "" : name,
    number: NOT_KNOWN.test(number) ? "" : number,
  };
  return told(privacy === "full" ? known : { name: "", number: masked(user, known.number) });
}

/** Who is so called, as it may be shown whoever says it; undefined where nothing is left of either. */
export function callerFrom(name: string, number: string): Caller | undefined {
  return told({ name: cleaned(name, LONGEST_NAME), number: cleaned(number, LONGEST_NUMBER) });
}

export function isSameCaller(one: Caller | undefined, other: Caller | undefined): boolean {
  return one?.name === other?.name && one?.number === other?.number;
}

/**
 * A text of somebody else's as it may be shown: one line, nothing that hides, reorders or controls what stands beside it,
 * and not longer than that; an ellipsis stands for what is left out.
 *
 * @param longest in characters, as Unicode counts them
 */
export function cleaned(text: string, longest: number): string {
  const clean = text
    // More than is ever shown, and no more work than that for what a stranger sends.
    .slice(0, longest * 8)
    .normalize("NFC")
    .replace(/[\s\p{Z}]+/gu, " ")
    .replace(/\p{C}/gu, "")
    .replace(/ +/g, " ")
    .trim();
  const characters = Array.from(clean);
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : clean;
}

/** An answered call says which side began it, or it may be one that the line made. */
function isIncoming({ state, direction }: Dialog): boolean {
  return direction === "recipient" || (direction === undefined && state === "early");
}

function masked(user: string, shown: string): string {
  if (shown === "") return "";
  const digits = user.replace(/[\s().-]/g, "");
  return /^\+?\d+$/.test(digits) && digits.length >= ENOUGH_DIGITS ? `${HIDDEN} ${digits.slice(-2)}` : HIDDEN;
}

function told({ name, number }: Required<Caller>): Caller | undefined {
  if (name === "" && number === "") return undefined;
  return { ...(name !== "" && { name }), ...(number !== "" && { number }) };
}

/** Of a sip, sips or tel URI: user without escapes, password and parameters; host without its port. */
function partsOf(uri: string): { readonly user: string; readonly host: string } {
  const [, scheme = "", rest = ""] = /^\s*(sips?|tel):(.*)$/is.exec(uri) ?? [];
  const at = rest.lastIndexOf("@");
  const tel = scheme.toLowerCase() === "tel";
  const user = (tel ? rest : rest.slice(0, Math.max(at, 0))).split(/[:;?]/, 1)[0] ?? "";
  const host = tel ? "" : (/^[^:;?>\s]*/.exec(rest.slice(at + 1))?.[0] ?? "");
  try {
    return { user: decodeURIComponent(user), host };
  } catch {
    return { user, host }; // A lone % is nobody's escape.
  }
}
