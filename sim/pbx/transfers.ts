import { parseAddress, parseUri } from "../sip/address.ts";
import type { Headers } from "../sip/headers.ts";
import { parseReplaces, type Replaces, replacesIn } from "../sip/replaces.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import { NORMAL, reasonHeaders } from "./cause.ts";
import type { Channel } from "./channel.ts";
import type { Dialplan } from "./dialplan.ts";
import { Referral } from "./referral.ts";
import type { Ring } from "./ring.ts";
import type { Trip } from "./trip.ts";
import { contactOf, type Header } from "./trunk.ts";

export interface TransferOptions {
  readonly dialplan: Dialplan;
  /** Who carries a REFER out. */
  readonly habits: { readonly transfers: "pbx" | "peer" };
  /** Accepts REFER and then does nothing with it. */
  readonly ignoresRefer: () => boolean;
  /** Whether a parking lot could take a call. */
  readonly hasRoom: () => boolean;
  /** The leg in whose dialog a request with these tags would be. */
  readonly find: (replaces: Replaces) => Channel | undefined;
  readonly ringOf: (caller: Channel) => Ring | undefined;
  readonly send: (channel: Channel, trip: Trip) => void;
}

/** REFER (RFC 3515): what the sender talks to goes on to a number, or to whom the sender talks to by another leg. */
export class Transfers {
  readonly #options: TransferOptions;

  constructor(options: TransferOptions) {
    this.#options = options;
  }

  referred(channel: Channel, refer: ServerTransaction): void {
    const { headers } = refer.request;
    const target = parseAddress(headers.get("Refer-To") ?? "")?.uri;
    if (!channel.account.mayTransfer) refer.respond({ status: 603, headers: reasonHeaders(NORMAL) });
    else if (target === undefined) refer.respond({ status: 400 });
    else if (this.#options.habits.transfers === "peer" && !this.#options.ignoresRefer())
      void this.#passOn(channel, refer);
    else {
      const referral = new Referral(channel);
      referral.accept(refer);
      if (this.#options.ignoresRefer()) return;
      referral.tell(100, false);
      this.#transfer(channel, target, headers.get("Referred-By"), referral);
    }
  }

  /** What a phone tells of a REFER goes on to who sent that. */
  notified({ peer }: Channel, notify: ServerTransaction): void {
    const { headers, body } = notify.request;
    notify.respond({ status: peer ? 200 : 481 });
    void peer?.ask("NOTIFY", some(headers, ["Event", "Subscription-State", "Content-Type"]), body);
  }

  /** As a proxy: the phone at the other end does what it is asked for. */
  async #passOn({ peer }: Channel, refer: ServerTransaction): Promise<void> {
    if (peer?.state !== "up") {
      refer.respond({ status: 481 });
      return;
    }
    const answer = await peer.ask("REFER", some(refer.request.headers, ["Refer-To", "Referred-By"]));
    refer.respond({ status: answer.status, headers: [contactOf(peer.trunk, refer.flow)] });
  }

  #transfer(channel: Channel, target: string, referredBy: string | undefined, referral: Referral): void {
    const { peer } = channel;
    const { dialplan, hasRoom, send } = this.#options;
    const replaces = replacesIn(target);
    const dialled = parseUri(target)?.user ?? "";
    const destination = dialplan.lookUp(dialled);
    if (peer?.state !== "up") referral.tell(400, true);
    else if (replaces !== undefined) this.#join(channel, peer, replaces, referral);
    else if (!destination) referral.tell(404, true);
    // The two go on talking, whatever Asterisk says.
    else if (destination.kind === "park" && !hasRoom()) referral.tell(200, true);
    else {
      channel.leave();
      const { progress } = referral;
      send(peer, { dialled, destination, progress, ...(referredBy === undefined ? {} : { referredBy }) });
    }
  }

  /** Attended: `peer` gets whom the sender's other leg has, or the phone that it lets ring. */
  #join(channel: Channel, peer: Channel, replaces: string, referral: Referral): void {
    const named = parseReplaces(replaces);
    const other = named && this.#options.find(named);
    const ring = other && this.#options.ringOf(other);
    const far = other?.peer;
    if (!other || other === channel) referral.tell(404, true);
    else if (!ring && far?.state !== "up") referral.tell(503, true);
    else {
      channel.leave();
      ring?.handTo(peer);
      if (!ring && far) {
        far.pair(peer);
        void peer.connect(far);
        void far.connect(peer);
      }
      referral.tell(200, true);
      other.release(NORMAL);
    }
  }
}

function some(headers: Headers, names: readonly string[]): readonly Header[] {
  return names.flatMap((name) => headers.all(name).map((value) => [name, value] as const));
}
