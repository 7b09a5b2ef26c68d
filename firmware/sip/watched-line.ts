import { type Caller, callerOf, isSameCaller } from "../domain/caller.ts";
import type { Dialog } from "../domain/dialog.ts";
import type { LineId } from "../domain/line.ts";
import {
  callBehind,
  type LineState,
  lineStateOf,
  type Presence,
  type SubscriptionState,
} from "../domain/line-state.ts";
import type { Privacy } from "../domain/privacy.ts";
import { cleared, EMPTY_ROSTER, fold, type Roster, ringOf } from "../domain/roster.ts";
import type { Notify } from "./agent.ts";
import { Companion, type Doubt } from "./companion.ts";
import { parseDialogInfo } from "./dialog-info.ts";
import type { LineReport, LineWishes } from "./line-report.ts";
import { MESSAGES } from "./message-summary.ts";
import { PRESENCE } from "./presence.ts";
import { RingWatch } from "./ring-watch.ts";
import { Subscription, type SubscriptionParts } from "./subscription.ts";
import type { SubscriptionOwner } from "./subscription-owner.ts";
import type { DialogSource, ListedLine, Told as ToldByList } from "./watched-list.ts";

const DIALOG_INFO = "application/dialog-info+xml";
/**
 * Seconds between refreshes, about. Where a PBX restarts within the `alive` time and forgets its subscriptions, nothing
 * else shows it: a lamp can be wrong for so long.
 */
const EXPIRES = 120;

const NO_LINK: Doubt = { why: "no link to the PBX", trouble: false };

/** One line: its subscriptions, its roster, and what they add up to. */
export class WatchedLine implements SubscriptionOwner, ListedLine {
  /** To its dialogs, while no list tells of them. */
  readonly subscription: Subscription;
  readonly #parts: SubscriptionParts;
  readonly #line: LineId;
  readonly #changed: (report: LineReport) => void;
  readonly #presence: Companion<Presence> | undefined;
  readonly #messages: Companion<boolean> | undefined;
  readonly #ringing: RingWatch;
  readonly #privacy: Privacy;
  #source: DialogSource;
  #roster: Roster = EMPTY_ROSTER;
  #doubt: Doubt | undefined = { why: "not watched yet", trouble: false };
  #staleInARow = 0;
  #rings = 0;
  #report: LineReport;

  /** @param changed called with each change, and with nothing else */
  constructor(parts: SubscriptionParts, line: LineId, wishes: LineWishes, changed: (report: LineReport) => void) {
    const { clock } = parts;
    this.#parts = parts;
    this.#line = line;
    this.#changed = changed;
    this.#privacy = wishes.privacy ?? "off";
    this.#report = { line, state: "unknown", ring: undefined, at: clock.now(), why: "not watched yet" };
    this.subscription = new Subscription(parts, { line, event: "dialog", accept: DIALOG_INFO, expires: EXPIRES }, this);
    this.#source = this.subscription;
    const news = () => this.#fuse();
    if (wishes.presence === true) this.#presence = new Companion(parts, line, PRESENCE, news);
    if (wishes.mailbox !== undefined) this.#messages = new Companion(parts, wishes.mailbox, MESSAGES, news);
    this.#ringing = new RingWatch(clock, wishes.longestRing ?? Number.POSITIVE_INFINITY, () => this.#source.resync());
  }

  get report(): LineReport {
    return this.#report;
  }

