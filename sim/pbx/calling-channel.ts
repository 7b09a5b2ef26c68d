import type { Millis } from "../../firmware/domain/millis.ts";
import { parseUri } from "../sip/address.ts";
import { Dialog } from "../sip/dialog.ts";
import { newTag } from "../sip/ids.ts";
import { withoutPort } from "../sip/reply.ts";
import { answerTo, type Media, onHold, readMedia } from "../sip/sdp.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { Account, Identity } from "./account.ts";
import { CANCELLED, type Cause, reasonHeaders } from "./cause.ts";
import { Channel, type ChannelEvents } from "./channel.ts";
import { type LineCall, lineCall } from "./line-call.ts";
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
  #rings = false;

  constructor(trunk: Trunk, account: Account, invite: ServerTransaction, events: ChannelEvents) {
    super(trunk, account, invite.flow, "ring", events);
    this.#invite = invite;
  }

  override get lineCall(): LineCall | undefined {
    const waits = this.#rings ? "early" : "trying";
    const remote = parseUri(this.#invite.request.uri)?.user ?? "";
    const state = this.state === "up" ? "confirmed" : waits;
    return this.dialog && lineCall(this.dialog, { direction: "initiator", state, remote });
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
    this.#rings = true;
    this.events.changed(this);
    this.#invite.respond({
      status: 180,
      tag: this.#tag,
      headers: [contactOf(this.trunk, this.flow), ALLOW, ...(callee ? [asserted(this.trunk, callee)] : [])],
    });
  }

  override connect(peer: Channel): Promise<boolean> {
    if (this.state === "up") return this.reinvite(peer, this.#acknowledgement);
    const { ear } = peer;
    if (this.state !== "ring" || !ear) return Promise.resolve(false);
    this.#accept(ear, peer.account);
    return Promise.resolve(true);
  }

  override async answer(who?: Identity): Promise<boolean> {
    if (this.state !== "ring" || !this.media) return super.answer();
    const { mediaPorts } = this.trunk;
    const port = await mediaPorts.open(() => ({ own: this.media, other: this.peer?.ear }));
    if (!port) return false;
    if (this.state !== "ring") {
      mediaPorts.close(port);
      return false;
    }
    this.port = port;
    this.whenOver(() => mediaPorts.close(port));
    this.#accept({ ...port.address, direction: "sendrecv" }, who);
    return true;
  }

  override heard(wait: Millis): Promise<void> {
    const { port } = this;
    if (!port || this.state !== "up") return super.heard(wait);
    const { clock } = this.trunk;
    return new Promise((resolve) => {
      const enough = clock.at(clock.now() + wait, resolve);
      this.whenOver(resolve);
      void port.heard.then(() => {
        enough();
        resolve();
      });
    });
  }

  /**
   * By UPDATE where the phone allows it and its audio stays where it is, otherwise by re-INVITE, as Asterisk does with a
   * connected line.
   */
  override introduce(peer: Channel): void {
    const allowed = (this.#invite.request.headers.get("Allow") ?? "").split(/\s*,\s*/);
    if (!this.port || !allowed.includes("UPDATE")) {
      super.introduce(peer);
      return;
    }
    void this.#acknowledgement.then(() => {
      const headers = [contactOf(this.trunk, this.flow), SUPPORTED, asserted(this.trunk, peer.account)];
      if (this.state === "up") void this.ask("UPDATE", headers);
    });
  }

  #accept(media: Media, who: Identity | undefined): void {
    const direction = answerTo(this.media?.direction ?? "sendrecv", media.direction);
    this.#invite.respond({
      status: 200,
      tag: this.#tag,
      headers: this.answerHeaders(who),
      body: this.describe({ ...media, direction }, "answer"),
    });
    this.become("up");
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
