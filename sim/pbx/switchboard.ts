import type { Millis } from "../../firmware/domain/millis.ts";
import { parseUri } from "../sip/address.ts";
import type { Request } from "../sip/message.ts";
import { parseReplaces, type Replaces } from "../sip/replaces.ts";
import { readMedia } from "../sip/sdp.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { Account } from "./account.ts";
import { CalledChannel } from "./called-channel.ts";
import { CallingChannel } from "./calling-channel.ts";
import { ANSWERED, type Cause, NO_PICKUP, NO_SUCH_CALL, NO_SUCH_NUMBER, NOBODY_THERE, NORMAL } from "./cause.ts";
import type { Channel, ChannelEvents } from "./channel.ts";
import type { Destination, Dialplan, Wanted } from "./dialplan.ts";
import type { PbxEvent } from "./event.ts";
import type { Habits } from "./habits/habits.ts";
import type { ParkingLot } from "./parking-lot.ts";
import type { Contact } from "./registrar.ts";
import { Ring, type RingProgress } from "./ring.ts";
import { Transfers } from "./transfers.ts";
import type { Trip } from "./trip.ts";
import type { Trunk } from "./trunk.ts";

const BUILT_IN: Destination = { kind: "pickup", wanted: { by: "groups" } };

export interface SwitchboardOptions {
  readonly trunk: Trunk;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly dialplan: Dialplan;
  readonly lot: ParkingLot;
  readonly contact: (user: string) => Contact | undefined;
  readonly ringTime: Millis;
  readonly mediaWait: Millis;
  /** Accepts REFER and then does nothing with it. */
  readonly ignoresRefer: () => boolean;
  readonly habits: Pick<Habits, "transfers">;
  /** That account's line may have changed. */
  readonly changed: (account: Account) => void;
  readonly tell: (event: PbxEvent) => void;
}

