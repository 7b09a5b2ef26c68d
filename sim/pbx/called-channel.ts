import { formatAddress, parseUri } from "../sip/address.ts";
import type { ClientTransaction } from "../sip/client-transaction.ts";
import { Dialog } from "../sip/dialog.ts";
import { newCallId, newCseq, newTag } from "../sip/ids.ts";
import { cseq, type Response, request } from "../sip/message.ts";
import { readMedia } from "../sip/sdp.ts";
import type { Account, Identity } from "./account.ts";
import { type Cause, ELSEWHERE, reasonHeaders } from "./cause.ts";
import { Channel, type ChannelEvents } from "./channel.ts";
import { type LineCall, lineCall } from "./line-call.ts";
import type { Contact } from "./registrar.ts";
import { contactOf, type Header, offerHeaders, type Trunk } from "./trunk.ts";

/** What the one who lets phones ring hears of each. */
export interface RingEvents {
  rang(channel: CalledChannel): void;
  answered(channel: CalledChannel): void;
  refused(channel: CalledChannel, status: number): void;
}

/** Alert-Info and Call-Info that make a phone answer by itself. */
const INTERCOM: readonly Header[] = [
  ["Alert-Info", "<http://localhost>;info=alert-autoanswer"],
  ["Call-Info", "<sip:localhost>;answer-after=0"],
];

/** What an INVITE may say beside the usual. */
export interface CallHeaders {
  /** Asks the phone to answer by itself. */
  readonly intercom?: boolean;
  /** Who transferred the caller to it. */
  readonly referredBy?: string;
}

/** The leg of a phone that we call. */
export class CalledChannel extends Channel {
  readonly #caller: Identity;
  readonly #contact: Contact;
  readonly #ring: RingEvents;
  #invite: ClientTransaction | undefined;

  constructor(
    trunk: Trunk,
    account: Account,
    contact: Contact,
    caller: Identity,
    events: ChannelEvents & { readonly ring: RingEvents },
  ) {
    super(trunk, account, contact.flow, "down", events);
    this.#contact = contact;
    this.#caller = caller;
    this.#ring = events.ring;
  }

  override get caller(): Identity {
    return this.#caller;
  }

  override get lineCall(): LineCall | undefined {
    const { dialog, state } = this;
    if (!dialog || state === "down") return undefined;
    const told = state === "ringing" ? "early" : "confirmed";
    return lineCall(dialog, { direction: "recipient", state: told, remote: this.#caller.number });
  }

  /** Calls the phone and offers it the caller's audio. */
  start(caller: Channel, { intercom = false, referredBy }: CallHeaders): void {
    const { ear } = caller;
    if (!ear) return;
    const { trunk } = this;
    const { uri } = this.#contact;
    const target = parseUri(uri);
    const invite = request(
      "INVITE",
      uri,
      [
        ["From", formatAddress(`sip:${this.#caller.number}@${trunk.host}`, this.#caller.name, newTag())],
        ["To", formatAddress(`sip:${target?.user}@${target?.host}`)],
        contactOf(trunk, this.flow, "asterisk"),
        ["Call-ID", newCallId()],
        ["CSeq", `${newCseq()} INVITE`],
        ...offerHeaders(trunk, this.#caller),
        ...(intercom ? INTERCOM : []),
        ...(referredBy === undefined ? [] : [["Referred-By", referredBy] as const]),
      ],
      this.describe(ear, "offer"),
    );
    this.#invite = trunk.transactions.send(invite, this.flow, {
      provisional: (response) => this.#progress(response),
      final: (response) => this.#final(response),
    });
    this.events.changed(this);
  }

  override connect(peer: Channel): Promise<boolean> {
    return this.state === "up" ? this.reinvite(peer, Promise.resolve()) : Promise.resolve(false);
  }

  override release(cause: Cause): void {
    if (this.state === "up") this.bye(cause);
    else if (this.state !== "over") {
      if (this.#invite) this.trunk.transactions.cancel(this.#invite, [...reasonHeaders(cause), ["Supported", "path"]]);
      this.finish();
    }
  }

  #progress(response: Response): void {
    if (response.status !== 180 || this.state !== "down" || !this.#invite) return;
    this.dialog = Dialog.answered(this.#invite.request, response);
    this.become("ringing");
    this.#ring.rang(this);
  }

  #final(response: Response): void {
    const given = this.state === "over";
    if (response.status >= 300) {
      this.finish();
      if (!given) this.#ring.refused(this, response.status);
      return;
    }
    const invite = this.#invite;
    if (!invite) return;
    this.dialog = Dialog.answered(invite.request, response);
    this.track(response);
    this.trunk.transactions.acknowledge(invite, this.dialog.ack(cseq(invite.request).number));
    if (given) {
      // It was answered as we took it away.
      void this.ask("BYE", reasonHeaders(ELSEWHERE));
      return;
    }
    this.media = readMedia(response.body);
    this.become("up");
    this.#ring.answered(this);
  }
}
