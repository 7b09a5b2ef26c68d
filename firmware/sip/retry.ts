import { type BackoffLimits, backoff } from "../domain/backoff.ts";
import type { Millis } from "../domain/millis.ts";
import type { Standing } from "./subscription-state.ts";

/** What to do after something was refused or taken away. */
export interface Retry {
  /** Not sooner than this; the other side may have said so. */
  readonly after: Millis;
  /** Growing waits, from one failure to the next. */
  readonly limits: BackoffLimits;
  /** A person has to mend something, here or at the PBX. */
  readonly fault: boolean;
  /** One sentence for that person: what, on which line, what would mend it. Never a caller's name or number. */
  readonly why: string;
}

/** Whom a sentence is about. */
export interface Subject {
  /** The watched line, or "list blflist". */
  readonly line: string;
  readonly list?: boolean;
  /** The panel's own account at the PBX. */
  readonly account: string;
  /** Event package. */
  readonly event: string;
}

/** For what passes by itself. */
export const SOON: BackoffLimits = { first: 500, max: 60_000 };
/**
 * For what a person has to mend. The first retries are quick all the same: a PBX that boots answers 404 or 489 until its
 * hints and event packages are loaded, seconds after it answers anything at all.
 */
export const SLOW: BackoffLimits = { first: 3_000, max: 300_000, jitter: 0.25 };
/** For "later" without a time. */
const LATER: Millis = 30_000;
/** However long the PBX wants to be left alone, an unknown lamp is tried again after this. */
const LONGEST_WAIT: Millis = 3_600_000;

/** The user part of an address of record: sip:panel1@pbx.example.org → panel1. */
export function accountOf(aor: string): string {
  return /^sips?:([^@;?]+)@/i.exec(aor)?.[1] ?? aor;
}

/** How long to wait before the retry after failure number `failures`, counted from 0. `random` is in [0, 1). */
export function waitBefore(retry: Pick<Retry, "after" | "limits">, failures: number, random: number): Millis {
  return Math.max(retry.after * (1 + 0.25 * random), backoff(failures, random, retry.limits));
}

/** Something that time may mend. `retryAfter`: seconds, where the PBX asks for so many (RFC 3261 §20.33). */
export function passing(why: string, retryAfter = 0): Retry {
  return { after: Math.min(retryAfter * 1000, LONGEST_WAIT), limits: SOON, fault: false, why };
}

function fault(why: string): Retry {
  return { after: 0, limits: SLOW, fault: true, why };
}

/** After a NOTIFY that says terminated (RFC 6665 §4.1.3). */
export function afterTermination({ reason, retryAfter }: Standing, { line, account }: Subject): Retry {
  switch (reason) {
    case "deactivated":
      return passing(`the PBX moved the subscription to ${line}`);
    case "timeout":
      return passing(`the subscription to ${line} ran out`);
    case "probation":
    case "giveup":
      return passing(`the PBX ended the subscription to ${line} for now`, retryAfter ?? LATER / 1000);
    case "rejected":
      return fault(`the PBX took the right to watch ${line} away from ${account}: give it back`);
    case "noresource":
      return fault(`the PBX has nothing to watch under ${line} any more: add it there, or change the key`);
    case "invariant":
      return { ...fault(`the PBX says that the state of ${line} never changes: it may be no telephone`), after: LATER };
    default:
      // Asterisk gives no reason, whatever ended the subscription.
      return passing(`the PBX ended the subscription to ${line} without a reason`, retryAfter);
  }
}

/** 404 also where the PBX has the list and no list server; 420 and 421: it knows nothing of `eventlist` (RFC 4662 §4.1). */
const NO_LIST = new Set([404, 410, 420, 421, 489, 604]);

/** After a final answer of 300 and above to SUBSCRIBE. 423 comes here when longer times did not help either. */
export function afterRefusal(status: number, retryAfter: number | undefined, subject: Subject): Retry {
  const { line, account, event } = subject;
  if (subject.list && NO_LIST.has(status)) {
    return fault(`the PBX has no ${line} that ${account} may watch: add it there, or take pbx.list out`);
  }
  switch (status) {
    case 401:
    case 407:
      return fault(wrongPassword(account));
    case 494:
      return fault(weakDigest(account));
    case 403:
      return fault(`the PBX does not let ${account} watch ${line}: give that account the right to subscribe to it`);
    case 404:
    case 410:
    case 604:
      if (event === "message-summary") {
        return fault(`the PBX has no mailbox ${line}: add it there, or take it out of the key`);
      }
      return fault(
        `the PBX has no hint for ${line} in the context that ${account} may watch: add it, or change the key`,
      );
    case 405:
    case 501:
      return fault(`the PBX takes no subscriptions, so ${line} cannot be watched: switch them on there`);
    case 423:
      return fault(`the PBX finds every subscription time for ${line} too short: lower its minimum`);
    case 489:
      return fault(`the PBX does not offer the event "${event}" for ${line}: load that package there`);
    case 603:
      return fault(`the PBX declines subscriptions of ${account}, to ${line} too: allow them for that account`);
    case 408:
      return passing(`the PBX does not answer the subscription to ${line}`, retryAfter);
    case 481:
      return passing(`the PBX has forgotten the subscription to ${line}`, retryAfter);
    default:
      if (passes(status))
        return passing(`the PBX has trouble with the subscription to ${line} (${status})`, retryAfter);
      return fault(`the PBX refuses the subscription to ${line} (${status}): see its log`);
  }
}

/** After a final answer of 300 and above to REGISTER. */
export function afterRegisterRefusal(status: number, retryAfter: number | undefined, account: string): Retry {
  switch (status) {
    case 401:
    case 407:
      return fault(wrongPassword(account));
    case 494:
      return fault(weakDigest(account));
    case 403:
      return fault(`the PBX does not let ${account} register: allow it there, or set pbx.register to false`);
    case 404:
    case 410:
    case 604:
      return fault(`the PBX knows no account ${account}: correct pbx.user, or add it there`);
    case 405:
    case 501:
      return fault("the PBX takes no registrations: set pbx.register to false");
    case 423:
      return fault("the PBX finds every registration time too short: lower its minimum");
    case 408:
      return passing("the PBX does not answer the registration", retryAfter);
    default:
      if (passes(status)) return passing(`the PBX has trouble with the registration (${status})`, retryAfter);
      return fault(`the PBX refuses the registration of ${account} (${status}): see its log`);
  }
}

/** Server errors, and "not now" (480, 491). */
function passes(status: number): boolean {
  return status === 480 || status === 491 || (status >= 500 && status < 600);
}

/** Our own word for a downgrade: see credentials.ts. */
function weakDigest(account: string): string {
  return `the PBX asks for the password of ${account} in a weaker digest than pbx.digest allows: switch that digest on there, or take pbx.digest out`;
}

function wrongPassword(account: string): string {
  return `the PBX does not accept the name or password of ${account}: correct pbx.user or pbx.password`;
}
