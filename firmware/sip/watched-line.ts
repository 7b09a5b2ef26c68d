import type { LineId } from "../domain/line.ts";
import { type LineState, lineStateOf, type SubscriptionState } from "../domain/line-state.ts";
import type { Millis } from "../domain/millis.ts";
import { cleared, EMPTY_ROSTER, fold, type Roster, ringOf } from "../domain/roster.ts";
import type { Notify } from "./agent.ts";
import { parseDialogInfo } from "./dialog-info.ts";
import { Subscription, type SubscriptionOwner, type SubscriptionParts } from "./subscription.ts";

/** What is known of a line, and since when. */
export interface LineReport {
  readonly line: LineId;
  readonly state: LineState;
  /** Identity of the present ring: the same value as long as the same calls ring, another one for every other ring. */
  readonly ring: string | undefined;
  readonly at: Millis;
  /** Why the line is unknown: a sentence for a person, without data of callers. */
  readonly why?: string;
  /** What is in `why` went wrong; it is not merely that the PBX has yet to tell, or that there is no link to it. */
  readonly trouble?: true;
}

const EVENT = "dialog";
const DIALOG_INFO = "application/dialog-info+xml";
/**
 * Seconds between refreshes, about. Where a PBX restarts within the `alive` time and forgets its subscriptions, nothing
 * else shows it: a lamp can be wrong for so long.
 */
const EXPIRES = 120;

/** One line: its subscription, its roster, and what they add up to. */
export class WatchedLine implements SubscriptionOwner {
  readonly subscription: Subscription;
  readonly #parts: SubscriptionParts;
  readonly #line: LineId;
  readonly #changed: (report: LineReport) => void;
  #roster: Roster = EMPTY_ROSTER;
  #staleInARow = 0;
  #rings = 0;
  #report: LineReport;

  /** @param changed called with each change, and with nothing else */
  constructor(parts: SubscriptionParts, line: LineId, changed: (report: LineReport) => void) {
    this.#parts = parts;
    this.#line = line;
    this.#changed = changed;
    this.#report = { line, state: "unknown", ring: undefined, at: parts.clock.now(), why: "not watched yet" };
    this.subscription = new Subscription(parts, { line, event: EVENT, accept: DIALOG_INFO, expires: EXPIRES }, this);
  }

  get report(): LineReport {
    return this.#report;
  }

  notified({ contentType, body }: Notify): void {
    // No body is how Kamailio says that there are no dialogs. Only an active subscription may say so.
    if (body === "") {
      this.#take(cleared(this.#roster));
      return;
    }
    if (contentType.split(";", 1)[0]?.trim().toLowerCase() !== DIALOG_INFO) {
      this.#garbled("the PBX tells its state in a form that is not dialog-info");
      return;
    }
    const parsed = parseDialogInfo(body);
    if (!parsed.ok) {
      this.#garbled(`what the PBX told of ${this.#line} cannot be read: ${parsed.problem}`);
      return;
    }
    const { roster, verdict } = fold(this.#roster, parsed.info);
    if (verdict === "stale") {
      this.#stale();
      return;
    }
    this.#take(roster);
    if (verdict === "gap") this.subscription.resync();
  }

  unvouched(state: Exclude<SubscriptionState, "active">, why: string): void {
    this.#lost(why, state === "lost");
  }

  #take(roster: Roster): void {
    const { agent } = this.#parts;
    this.#roster = roster;
    this.#staleInARow = 0;
    const state = lineStateOf({ link: agent.up ? "up" : "down", subscription: this.subscription.state, roster });
    if (state !== "unknown") this.#show(state, state === "ringing" ? ringOf(roster) : undefined);
    else if (agent.up) this.#show(state, undefined, `a part of what the PBX told of ${this.#line} was lost`);
    else this.#lost("no link to the PBX", false);
  }

  /**
   * Older by its version, though newer by its CSeq. Once, it is ignored, and full state asked for; if that is older
   * still, the PBX counts anew, and all that it will say in this subscription would have to be ignored.
   */
  #stale(): void {
    if (this.#staleInARow++ === 0) this.subscription.resync();
    else this.subscription.renew(`the PBX counts what it tells of ${this.#line} anew`);
  }

  #garbled(why: string): void {
    this.#lost(why, true);
    this.subscription.resync();
  }

  /** What was known is forgotten, so that nothing but a later NOTIFY can bring it back. */
  #lost(why: string, trouble: boolean): void {
    this.#roster = EMPTY_ROSTER;
    this.#staleInARow = 0;
    this.#show("unknown", undefined, why, trouble);
  }

  #show(state: LineState, calls: string | undefined, why?: string, trouble = false): void {
    const last = this.#report;
    const ring = calls === undefined ? undefined : this.#ringFor(calls);
    if (state === last.state && ring === last.ring && why === last.why) return;
    const at = this.#parts.clock.now();
    this.#report = {
      line: this.#line,
      state,
      ring,
      at,
      ...(why !== undefined && { why }),
      ...(trouble && { trouble }),
    };
    this.#changed(this.#report);
  }

  /** Asterisk gives every call of a line the same dialog id and no call-id, so rings are also counted. */
  #ringFor(calls: string): string {
    if (this.#report.ring === undefined) this.#rings++;
    return `${this.#rings} ${calls}`;
  }
}