  /** Its calls, as the PBX told of them last. */
  get dialogs(): readonly Dialog[] {
    return [...this.#roster.dialogs.values()];
  }

  /** Beside that to its dialogs. */
  get companions(): readonly Subscription[] {
    return [this.#presence, this.#messages].flatMap((one) => (one === undefined ? [] : [one.subscription]));
  }

  get alone(): boolean {
    return this.#source === this.subscription;
  }

  join(list: DialogSource): void {
    if (this.#source === list) return;
    this.#source = list;
    // Versions of another subscription.
    this.#roster = EMPTY_ROSTER;
    this.#staleInARow = 0;
    void this.subscription.stop();
  }

  goAlone(): void {
    if (this.alone) return;
    this.#source = this.subscription;
    this.subscription.restart();
  }

  notified({ contentType, body }: Notify): void {
    this.#told(contentType, body, false);
  }

  toldBy(list: DialogSource, { contentType, body, fresh }: ToldByList): boolean {
    this.join(list);
    return this.#told(contentType, body, fresh);
  }

  unvouched(state: Exclude<SubscriptionState, "active">, why: string): void {
    this.unvouchedBy(this.subscription, state, why);
  }

  unvouchedBy(source: DialogSource, state: Exclude<SubscriptionState, "active">, why: string): void {
    if (source !== this.#source) return;
    // What is asked about a call that rings for too long may be answered in the next dialog.
    if (state === "lost") this.#ringing.lost();
    else this.#ringing.stop();
    // A list tells its own faults, once for all its lines.
    this.#lost({ why, trouble: state === "lost" && this.alone });
  }

  /**
   * @param fresh older versions count for nothing
   * @returns whether it can be used
   */
  #told(contentType: string, body: string, fresh: boolean): boolean {
    // No body is how Kamailio says that there are no dialogs. Only an active subscription may say so.
    if (body === "") {
      this.#take(cleared(this.#roster), true);
      return true;
    }
    if (contentType.split(";", 1)[0]?.trim().toLowerCase() !== DIALOG_INFO) {
      return this.#garbled("the PBX tells its state in a form that is not dialog-info");
    }
    const parsed = parseDialogInfo(body, this.#privacy !== "off");
    if (!parsed.ok) {
      return this.#garbled(`what the PBX told of ${this.#line} cannot be read: ${parsed.problem}`);
    }
    const { info } = parsed;
    const folded = fold(this.#roster, info);
    const { roster, verdict } = folded.verdict === "stale" && fresh ? fold(EMPTY_ROSTER, info) : folded;
    if (verdict === "stale") {
      this.#stale();
      return true;
    }
    this.#take(roster, info.state === "full");
    if (verdict === "gap") this.#source.resync();
    return true;
  }

  /** The PBX told of a mailbox outside of any subscription. */
  overheard(mailbox: string, waiting: boolean): void {
    if (mailbox === this.#messages?.resource) this.#messages.overheard(waiting);
  }

  #take(roster: Roster, whole: boolean): void {
    if (!this.#parts.agent.up) {
      this.#lost(NO_LINK);
      return;
    }
    this.#roster = roster;
    this.#doubt = undefined;
    this.#staleInARow = 0;
    this.#ringing.heard(roster, whole);
    this.#fuse();
  }

  /**
   * Older by its version, though newer by its CSeq. Once, it is ignored, and full state asked for; if that is older
   * still, the PBX counts anew, and all that it will say in this subscription would have to be ignored.
   */
  #stale(): void {
    if (this.#staleInARow++ === 0) this.#source.resync();
    else this.#source.renew(`the PBX counts what it tells of ${this.#line} anew`);
  }

  #garbled(why: string): false {
    this.#lost({ why, trouble: true });
    this.#source.resync();
    return false;
  }

  /** What was known is forgotten, so that nothing but a later NOTIFY can bring it back. */
  #lost(doubt: Doubt): void {
    this.#roster = EMPTY_ROSTER;
    this.#doubt = doubt;
    this.#staleInARow = 0;
    this.#fuse();
  }

  #fuse(): void {
    const roster = this.#roster;
    const state = lineStateOf({
      link: this.#parts.agent.up ? "up" : "down",
      subscription: this.#source.state,
      roster,
      presence: this.#presence?.fact,
      messages: this.#messages?.fact,
      stuck: this.#ringing.stuck,
    });
    this.#show(state, state === "ringing" ? ringOf(roster) : undefined, this.#callerOf(state), this.#doubtOf(state));
  }

  #callerOf(state: LineState): Caller | undefined {
    if (this.#privacy === "off") return undefined;
    const call = callBehind(state, this.#roster, this.#ringing.rings);
    return call && callerOf(call, this.#line, this.#privacy);
  }

  #doubtOf(state: LineState): Doubt | undefined {
    const line = this.#line;
    if (state === "unknown") {
      if (this.#doubt !== undefined) return this.#doubt;
      if (!this.#parts.agent.up) return NO_LINK;
      if (this.#ringing.stuck) {
        const why = `the PBX says that ${line} is still ringing, longer than pbx.longestRing: a call may hang there`;
        return { why, trouble: true };
      }
      if (this.#roster.gap) return { why: `a part of what the PBX told of ${line} was lost`, trouble: false };
    }
    return this.#presence?.doubt(line, state) ?? this.#messages?.doubt(line, state);
  }

  #show(
    state: LineState,
    calls: string | undefined,
    caller: Caller | undefined,
    { why, trouble }: Partial<Doubt> = {},
  ): void {
    const last = this.#report;
    const ring = calls === undefined ? undefined : this.#ringFor(calls);
    const same = state === last.state && ring === last.ring && why === last.why;
    if (same && isSameCaller(caller, last.caller)) return;
    const at = this.#parts.clock.now();
    this.#report = {
      line: this.#line,
      state,
      ring,
      at,
      ...(caller && { caller }),
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
