import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../firmware/hal/clock.ts";
import { parseAddress, userOf } from "../sip/address.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { Flow } from "../sip/wire.ts";
import type { Account } from "./account.ts";
import { type Header, rewriteContact } from "./trunk.ts";

/** Where an account is registered. */
export interface Contact {
  readonly user: string;
  readonly uri: string;
  readonly flow: Flow;
  readonly until: Millis;
}

/** Seconds. */
const SHORTEST = 10;
const USUAL = 120;
const LONGEST = 3600;

/** Knows one contact an account (`max_contacts=1`, `remove_existing=yes`): the last one to register. */
export class Registrar {
  readonly #clock: Clock;
  readonly #changed: (user: string) => void;
  readonly #contacts = new Map<string, { readonly contact: Contact; readonly expire: Cancel }>();

  /** `changed` is told when an account comes or goes. */
  constructor(clock: Clock, changed: (user: string) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  contact(user: string): Contact | undefined {
    return this.#contacts.get(user)?.contact;
  }

  get contacts(): readonly Contact[] {
    return [...this.#contacts.values()].map(({ contact }) => contact);
  }

  /** From an earlier life. */
  restore(contact: Contact): void {
    this.#put(contact);
  }

  /** From an earlier life too, as if it had just been renewed. */
  know(user: string, flow: Flow): void {
    this.#put({ user, uri: `sip:${user}@${flow.host}:${flow.port}`, flow, until: this.#clock.now() + USUAL * 1000 });
  }

  /** A REGISTER that has been authenticated (RFC 3261 §10.3). */
  register(transaction: ServerTransaction, account: Account): void {
    const { request, flow } = transaction;
    if (userOf(request.headers.get("To")) !== account.user) {
      transaction.respond({ status: 404 });
      return;
    }
    const asked = request.headers.get("Contact");
    const address = parseAddress(asked ?? "");
    const expires = Number(address?.params.get("expires") ?? request.headers.get("Expires") ?? USUAL);
    if (asked === "*" || (address && expires === 0)) {
      this.#remove(account.user);
      transaction.respond({ status: 200, headers: [this.#date(), ["Expires", "0"]] });
      return;
    }
    if (address) {
      const granted = Math.min(Math.max(expires, SHORTEST), LONGEST);
      const until = this.#clock.now() + granted * 1000;
      this.#put({ user: account.user, uri: rewriteContact(address.uri, flow), flow, until });
    }
    transaction.respond({ status: 200, headers: [this.#date(), ...this.#binding(account.user)] });
  }

  #binding(user: string): readonly Header[] {
    const contact = this.contact(user);
    if (!contact) return [];
    const left = (contact.until - this.#clock.now()) / 1000;
    return [
      ["Contact", `<${contact.uri}>;expires=${Math.floor(left)}`],
      ["Expires", String(Math.ceil(left))],
      ["Supported", "path"],
    ];
  }

  #put(contact: Contact): void {
    const { user } = contact;
    this.#contacts.get(user)?.expire();
    const expire = this.#clock.at(contact.until, () => this.#remove(user));
    const known = this.#contacts.has(user);
    this.#contacts.set(user, { contact, expire });
    if (!known) this.#changed(user);
  }

  #remove(user: string): void {
    const entry = this.#contacts.get(user);
    if (!entry) return;
    entry.expire();
    this.#contacts.delete(user);
    this.#changed(user);
  }

  #date(): Header {
    return ["Date", this.#clock.wall().toUTCString()];
  }
}
