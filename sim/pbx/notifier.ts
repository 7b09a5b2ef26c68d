import { parseUri } from "../sip/address.ts";
import { contactOf as contactIn, Dialog } from "../sip/dialog.ts";
import { newTag } from "../sip/ids.ts";
import type { Request } from "../sip/message.ts";
import { Recent } from "../sip/recent.ts";
import { withoutPort } from "../sip/reply.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import { LIFE } from "../sip/timers.ts";
import type { Account } from "./account.ts";
import type { Line } from "./lines.ts";
import { type EventPackage, Subscription, type SubscriptionRecord } from "./subscription.ts";
import { ALLOW, contactOf, type Header, rewriteContact, SUPPORTED, type Trunk } from "./trunk.ts";

/** Seconds; longer wishes are cut down without a word. */
const LONGEST = 3600;

export interface NotifierOptions {
  readonly trunk: Trunk;
  readonly packages: readonly EventPackage[];
  /** Seconds; shorter wishes are refused. */
  readonly shortest: number;
  readonly line: (number: string) => Line | undefined;
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

  /** A line has changed. */
  publish(line: Line): void {
    for (const subscription of this.watchers(line.identity.number)) subscription.tell(line);
  }

  watchers(number: string): readonly Subscription[] {
    return [...this.#subscriptions].filter((subscription) => subscription.number === number);
  }

  /** The first SUBSCRIBE, authenticated. */
  subscribe(transaction: ServerTransaction, account: Account): void {
    const { request, flow } = transaction;
    const seconds = this.#seconds(request);
    const event = request.headers.get("Event") ?? "";
    const line = this.#options.line(parseUri(request.uri)?.user ?? "");
    const refusal = this.#refusal(account, seconds) ?? (!this.#package(event) ? 489 : line ? undefined : 404);
    if (refusal !== undefined || !line) {
      transaction.respond({ status: refusal ?? 404 });
      return;
    }
    const tag = newTag();
    const dialog = Dialog.answering(request, tag, withoutPort);
    dialog.target = rewriteContact(contactIn(request) ?? "", flow);
    const { number } = line.identity;
    const subscription = this.#add({ number, uri: request.uri, event, dialog, flow, version: 0, until: 0 });
    this.#accept(transaction, subscription, seconds, tag);
    subscription.tell(line);
  }

  /** A SUBSCRIBE with a To-tag: refresh, or the end. Not challenged. */
  resubscribe(transaction: ServerTransaction): void {
    const { request } = transaction;
    const subscription = [...this.#subscriptions].find(({ dialog }) => dialog.owns(request));
    if (!subscription) {
      const known = this.#ended.get(request.headers.get("Call-ID") ?? "");
      transaction.respond(known ? { status: 500, phrase: "Unhandled by dialog usages" } : { status: 481 });
      return;
    }
    const seconds = this.#seconds(request);
    if (seconds > 0 && seconds < this.#options.shortest) {
      transaction.respond({ status: 423 });
      return;
    }
    this.#accept(transaction, subscription, seconds);
    if (seconds === 0) subscription.end();
    else subscription.repeat();
  }

  /**
   * Takes up a subscription of an earlier life. As with Asterisk, the last NOTIFY before its death was not in the
   * database yet: the first one now has the same CSeq and version, and other content.
   */
  restore(record: SubscriptionRecord): void {
    const line = this.#options.line(record.number);
    if (!line || record.until <= this.#options.trunk.clock.now()) return;
    record.dialog.cseq--;
    const subscription = this.#add({ ...record, version: Math.max(0, record.version - 1) });
    subscription.extend(record.until);
    subscription.tell(line);
  }

  #accept(transaction: ServerTransaction, subscription: Subscription, seconds: number, tag?: string): void {
    const { trunk } = this.#options;
    const headers: readonly Header[] = [
      ["Expires", String(seconds)],
      contactOf(trunk, transaction.flow),
      ALLOW,
      SUPPORTED,
    ];
    transaction.respond({ status: 200, headers, ...(tag === undefined ? {} : { tag }) });
    subscription.extend(trunk.clock.now() + seconds * 1000);
  }

  #add(record: SubscriptionRecord): Subscription {
    const eventPackage = this.#package(record.event);
    if (!eventPackage) throw new Error(`no event package for ${record.event}`);
    const subscription = new Subscription(this.#options.trunk, record, eventPackage, (over) => {
      if (this.#subscriptions.delete(over)) this.#ended.set(over.dialog.callId, true);
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  #refusal(account: Account, seconds: number): number | undefined {
    if (!account.maySubscribe) return 603;
    if (seconds === 0) return 400;
    // Without Min-Expires, though RFC 6665 §4.2.1.1 asks for it.
    return seconds < this.#options.shortest ? 423 : undefined;
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
