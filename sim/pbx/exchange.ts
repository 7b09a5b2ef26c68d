import { parseUri, tagOf } from "../sip/address.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { Flow } from "../sip/wire.ts";
import type { Account } from "./account.ts";
import { NORMAL } from "./cause.ts";
import { type Codes, Dialplan } from "./dialplan.ts";
import type { PbxEvent } from "./event.ts";
import { Guard } from "./guard.ts";
import type { Habits } from "./habits/habits.ts";
import { parkedCall } from "./line-call.ts";
import { type Line, Lines, lineOf, type Messages, NO_MESSAGES } from "./lines.ts";
import type { EventList } from "./list-report.ts";
import type { Meddling } from "./meddling.ts";
import { messagesPackage } from "./message-summary.ts";
import { Notifier } from "./notifier.ts";
import { ParkingLot, type ParkingLotOptions } from "./parking-lot.ts";
import { presencePackage } from "./presence.ts";
import { type Contact, Registrar } from "./registrar.ts";
import type { SubscriptionRecord } from "./subscription.ts";
import { Switchboard, type SwitchboardOptions } from "./switchboard.ts";
import { ALLOW, contactOf, SUPPORTED, type Trunk } from "./trunk.ts";

/** What outlives a PBX that dies, where its database is kept. */
export interface Memory {
  readonly contacts: readonly Contact[];
  readonly subscriptions: readonly SubscriptionRecord[];
}

export interface ExchangeOptions
  extends Pick<SwitchboardOptions, "trunk" | "accounts" | "ringTime" | "mediaWait" | "ignoresRefer">,
    Pick<ParkingLotOptions, "slots" | "freeSlot">,
    Codes {
  readonly meddling: Meddling;
  readonly habits: Habits;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Seconds. */
  readonly shortestSubscription: number;
  /** Event packages that it has; others are refused. */
  readonly events: readonly string[];
  readonly lists: Readonly<Record<string, EventList>>;
  /** What lies in the mailbox of a number. */
  readonly messages: (number: string) => Messages;
  readonly tell: (event: PbxEvent) => void;
}

/** One life of the PBX, from start to stop: sorts requests to the parts that answer them. */
export class Exchange {
  readonly notifier: Notifier;
  readonly switchboard: Switchboard;
  readonly #trunk: Trunk;
  readonly #guard: Guard;
  readonly #meddling: Meddling;
  readonly #registrar: Registrar;
  readonly #lines: Lines;
  readonly #lot: ParkingLot;
  readonly #numbers: ReadonlySet<string>;
  readonly #messages: ExchangeOptions["messages"];

  constructor(options: ExchangeOptions) {
    const { trunk, accounts, habits, tell } = options;
    const watchable = [...accounts.values()].filter((account) => account.watchable);
    this.#trunk = trunk;
    this.#messages = options.messages;
    this.#meddling = options.meddling;
    this.#numbers = new Set(watchable.map(({ number }) => number));
    this.#guard = new Guard(accounts, trunk.clock);
    this.#registrar = new Registrar(trunk.clock, (user) => {
      tell({ kind: this.#registrar.contact(user) ? "registered" : "unregistered", user });
      this.#lines.refresh(user);
    });
    this.#lines = new Lines({
      look: (number) => (options.slots.includes(number) ? this.#lookAtSlot(number) : this.#look(accounts.get(number))),
      changed: (line) => this.notifier.publish(line),
      habits,
      clock: trunk.clock,
    });
    this.notifier = new Notifier({
      trunk,
      packages: [habits.dialogs, presencePackage, messagesPackage].filter(({ event }) =>
        options.events.includes(event),
      ),
      habits,
      shortest: options.shortestSubscription,
      line: (number) => this.#lines.line(number),
      lists: options.lists,
    });
    this.#lot = new ParkingLot({ ...options, slotChanged: (slot) => this.#lines.refresh(slot) });
    this.switchboard = new Switchboard({
      ...options,
      lot: this.#lot,
      dialplan: new Dialplan({ ...options, numbers: this.#numbers }),
      contact: (user) => this.#registrar.contact(user),
      changed: ({ user }) => this.#lines.refresh(user),
    });
  }

  start(memory: Memory): void {
    for (const contact of memory.contacts) this.#registrar.restore(contact);
    for (const number of this.#numbers) this.#lines.refresh(number);
    this.#trunk.transactions.start((transaction) => this.#receive(transaction));
    for (const subscription of memory.subscriptions) this.notifier.restore(subscription);
  }

  /** That phone has been registered for a while. */
  know(user: string, flow: Flow): void {
    this.#registrar.know(user, flow);
  }

  /** Ends every call as it should be ended. */
  hangUp(): void {
    this.switchboard.releaseAll(NORMAL);
  }

  get memory(): Memory {
    return { contacts: this.#registrar.contacts, subscriptions: this.notifier.records };
  }

  line(number: string): Line | undefined {
    return this.#lines.line(number);
  }

  #look(account: Account | undefined): Line | undefined {
    if (!account?.watchable) return undefined;
    const registered = this.#registrar.contact(account.user) !== undefined;
    return lineOf(account, registered, this.switchboard.channels, this.#messages(account.number));
  }

  #lookAtSlot(slot: string): Line {
    const taken = this.#lot.isTaken(slot);
    const state = taken ? "busy" : "idle";
    const calls = taken ? [parkedCall(slot)] : [];
    return { identity: { number: slot, name: "" }, messages: NO_MESSAGES, state, caller: undefined, calls };
  }

  #receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const inDialog = tagOf(request.headers.get("To")) !== undefined;
    if (request.method === "BYE" && !inDialog) {
      transaction.respond({ status: 481 });
      return;
    }
    const account = inDialog ? undefined : this.#guard.admit(transaction);
    if (!inDialog && !account) return;
    const handle = (): void => (account ? this.#handle(transaction, account) : this.#inDialog(transaction));
    this.#meddling.in(request, handle, (status) => transaction.respond({ status }));
  }

  /** Out of any dialog, from that account. */
  #handle(transaction: ServerTransaction, account: Account): void {
    switch (transaction.request.method) {
      case "REGISTER":
        this.#registrar.register(transaction, account);
        return;
      case "SUBSCRIBE":
        this.notifier.subscribe(transaction, account);
        return;
      case "INVITE":
        this.switchboard.invite(transaction, account);
        return;
      case "OPTIONS":
        this.#options(transaction);
        return;
      default:
        transaction.respond({ status: 501 });
    }
  }

  #inDialog(transaction: ServerTransaction): void {
    if (transaction.request.method === "SUBSCRIBE") {
      this.notifier.resubscribe(transaction);
      return;
    }
    const owner = this.switchboard.owner(transaction.request);
    if (owner) owner.handle(transaction);
    else transaction.respond({ status: 481 });
  }

  #options(transaction: ServerTransaction): void {
    const user = parseUri(transaction.request.uri)?.user ?? "";
    const known = user === "" || this.#numbers.has(user);
    transaction.respond(
      known ? { status: 200, headers: [contactOf(this.#trunk, transaction.flow), ALLOW, SUPPORTED] } : { status: 404 },
    );
  }
}
