import { parseAddress, parseUri } from "../sip/address.ts";
import { contactOf as contactIn, Dialog } from "../sip/dialog.ts";
import { newTag } from "../sip/ids.ts";
import type { Request } from "../sip/message.ts";
import { Recent } from "../sip/recent.ts";
import { withoutPort } from "../sip/reply.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import { LIFE } from "../sip/timers.ts";
import type { Account } from "./account.ts";
import type { EventPackage } from "./event-package.ts";
import type { Habits } from "./habits/habits.ts";
import type { Line } from "./lines.ts";
import { type EventList, ListReport } from "./list-report.ts";
import { LineReport, type Report } from "./report.ts";
import { Subscription, type SubscriptionRecord } from "./subscription.ts";
import { ALLOW, contactOf, type Header, rewriteContact, SUPPORTED, type Trunk } from "./trunk.ts";

/** Seconds; longer wishes are cut down without a word. */
const LONGEST = 3600;

export interface NotifierOptions {
  readonly trunk: Trunk;
  readonly packages: readonly EventPackage[];
  /** Seconds; shorter wishes are refused. */
  readonly shortest: number;
  readonly line: (number: string) => Line | undefined;
  readonly lists: Readonly<Record<string, EventList>>;
  readonly habits: Habits;
}

/** Takes subscriptions and keeps the watchers told (RFC 6665), with the answers of Asterisk 22. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #subscriptions = new Set<Subscription>();
  /** Ended a moment ago: their dialog is still known, and nothing handles it. */
  readonly #ended: Recent<true>;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#ended = new Recent(options.trunk.clock, LIFE);
  }

  get records(): readonly SubscriptionRecord[] {
    return [...this.#subscriptions].map(({ record }) => record);
  }

  /** A line has changed, or what is in its mailbox. */
  publish(line: Line, change: EventPackage["carries"] = "state"): void {
    for (const subscription of this.#subscriptions) {
      if (subscription.carries === change && subscription.covers(line.identity.number)) subscription.tell(line);
    }
  }

  /** Of that line, or of that list. */
  watchers(number: string): readonly Subscription[] {
    return [...this.#subscriptions].filter((subscription) => subscription.number === number);
  }

  endAll(): void {
    for (const subscription of [...this.#subscriptions]) subscription.end();
  }

  /** The first SUBSCRIBE, authenticated. */
  subscribe(transaction: ServerTransaction, account: Account): void {
    const { request, flow } = transaction;
    const seconds = this.#seconds(request);
    const event = request.headers.get("Event") ?? "";
    const number = parseUri(request.uri)?.user ?? "";
    const refusal = this.#refusal(account, seconds) ?? (this.#package(event) ? undefined : 489);
    // Who does not say that it understands lists finds none (RFC 4662 §4.1 would have it told so by 421).
    const exists = this.#options.lists[number] === undefined || understandsLists(request);
    if (refusal !== undefined || !exists) {
      this.#refuse(transaction, refusal ?? 404);
      return;
    }
    const tag = newTag();
    const dialog = Dialog.answering(request, tag, withoutPort);
    dialog.target = rewriteContact(contactIn(request) ?? "", flow);
    const subscription = this.#add({ number, uri: request.uri, event, dialog, flow, version: 0, until: 0 });
    if (!subscription) {
      transaction.respond({ status: 404 });
      return;
    }
    this.#accept(transaction, subscription, seconds, tag);
    subscription.begin();
  }

  /** A SUBSCRIBE with a To-tag: refresh, or the end. Not challenged. */
  resubscribe(transaction: ServerTransaction): void {
    const { request } = transaction;
    const subscription = [...this.#subscriptions].find(({ dialog }) => dialog.owns(request));
    if (!subscription) {
      const known = this.#ended.get(request.headers.get("Call-ID") ?? "") && this.#options.habits.forgotten === 500;
      transaction.respond(known ? { status: 500, phrase: "Unhandled by dialog usages" } : { status: 481 });
      return;
    }
    const seconds = this.#seconds(request);
    if (seconds > 0 && seconds < this.#options.shortest) {
      this.#refuse(transaction, 423);
      return;
    }
    this.#accept(transaction, subscription, seconds);
    if (seconds === 0) subscription.end(this.#options.habits.endReason);
    else subscription.repeat();
  }

  /**
   * Takes up a subscription of an earlier life. As with Asterisk, the last NOTIFY before its death was not in the
   * database yet: the first one now has the same CSeq and version, and other content.
   */
  restore(record: SubscriptionRecord): void {
    if (record.until <= this.#options.trunk.clock.now()) return;
    record.dialog.cseq--;
    const subscription = this.#add({ ...record, version: Math.max(0, record.version - 1) });
    subscription?.extend(record.until);
    subscription?.begin();
  }

  #accept(transaction: ServerTransaction, subscription: Subscription, seconds: number, tag?: string): void {
    const { trunk, habits } = this.#options;
    const headers: readonly Header[] = [
      ["Expires", String(seconds)],
      contactOf(trunk, transaction.flow),
      ...subscription.headers,
      ALLOW,
      SUPPORTED,
    ];
    transaction.respond({ status: 200, headers, ...(tag === undefined ? {} : { tag }) });
    subscription.extend(trunk.clock.now() + seconds * 1000, habits.endReason);
  }

  #add(record: SubscriptionRecord): Subscription | undefined {
    const report = this.#report(record);
    if (!report) return undefined;
    const subscription = new Subscription(this.#options.trunk, record, report, (over) => {
      if (this.#subscriptions.delete(over)) this.#ended.set(over.dialog.callId, true);
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Undefined where there is neither such a line nor such a list. */
  #report({ number, uri, event, dialog, version }: SubscriptionRecord): Report | undefined {
    const { line, lists, trunk } = this.#options;
    const eventPackage = this.#package(event);
    if (!eventPackage) throw new Error(`no event package for ${event}`);
    const circumstances = {
      uri,
      watcher: parseAddress(dialog.remote)?.uri ?? "",
      host: trunk.host,
      port: trunk.port,
      version,
    };
    const list = lists[number];
    if (list) {
      // Without a word about those that have no hint.
      const lines = list.members.flatMap((member) => line(member) ?? []);
      return lines.length > 0 ? new ListReport(eventPackage, list, lines, circumstances) : undefined;
    }
    const own = line(number);
    return own && new LineReport(eventPackage, own, circumstances);
  }

  #refusal(account: Account, seconds: number): number | undefined {
    if (!account.maySubscribe) return 603;
    if (seconds === 0) return 400;
    return seconds < this.#options.shortest ? 423 : undefined;
  }

  /** Asterisk does not say what would be long enough, though RFC 6665 §4.2.1.1 asks for it. */
  #refuse(transaction: ServerTransaction, status: number): void {
    const { habits, shortest } = this.#options;
    const says = status === 423 && habits.minExpires;
    transaction.respond({ status, headers: says ? [["Min-Expires", String(shortest)]] : [] });
  }

  #package(event: string): EventPackage | undefined {
    const token = event.split(";")[0]?.trim();
    return this.#options.packages.find((known) => known.event === token);
  }

  #seconds(request: Request): number {
    const asked = Number(request.headers.get("Expires") ?? LONGEST);
    return Math.min(Number.isNaN(asked) ? LONGEST : asked, LONGEST);
  }
}

function understandsLists({ headers }: Request): boolean {
  return headers.all("Supported").some((value) => value.split(",").some((tag) => tag.trim() === "eventlist"));
}
