import type { Millis } from "../../firmware/domain/millis.ts";
import { parseAddress, parseUri } from "../sip/address.ts";
import type { Request } from "../sip/message.ts";
import { readMedia } from "../sip/sdp.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { Account } from "./account.ts";
import { CalledChannel } from "./called-channel.ts";
import { CallingChannel } from "./calling-channel.ts";
import { type Cause, NO_PICKUP, NO_SUCH_NUMBER, NOBODY_THERE, NORMAL, reasonHeaders } from "./cause.ts";
import type { Channel, ChannelEvents } from "./channel.ts";
import type { Destination, Dialplan, Wanted } from "./dialplan.ts";
import type { PbxEvent } from "./event.ts";
import { Referral } from "./referral.ts";
import type { Contact } from "./registrar.ts";
import { Ring, type RingProgress } from "./ring.ts";
import type { Trunk } from "./trunk.ts";

const BUILT_IN: Destination = { kind: "pickup", wanted: { by: "groups" } };

export interface SwitchboardOptions {
  readonly trunk: Trunk;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly dialplan: Dialplan;
  readonly contact: (user: string) => Contact | undefined;
  readonly ringTime: Millis;
  readonly mediaWait: Millis;
  /** Accepts REFER and then does nothing with it. */
  readonly ignoresRefer: () => boolean;
  /** That account's line may have changed. */
  readonly changed: (account: Account) => void;
  readonly tell: (event: PbxEvent) => void;
}

/** Calls: who is connected with whom, who rings for whom, and the two ways to take a call over, pickup and transfer. */
export class Switchboard {
  readonly #options: SwitchboardOptions;
  readonly #channels = new Set<Channel>();
  /** Oldest first. */
  readonly #rings = new Set<Ring>();
  readonly #events: ChannelEvents = {
    changed: (channel) => this.#changed(channel),
    referred: (channel, refer) => this.#referred(channel, refer),
  };

  constructor(options: SwitchboardOptions) {
    this.#options = options;
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
    const caller = new CallingChannel(this.#options.trunk, account, transaction, this.#events);
    caller.start();
    if (!destination) {
      caller.release(NO_SUCH_NUMBER);
      return;
    }
    caller.trying();
    if (destination.kind === "phones") this.#dial(caller, dialled, destination, {});
    else if (!this.#pickUp(destination.wanted, caller, builtIn)) caller.release(NO_PICKUP);
  }

  /** The channel in whose dialog that request was sent. */
  owner(request: Request): Channel | undefined {
    return [...this.#channels].find((channel) => channel.owns(request));
  }

  releaseAll(cause: Cause): void {
    for (const channel of [...this.#channels]) channel.release(cause);
  }

  #dial(
    caller: Channel,
    dialled: string,
    destination: Destination & { readonly kind: "phones" },
    progress: RingProgress,
  ): void {
    const { trunk, accounts, contact, tell } = this.#options;
    const from = caller.account.number;
    tell({ kind: "calling", from, to: dialled });
    const there = destination.numbers.flatMap((number) => {
      const account = accounts.get(number);
      const at = contact(number);
      return account && at ? [{ account, at }] : [];
    });
    if (there.length === 0) {
      tell({ kind: "unanswered", from, to: dialled });
      caller.release(NOBODY_THERE);
      progress.ended?.(NOBODY_THERE.status);
      return;
    }
    const ring = this.#ring(caller, dialled, progress);
    const legs = there.map(
      ({ account, at }) => new CalledChannel(trunk, account, at, caller.account, { ...this.#events, ring }),
    );
    ring.start(legs, destination.intercom);
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
        ringing: () => progress.ringing?.(),
        answered: (by) => {
          tell({ kind: "answered", from, by: by.account.number });
          progress.answered?.(by);
        },
        ended: (status) => {
          tell({ kind: "unanswered", from, to: dialled });
          progress.ended?.(status);
        },
      },
      over: (over) => this.#rings.delete(over),
    });
    this.#rings.add(ring);
    return ring;
  }

  /** False where nothing rings there, or not any more. */
  #pickUp(wanted: Wanted, picker: Channel, builtIn = false): boolean {
    const { tell } = this.#options;
    const by = picker.account.number;
    for (const ring of this.#rings) {
      const leg = ring.find(wanted, picker.account);
      if (!leg) continue;
      tell({ kind: "picked-up", from: ring.caller.account.number, to: leg.account.number, by });
      void ring.give(picker, builtIn ? leg : undefined);
      return true;
    }
    tell({ kind: "pickup-failed", ...(wanted.by === "groups" ? {} : { to: wanted.number }), by });
    return false;
  }

  /** Blind transfer: what the sender talks to is sent on to another number. */
  #referred(channel: Channel, refer: ServerTransaction): void {
    if (!channel.account.mayTransfer) {
      refer.respond({ status: 603, headers: reasonHeaders(NORMAL) });
      return;
    }
    const target = parseAddress(refer.request.headers.get("Refer-To") ?? "")?.uri;
    if (target === undefined) {
      refer.respond({ status: 400 });
      return;
    }
    const referral = new Referral(channel);
    referral.accept(refer);
    if (this.#options.ignoresRefer()) return;
    referral.tell(100, false);

    const { peer } = channel;
    const dialled = parseUri(target)?.user ?? "";
    const destination = this.#options.dialplan.lookUp(dialled);
    if (peer?.state !== "up") referral.tell(400, true);
    else if (target.includes("?")) referral.tell(501, true);
    else if (!destination) referral.tell(404, true);
    else {
      channel.leave();
      if (destination.kind === "phones") this.#dial(peer, dialled, destination, progressOf(referral));
      else {
        const picked = this.#pickUp(destination.wanted, peer);
        // It is 503 either way: the pickup ends the dialplan that the transfer waits for (Asterisk 22).
        referral.tell(503, true);
        if (!picked) peer.release(NO_PICKUP);
      }
    }
  }

  #changed(channel: Channel): void {
    if (channel.state === "over") {
      if (this.#channels.delete(channel)) this.#options.tell({ kind: "hung-up", user: channel.account.user });
    } else this.#channels.add(channel);
    this.#options.changed(channel.account);
  }
}

function progressOf(referral: Referral): RingProgress {
  return {
    ringing: () => referral.tell(180, false),
    answered: () => referral.tell(200, true),
    ended: (status) => referral.tell(status, true),
  };
}
