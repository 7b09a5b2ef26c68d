import { Dialog } from "../sip/dialog.ts";
import { newTag } from "../sip/ids.ts";
import { withoutPort } from "../sip/reply.ts";
import { answerTo, readMedia } from "../sip/sdp.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { Account, Identity } from "./account.ts";
import { CANCELLED, type Cause, reasonHeaders } from "./cause.ts";
import { Channel, type ChannelEvents, onHold } from "./channel.ts";
import { ALLOW, asserted, contactOf, SUPPORTED, type Trunk } from "./trunk.ts";

/** The leg of a phone, or a panel, that calls us. */
export class CallingChannel extends Channel {
  readonly #invite: ServerTransaction;
  readonly #tag = newTag();
  #acknowledged: () => void = () => undefined;
  readonly #acknowledgement = new Promise<void>((resolve) => {
    this.#acknowledged = resolve;
  });
  /** Who rings, as the caller is told. */
  #callee: Identity | undefined;

  constructor(trunk: Trunk, account: Account, invite: ServerTransaction, events: ChannelEvents) {
    super(trunk, account, invite.flow, "ring", events);
    this.#invite = invite;
  }

  start(): void {
    const { request } = this.#invite;
    this.media = readMedia(request.body);
    this.holds = this.media !== undefined && onHold(this.media);
    this.dialog = Dialog.answering(request, this.#tag, withoutPort);
    this.track(request);
    this.#invite.onInvite({
      cancelled: () => this.release(CANCELLED),
      acknowledged: () => this.#acknowledged(),
      unacknowledged: () => this.bye(CANCELLED),
    });
    this.events.changed(this);
  }

  trying(): void {
    this.#invite.respond({ status: 100 });
  }

  override ringing(callee: Identity | undefined): void {
    if (this.state !== "ring") return;
    this.#callee = callee;
    this.#invite.respond({
      status: 180,
      tag: this.#tag,
      headers: [contactOf(this.trunk, this.flow), ALLOW, ...(callee ? [asserted(this.trunk, callee)] : [])],
    });
  }

  override connect(peer: Channel): Promise<boolean> {
    if (this.state === "up") return this.reinvite(peer, this.#acknowledgement);
    if (this.state !== "ring" || !this.media || !peer.media) return Promise.resolve(false);
    const direction = answerTo(this.media.direction, peer.media.direction);
    this.#invite.respond({
      status: 200,
      tag: this.#tag,
      headers: this.answerHeaders(peer.account),
      body: this.describe({ ...peer.media, direction }, "answer"),
    });
    this.become("up");
    return Promise.resolve(true);
  }

  /** By UPDATE where the phone allows it, otherwise by re-INVITE, as Asterisk does with a connected line. */
  override introduce(peer: Channel): void {
    const allowed = (this.#invite.request.headers.get("Allow") ?? "").split(/\s*,\s*/);
    if (!allowed.includes("UPDATE")) {
      void this.connect(peer);
      return;
    }
    void this.#acknowledgement.then(() => {
      const headers = [contactOf(this.trunk, this.flow), SUPPORTED, asserted(this.trunk, peer.account)];
      if (this.state === "up") void this.ask("UPDATE", headers);
    });
  }

  override release(cause: Cause): void {
    if (this.state === "up") this.bye(cause);
    else if (this.state === "ring") {
      const who = this.#callee ? [ALLOW, asserted(this.trunk, this.#callee)] : [];
      this.#invite.respond({ status: cause.status, tag: this.#tag, headers: [...reasonHeaders(cause), ...who] });
      this.finish();
    }
  }
}
