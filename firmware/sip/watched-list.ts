import type { LineId } from "../domain/line.ts";
import type { SubscriptionState } from "../domain/line-state.ts";
import type { Millis } from "../domain/millis.ts";
import type { Cancel } from "../hal/clock.ts";
import type { Notify } from "./agent.ts";
import { foldList, type KnownList, type Standing } from "./event-list.ts";
import { ListIndex } from "./list-index.ts";
import { Subscription, type SubscriptionParts } from "./subscription.ts";
import type { SubscriptionOwner } from "./subscription-owner.ts";

/** Where lines hear of their dialogs: each from a subscription of its own, or all from one list. */
export interface DialogSource {
  readonly state: SubscriptionState;
  /** Asks for full state. */
  resync(): void;
  /** Begins afresh, because what it tells makes no sense. */
  renew(why: string): void;
}

/** What a list tells of one line. */
export type Told = Extract<Standing, { kind: "told" }>;

/** A line that a list may tell of. */
export interface ListedLine {
  /** It has a subscription of its own. */
  readonly alone: boolean;
  /** From now on it waits for what the list tells, and gives its own subscription up. */
  join(list: DialogSource): void;
  /** False: what was told cannot be used. */
  toldBy(list: DialogSource, told: Told): boolean;
  unvouchedBy(source: DialogSource, state: Exclude<SubscriptionState, "active">, why: string): void;
  /** It takes up a subscription of its own. */
  goAlone(): void;
}

const ACCEPT = "multipart/related, application/rlmi+xml, application/dialog-info+xml";
/** As for single lines: see WatchedLine. */
const EXPIRES = 120;
/**
 * How long lines wait for a list that does not tell of them before each asks for itself. Longer than the silence that a
 * Subscription bears, so that a list which is merely being renewed does not set off a thousand requests.
 */
export const LIST_PATIENCE: Millis = 6_000;
/** As many lines as a sentence can name. */
const NAMED = 5;

/**
 * One subscription for many lines (RFC 4662). A line goes by the list only as long as the list vouches for it: one that
 * the list does not name has a subscription of its own, and so have all of them where there is no such list.
 *
 * A report on many lines is large, 29 KB for 60 lines of Asterisk, and goes whole or not at all: by UDP in twenty
 * fragments, so TCP serves better. What the transport takes, 64 KB, holds about 130 lines; Asterisk sends no more either.
 */
export class WatchedList implements SubscriptionOwner, DialogSource {
  readonly subscription: Subscription;
  readonly #parts: SubscriptionParts;
  readonly #name: string;
  readonly #lines: ReadonlyMap<LineId, ListedLine>;
  readonly #index: ListIndex;
  readonly #fault: (why: string | undefined) => void;
  #known: KnownList | undefined;
  /** Lines whose state the list has told, with nothing since that casts doubt on it. */
  readonly #vouched = new Set<LineId>();
  /** What the list does about the others, to be read before their numbers: "does not name". */
  readonly #lacks = new Map<LineId, string>();
  /** It has told something since it was first asked. */
  #works = false;
  /** What is wrong with the whole list. */
  #trouble: string | undefined;
  #patience: Cancel | undefined;

  /** @param fault told what a person has to mend, names included, and undefined when it is mended */
  constructor(
    parts: SubscriptionParts,
    name: string,
    lines: ReadonlyMap<LineId, ListedLine>,
    fault: (why: string | undefined) => void,
  ) {
    this.#parts = parts;
    this.#name = name;
    this.#lines = lines;
    this.#index = new ListIndex(lines.keys());
    this.#fault = fault;
    const wanted = {
      line: name,
      list: true,
      event: "dialog",
      accept: ACCEPT,
      supported: "eventlist",
      expires: EXPIRES,
    };
    this.subscription = new Subscription(parts, wanted, this);
    for (const line of lines.values()) line.join(this);
  }

  get state(): SubscriptionState {
    return this.subscription.state;
  }

  resync(): void {
    this.subscription.resync();
  }

  renew(why: string): void {
    this.subscription.renew(why);
  }

