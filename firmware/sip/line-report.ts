import type { Caller } from "../domain/caller.ts";
import type { LineId } from "../domain/line.ts";
import type { LineState } from "../domain/line-state.ts";
import type { Millis } from "../domain/millis.ts";
import type { Privacy } from "../domain/privacy.ts";

/** What is known of a line, and since when. */
export interface LineReport {
  readonly line: LineId;
  readonly state: LineState;
  /** Identity of the present ring: the same value as long as the same calls ring, another one for every other ring. */
  readonly ring: string | undefined;
  /** Of the call that the state is about, so far as the line's privacy lets it be told. */
  readonly caller?: Caller;
  readonly at: Millis;
  /** Why the line is unknown, or what it cannot show: a sentence for a person, without data of callers. */
  readonly why?: string;
  /** What is in `why` went wrong; it is not merely that the PBX has yet to tell, or that there is no link to it. */
  readonly trouble?: true;
}

/** What is wanted of a line, beside the state of its calls. */
export interface LineWishes {
  /** To tell offline from idle by presence (RFC 3856), because dialog-info does not. */
  readonly presence?: boolean;
  /** The mailbox whose messages the line shows (RFC 3842). */
  readonly mailbox?: string | undefined;
  /** A ring of that age is doubted; by default none is. */
  readonly longestRing?: Millis;
  /** What may be told of who calls; by default nothing. */
  readonly privacy?: Privacy;
}