/** Calls: who is connected with whom, who rings for whom, and the ways to take a call over. */
export class Switchboard {
  readonly #options: SwitchboardOptions;
  readonly #transfers: Transfers;
  readonly #channels = new Set<Channel>();
  /** Oldest first. */
  readonly #rings = new Set<Ring>();
  readonly #events: ChannelEvents = {
    changed: (channel) => this.#changed(channel),
    referred: (channel, refer) => this.#transfers.referred(channel, refer),
    notified: (channel, notify) => this.#transfers.notified(channel, notify),
  };

  constructor(options: SwitchboardOptions) {
    this.#options = options;
    this.#transfers = new Transfers({
      ...options,
      hasRoom: () => options.lot.hasRoom,
      find: (replaces) => this.#find(replaces),
      ringOf: (caller) => [...this.#rings].find((ring) => ring.caller === caller),
      send: (channel, trip) => this.#send(channel, trip),
    });
  }

  get channels(): Iterable<Channel> {
    return this.#channels;
  }

  /** A call, authenticated. */
  invite(transaction: ServerTransaction, account: Account): void {
    const { request } = transaction;
    const dialled = parseUri(request.uri)?.user ?? "";
    if (!readMedia(request.body)) {
      transaction.respond({ status: 488 });
      return;
    }
    const { dialplan } = this.#options;
    const builtIn = dialplan.isBuiltInPickup(dialled);
    const destination = builtIn ? BUILT_IN : dialplan.lookUp(dialled);
    const replaces = request.headers.get("Replaces");
    const caller = new CallingChannel(this.#options.trunk, account, transaction, this.#events);
    caller.start();
    if (replaces === undefined && !destination) {
      caller.release(NO_SUCH_NUMBER);
      return;
    }
    caller.trying();
    if (replaces !== undefined) void this.#replace(caller, replaces);
    else if (destination) this.#send(caller, { dialled, destination }, builtIn);
  }

  /** The channel in whose dialog that request was sent. */
  owner(request: Request): Channel | undefined {
    return [...this.#channels].find((channel) => channel.owns(request));
  }

  releaseAll(cause: Cause): void {
    for (const channel of [...this.#channels]) channel.release(cause);
  }

  /** A leg that waits for an answer, or one that is up and has nobody. */
  #send(channel: Channel, trip: Trip, builtIn = false): void {
    const { destination, progress } = trip;
    switch (destination.kind) {
      case "phones":
        this.#dial(channel, trip, destination);
        return;
      case "pickup":
        if (!this.#pickUp(destination.wanted, channel, builtIn)) channel.release(NO_PICKUP);
        progress?.ended?.();
        return;
      case "park":
        void this.#options.lot.park(channel, progress);
        return;
      case "slot":
        void this.#options.lot.fetch(destination.slot, channel, progress);
    }
  }

  #dial(caller: Channel, trip: Trip, { numbers, intercom }: Destination & { readonly kind: "phones" }): void {
    const { trunk, accounts, contact, tell } = this.#options;
    const { dialled, progress = {}, referredBy } = trip;
    const from = caller.account.number;
    tell({ kind: "calling", from, to: dialled });
    const there = numbers.flatMap((number) => {
      const account = accounts.get(number);
      const at = contact(number);
      return account && at ? [{ account, at }] : [];
    });
    if (there.length === 0) {
      tell({ kind: "unanswered", from, to: dialled });
      caller.release(NOBODY_THERE);
      progress.ended?.();
      return;
    }
    const ring = this.#ring(caller, dialled, progress);
    const legs = there.map(
      ({ account, at }) => new CalledChannel(trunk, account, at, caller.account, { ...this.#events, ring }),
    );
    ring.start(legs, { intercom, ...(referredBy === undefined ? {} : { referredBy }) });
  }

  #ring(caller: Channel, dialled: string, progress: RingProgress): Ring {
    const { trunk, ringTime, mediaWait, tell } = this.#options;
    const from = caller.account.number;
    const ring = new Ring({
      caller,
      dialled,
      clock: trunk.clock,
      ringTime,
      mediaWait,
      progress: {
        ...progress,
        answered: (by) => {
          tell({ kind: "answered", from, by: by.account.number });
          progress.answered?.(by);
        },
        ended: () => {
          tell({ kind: "unanswered", from, to: dialled });
          progress.ended?.();
        },
      },
      over: (over) => this.#rings.delete(over),
    });
    this.#rings.add(ring);
    return ring;
  }

  /** False where nothing rings there, or not any more. */
  #pickUp(wanted: Wanted, picker: Channel, builtIn = false): boolean {
    for (const ring of this.#rings) {
      const leg = ring.find(wanted, picker.account);
      if (!leg) continue;
      this.#tellPickup(ring, leg, picker);
      void ring.give(picker, builtIn ? leg : undefined);
      return true;
    }
    const to = wanted.by === "groups" ? {} : { to: wanted.number };
    this.#options.tell({ kind: "pickup-failed", ...to, by: picker.account.number });
    return false;
  }

  /** INVITE with Replaces (RFC 3891 §3): of the leg of a phone that we let ring, or of any that is up. Asks for no group. */
  async #replace(picker: Channel, header: string): Promise<void> {
    const replaces = parseReplaces(header);
    const leg = replaces && this.#find(replaces);
    const ring = leg instanceof CalledChannel ? [...this.#rings].find((one) => one.has(leg)) : undefined;
    if (ring && leg instanceof CalledChannel) {
      this.#tellPickup(ring, leg, picker);
      await ring.replace(leg, picker);
    } else if (leg?.state !== "up" || !leg.peer) picker.release(NO_SUCH_CALL);
    else if (replaces?.earlyOnly) picker.release(ANSWERED);
    else {
      if (!(await picker.answer())) return;
      const { peer } = leg;
      if (!peer) {
        picker.release(NORMAL);
        return;
      }
      picker.pair(peer);
      void peer.connect(picker);
      leg.release(NORMAL);
      picker.introduce(peer);
    }
  }

  #find(replaces: Replaces): Channel | undefined {
    return [...this.#channels].find((channel) => channel.isNamedBy(replaces));
  }

  #tellPickup(ring: Ring, leg: Channel, picker: Channel): void {
    const [from, to, by] = [ring.caller.account.number, leg.account.number, picker.account.number];
    this.#options.tell({ kind: "picked-up", from, to, by });
  }

  #changed(channel: Channel): void {
    if (channel.state === "over") {
      if (this.#channels.delete(channel)) this.#options.tell({ kind: "hung-up", user: channel.account.user });
    } else this.#channels.add(channel);
    this.#options.changed(channel.account);
  }
}