  notified({ contentType, body }: Notify): void {
    // A notifier may have nothing to say yet; whoever waits does so with patience.
    if (body === "") return;
    const folded = foldList(this.#known, contentType, body);
    if (!folded.ok) {
      this.#lose("lost", `what the PBX told of list ${this.#name} cannot be read: ${folded.problem}`);
      this.subscription.resync();
      return;
    }
    this.#known = folded.list;
    this.#trouble = undefined;
    this.#works = true;
    const standings = this.#index.byLine(folded.members);
    for (const [id, line] of this.#lines) this.#stand(id, line, standings.get(id), folded.gap);
    if (folded.gap) this.subscription.resync();
    this.#wait();
    this.#tellFaults();
  }

  unvouched(state: Exclude<SubscriptionState, "active">, why: string, fault: boolean): void {
    this.#lose(state, why);
    if (state === "none") this.#forgetPatience();
    // A list that never worked may not exist at all. One that did is waited for: its PBX may be starting.
    else if (fault && !this.#works) this.#fallBack();
  }

  #stand(id: LineId, line: ListedLine, standing: Standing | undefined, gap: boolean): void {
    switch (standing?.kind) {
      case "told":
        if (!line.toldBy(this, standing)) {
          this.#doubt(id, line, "tells in no usable form the state of");
          break;
        }
        this.#vouched.add(id);
        this.#lacks.delete(id);
        break;
      case "kept":
        break;
      case "silent":
        this.#doubt(id, line, standing.why);
        break;
      case "doubtful":
        this.#doubt(id, line, "has lost a part of what it told of");
        break;
      case undefined:
        this.#doubt(id, line, "does not name");
        // A partial list names few.
        if (!gap) line.goAlone();
    }
  }

  #doubt(id: LineId, line: ListedLine, why: string): void {
    this.#vouched.delete(id);
    this.#lacks.set(id, why);
    line.unvouchedBy(this, "lost", `list ${this.#name} ${why} ${id}`);
  }

  #lose(state: Exclude<SubscriptionState, "active">, why: string): void {
    this.#known = undefined;
    // Without a link the list is as faulty as it was.
    if (state === "lost") this.#trouble = why;
    this.#vouched.clear();
    this.#lacks.clear();
    for (const line of this.#lines.values()) line.unvouchedBy(this, state, why);
    this.#wait();
    this.#tellFaults();
  }

  /** Whoever is in the list and not vouched for waits, but not for ever. */
  #wait(): void {
    const { clock } = this.#parts;
    if (this.#waiting().length === 0) this.#forgetPatience();
    else this.#patience ??= clock.at(clock.now() + LIST_PATIENCE, () => this.#fallBack());
  }

  #waiting(): ListedLine[] {
    return [...this.#lines].flatMap(([id, line]) => (line.alone || this.#vouched.has(id) ? [] : [line]));
  }

  #forgetPatience(): void {
    this.#patience?.();
    this.#patience = undefined;
  }

  #fallBack(): void {
    this.#forgetPatience();
    for (const line of this.#waiting()) line.goAlone();
    this.#tellFaults();
  }

  #tellFaults(): void {
    const why = this.#trouble ?? this.#lacking();
    const alone = [...this.#lines.values()].some((line) => line.alone);
    this.#fault(why !== undefined && alone ? `${why}; until then lines are watched one by one` : why);
  }

  #lacking(): string | undefined {
    const phrases = new Map<string, LineId[]>();
    for (const [id, why] of this.#lacks) {
      if (this.#lines.get(id)?.alone === true) phrases.set(why, [...(phrases.get(why) ?? []), id]);
    }
    if (phrases.size === 0) return undefined;
    const all = Array.from(phrases, ([why, ids]) => `${why} ${naming(ids)}`).join(", and ");
    return `list ${this.#name} ${all}: mend it at the PBX, or take pbx.list out`;
  }
}

function naming(ids: readonly LineId[]): string {
  const rest = ids.length - NAMED;
  return ids.slice(0, NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
