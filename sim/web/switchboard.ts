import type { PbxEvent } from "../pbx/event.ts";
import type { SimPhone } from "../phone/phone.ts";
import type { Town } from "../town.ts";
import type { PhoneVerb, PhoneView, Wish } from "./message.ts";

type PhoneWish = Extract<Wish, { wish: PhoneVerb | "call" }>;

const CAN: Readonly<Record<PhoneView["state"], readonly PhoneVerb[]>> = {
  idle: [],
  calling: ["hang-up"],
  ringing: ["answer", "hang-up"],
  talking: ["hold", "park", "transfer", "hang-up"],
  held: ["resume", "park", "transfer", "hang-up"],
};

/** The telephones of a simulation as a page shows them, and what a page does with them. */
export class Switchboard {
  readonly #town: Town;
  readonly #phones: ReadonlyMap<string, SimPhone>;
  readonly #parkCode: string;
  readonly #held = new Set<string>();
  /** Who calls whom, or talks to whom, both ways. */
  readonly #peers = new Map<string, string>();
  #changed: () => void = () => {};

  /** @param parkCode where a call is transferred to that is to be parked */
  constructor(town: Town, phones: ReadonlyMap<string, SimPhone>, parkCode: string) {
    this.#town = town;
    this.#phones = phones;
    this.#parkCode = parkCode;
  }

  /** Told whenever views() may be another. One listener. */
  onChange(listener: () => void): void {
    this.#changed = listener;
    for (const [number, phone] of this.#phones) {
      phone.onState((state) => {
        if (state !== "talking") this.#held.delete(number);
        if (state === "idle") this.#peers.delete(number);
        listener();
      });
    }
  }

  get views(): readonly PhoneView[] {
    const { desk, people, callers } = this.#town;
    const view =
      (role: PhoneView["role"]) =>
      ({ number, name }: { number: string; name: string }): PhoneView => {
        const state = this.#stateOf(number);
        const peer = this.#peers.get(number);
        return { number, name, role, state, verbs: CAN[state], ...(peer !== undefined && { peer }) };
      };
    return [...(desk ? [desk].map(view("desk")) : []), ...people.map(view("person")), ...callers.map(view("caller"))];
  }

  /** What happens on the PBX. */
  heard(event: PbxEvent): void {
    switch (event.kind) {
      case "calling":
        this.#join(event.from, event.to);
        break;
      case "answered":
      case "picked-up":
        this.#join(event.from, event.by);
        break;
    }
    this.#changed();
  }

  /** @throws Error where that cannot be done now */
  async grant(wish: PhoneWish): Promise<void> {
    if (wish.wish === "call") return this.#call(wish.to, wish.from);
    const phone = this.#phones.get(wish.phone);
    if (phone === undefined) throw new Error(`there is no telephone ${wish.phone}`);
    switch (wish.wish) {
      case "answer":
        return phone.answer();
      case "hang-up":
        return phone.hangUp();
      case "hold":
        await phone.hold();
        this.#held.add(phone.number);
        return this.#changed();
      case "resume":
        await phone.resume();
        this.#held.delete(phone.number);
        return this.#changed();
      case "park":
        return this.#handOn(phone, this.#parkCode);
      case "transfer":
        return this.#handOn(phone, wish.to);
    }
  }

  async #call(to: string, from: string | undefined): Promise<void> {
    const free = this.#town.callers.find(({ number }) => this.#phones.get(number)?.state === "idle")?.number;
    const caller = this.#phones.get(from ?? free ?? "");
    if (caller === undefined)
      throw new Error(from ? `there is no telephone ${from}` : "everybody who calls is in a call");
    await caller.call(to);
  }

  /** Whom the other one speaks to next is heard from the PBX. */
  async #handOn(phone: SimPhone, to: string): Promise<void> {
    const peer = this.#peers.get(phone.number);
    if (peer !== undefined) this.#peers.delete(peer);
    try {
      await phone.transfer(to);
    } catch (error) {
      if (peer !== undefined) this.#join(phone.number, peer);
      throw error;
    } finally {
      this.#changed();
    }
  }

  #stateOf(number: string): PhoneView["state"] {
    const state = this.#phones.get(number)?.state ?? "idle";
    return state === "talking" && this.#held.has(number) ? "held" : state;
  }

  #join(one: string, other: string): void {
    for (const [number, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      if (this.#phones.has(number) && this.#phones.has(peer)) this.#peers.set(number, peer);
      // A code was dialled, or the panel's own leg answered: whom they speak to is heard in a moment.
      else this.#peers.delete(number);
    }
  }
}
