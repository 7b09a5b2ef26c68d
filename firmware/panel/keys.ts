import type { Button } from "../domain/board.ts";
import { type ContactMemory, resettle, restingContact, type Settled, settle } from "../domain/contact.ts";
import type { KeyId } from "../domain/key.ts";
import type { Millis } from "../domain/millis.ts";
import type { Cancel, Clock } from "../hal/clock.ts";

type ContactListener = (key: KeyId, closed: boolean, at: Millis) => void;

interface Contact {
  readonly key: KeyId;
  readonly button: Button;
  memory: ContactMemory;
  recheck: Cancel | undefined;
}

/** Turns the edges of banks into the settled contacts of keys, each with the time of its own edge. */
export class Keys {
  readonly #contacts: readonly Contact[];
  readonly #clock: Clock;
  readonly #tell: ContactListener;

  constructor(buttons: ReadonlyMap<KeyId, Button>, clock: Clock, tell: ContactListener) {
    this.#contacts = Array.from(buttons, ([key, button]) => ({
      key,
      button,
      memory: restingContact(false),
      recheck: undefined,
    }));
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Those whose contacts are closed, as last reported or found. */
  get held(): ReadonlySet<KeyId> {
    return new Set(this.#contacts.filter(({ memory }) => memory.reported).map(({ key }) => key));
  }

  edges(bank: string, levels: number, changed: number, at: Millis): void {
    for (const contact of this.#contacts) {
      const { button } = contact;
      if (button.bank !== bank || !isSet(changed, button.bit)) continue;
      this.#take(contact, settle(contact.memory, { closed: isSet(levels, button.bit), at }, button.debounce));
    }
  }

  /**
   * What the bank was found at when it came (back). A key found closed was not pressed now: it counts from its next
   * closing. A key that was closed and is found open was released meanwhile.
   */
  found(bank: string, levels: number, changed: number, at: Millis): void {
    for (const contact of this.#contacts) {
      const { button } = contact;
      if (button.bank === bank && isSet(changed, button.bit)) this.#adopt(contact, isSet(levels, button.bit), at);
    }
  }

  /** The bank is gone: what its contacts were last heard at stands. */
  lost(bank: string): void {
    for (const contact of this.#contacts) {
      const { closed, at } = contact.memory.raw;
      if (contact.button.bank === bank) this.#adopt(contact, closed, at);
    }
  }

  halt(): void {
    for (const contact of this.#contacts) contact.recheck?.();
  }

  #adopt(contact: Contact, closed: boolean, at: Millis): void {
    contact.recheck?.();
    contact.recheck = undefined;
    const released = contact.memory.reported && !closed;
    contact.memory = restingContact(closed);
    if (released) this.#tell(contact.key, false, at);
  }

  #take(contact: Contact, { memory, change, recheckAt }: Settled): void {
    contact.recheck?.();
    contact.memory = memory;
    contact.recheck =
      recheckAt === undefined ? undefined : this.#clock.at(recheckAt, () => this.#recheck(contact, recheckAt));
    if (change !== undefined) this.#tell(contact.key, change.closed, change.at);
  }

  #recheck(contact: Contact, at: Millis): void {
    this.#take(contact, resettle(contact.memory, Math.max(at, this.#clock.now()), contact.button.debounce));
  }
}

const isSet = (levels: number, bit: number): boolean => ((levels >>> bit) & 1) === 1;
