import type { Millis } from "../../firmware/domain/millis.ts";
import { contactOf as contactIn, type Dialog } from "../sip/dialog.ts";
import { cseq, type Request, type Response } from "../sip/message.ts";
import type { Replaces } from "../sip/replaces.ts";
import { answerTo, type Media, onHold, readMedia, SDP, writeMedia } from "../sip/sdp.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { Flow } from "../sip/wire.ts";
import type { Account, Identity } from "./account.ts";
import { type Cause, FORGOTTEN, NORMAL, reasonHeaders } from "./cause.ts";
import type { ChannelState } from "./channel-state.ts";
import type { LineCall } from "./line-call.ts";
import type { MediaPort } from "./media-port.ts";
import {
  ALLOW,
  asserted,
  contactOf,
  type Header,
  offerHeaders,
  rewriteContact,
  SUPPORTED,
  type Trunk,
} from "./trunk.ts";

/** How long Asterisk leaves a leg open that was transferred away, before it sends BYE itself. */
const PATIENCE: Millis = 60_000;

/** What the switchboard hears of its channels. */
export interface ChannelEvents {
  /** State, hold or peer. */
  changed(channel: Channel): void;
  /** REFER in an answered call. */
  referred(channel: Channel, refer: ServerTransaction): void;
  /** NOTIFY there: of a REFER that was passed on to that phone. */
  notified(channel: Channel, notify: ServerTransaction): void;
}

/**
 * One leg of a call, between the PBX and a phone. Its audio goes from phone to phone, and through here only where the PBX
 * answered before it knew by whom.
 */
export abstract class Channel {
  readonly account: Account;
  readonly trunk: Trunk;
  readonly flow: Flow;
  /** Where the phone wants its audio. */
  media: Media | undefined;
  /** The channel that it talks to, or is about to. */
  peer: Channel | undefined;
  /** Its peer has it on hold. */
  held = false;
  /** It has handed its peer on and has only to say BYE. */
  left = false;
  /** What the phone last offered takes no part in a talk. An answer may be so only because the offer was. */
  protected holds = false;
  /** What the phone talks to in place of its peer. */
  protected port: MediaPort | undefined;
  protected readonly events: ChannelEvents;
  protected dialog: Dialog | undefined;
  readonly #session = Math.floor(Math.random() * 2 ** 31);
  #version = 0;
  #state: ChannelState;
  #whenOver: (() => void)[] = [];
  #agreement: Promise<unknown> = Promise.resolve();
  #offering = false;

  constructor(trunk: Trunk, account: Account, flow: Flow, state: ChannelState, events: ChannelEvents) {
    this.trunk = trunk;
    this.account = account;
    this.flow = flow;
    this.#state = state;
    this.events = events;
  }

  get state(): ChannelState {
    return this.#state;
  }

  /** Who calls, where it is we who call the phone. */
  get caller(): Identity | undefined {
    return undefined;
  }

  /** As its line tells of it; undefined before it has come that far. */
  abstract get lineCall(): LineCall | undefined;

  /** Where its peer is to send audio. What it has answered to an offer without any says nothing of its wishes. */
  get ear(): Media | undefined {
    return this.media && this.#through(this.holds ? this.media : { ...this.media, direction: "sendrecv" });
  }

  whenOver(run: () => void): void {
    this.#whenOver.push(run);
  }

  /** Talks to `other` from now on, and each ends with the other. */
  pair(other: Channel): void {
    this.peer = other;
    other.peer = this;
    this.#hold(other.holds);
    other.#hold(this.holds);
  }

  /** Lets go of its peer, which goes on without it; waits for BYE, but not for ever. */
  leave(): void {
    if (this.peer) this.peer.peer = undefined;
    this.peer = undefined;
    this.left = true;
    const { clock } = this.trunk;
    this.whenOver(clock.at(clock.now() + PATIENCE, () => this.release(FORGOTTEN)));
    this.events.changed(this);
  }

  /** Gives the phone that peer's audio and its own to `media`. False where it did not come to that. */
  abstract connect(peer: Channel): Promise<boolean>;

  /** Answers a phone that waits, before there is anybody; says who that will be. False where it does not wait any more. */
  answer(_who?: Identity): Promise<boolean> {
    return Promise.resolve(this.#state === "up");
  }

  /** Resolves when audio comes from a phone that was just answered, or after `wait`, or at its end. */
  heard(_wait: Millis): Promise<void> {
    return Promise.resolve();
  }

  /** Tells a phone that waits that another rings; `callee` where it is one. */
  ringing(_callee: Identity | undefined): void {}

  /** Tells a phone that has been answered whom it has got. */
  introduce(peer: Channel): void {
    void this.connect(peer);
  }

  /** Ends the leg in whatever way its state needs. */
  abstract release(cause: Cause): void;

  /** Whether that request was sent in this leg's dialog. */
  owns(request: Request): boolean {
    return this.#state !== "over" && (this.dialog?.owns(request) ?? false);
  }

  /** Whether that is this leg's dialog, as the phone names it. */
  isNamedBy(replaces: Replaces): boolean {
    return this.#state !== "over" && (this.dialog?.isNamedBy(replaces) ?? false);
  }

  /** A request in the dialog. */
  handle(transaction: ServerTransaction): void {
    const { request, flow } = transaction;
    switch (request.method) {
      case "BYE":
        transaction.respond({ status: 200 });
        this.finish();
        return;
      case "INVITE":
        this.#reinvited(transaction);
        return;
      case "REFER":
        this.events.referred(this, transaction);
        return;
      case "NOTIFY":
        this.events.notified(this, transaction);
        return;
      case "INFO":
      case "OPTIONS":
      case "UPDATE":
        transaction.respond({ status: 200, headers: [contactOf(this.trunk, flow), ALLOW] });
        return;
      default:
        transaction.respond({ status: 501 });
    }
  }

  /** Sends a request in the dialog and waits for its answer. */
  ask(method: string, headers: readonly Header[], body = ""): Promise<Response> {
    return new Promise((resolve) => {
      const dialog = this.dialog;
      if (!dialog) return;
      const outgoing = dialog.request(method, headers, body);
      const transaction = this.trunk.transactions.send(outgoing, this.flow, {
        final: (response) => {
          if (method === "INVITE" && response.status < 300) {
            this.trunk.transactions.acknowledge(transaction, dialog.ack(cseq(outgoing).number));
          }
          resolve(response);
        },
      });
    });
  }

  protected become(state: ChannelState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.events.changed(this);
  }

  /** Over, and nothing more to say to the phone. */
  protected finish(): void {
    if (this.#state === "over") return;
    const peer = this.peer;
    this.peer = undefined;
    this.become("over");
    for (const run of this.#whenOver.splice(0)) run();
    if (peer && peer.peer === this) {
      peer.peer = undefined;
      peer.release(NORMAL);
    }
  }

  protected bye(cause: Cause): void {
    void this.ask("BYE", [...reasonHeaders(cause), ["Supported", "path"]]);
    this.finish();
  }

  /** The remote target, where the phone's messages really come from. */
  protected track(message: Request | Response): void {
    const contact = contactIn(message);
    if (this.dialog && contact !== undefined) this.dialog.target = rewriteContact(contact, this.flow);
  }

  /** Tells the phone where its audio goes: there, or to what stands between. */
  protected describe(media: Media, kind: "offer" | "answer"): string {
    this.#version++;
    const { host } = this.trunk;
    return writeMedia(
      this.#through(media),
      { host, session: this.#session, version: this.#version, name: "blfd" },
      kind,
    );
  }

  /** Waits its turn: a phone takes one offer at a time (RFC 3261 §14.1). `first` is what has to have happened before. */
  protected reinvite(peer: Channel, first: Promise<unknown>): Promise<boolean> {
    const agreed = this.#agreement.then(() => first).then(() => this.#offer(peer));
    this.#agreement = agreed;
    return agreed;
  }

  async #offer(peer: Channel): Promise<boolean> {
    const { ear } = peer;
    if (this.#state !== "up" || !ear) return false;
    this.#offering = true;
    const response = await this.ask(
      "INVITE",
      [contactOf(this.trunk, this.flow), ...offerHeaders(this.trunk, peer.account)],
      this.describe(ear, "offer"),
    );
    this.#offering = false;
    if (response.status >= 300) return false;
    this.media = readMedia(response.body) ?? this.media;
    return true;
  }

  #reinvited(transaction: ServerTransaction): void {
    const offered = readMedia(transaction.request.body);
    if (this.#offering) {
      transaction.respond({ status: 491 });
      return;
    }
    if (!offered) {
      transaction.respond({ status: 488 });
      return;
    }
    this.track(transaction.request);
    const moved = offered.host !== this.media?.host || offered.port !== this.media.port;
    this.media = offered;
    this.holds = onHold(offered);
    const { peer } = this;
    const others = peer?.ear ?? { ...offered, direction: "inactive" };
    transaction.respond({
      status: 200,
      headers: this.answerHeaders(peer?.account),
      body: this.describe({ ...others, direction: answerTo(offered.direction, "sendrecv") }, "answer"),
    });
    if (!peer) return;
    peer.#hold(this.holds);
    if (moved) void peer.connect(this);
  }

  #through(media: Media): Media {
    return this.port ? { ...media, ...this.port.address } : media;
  }

  /** The one who holds says so in its description; the one who is held hears music, and its line shows it. */
  #hold(on: boolean): void {
    if (on === this.held) return;
    this.held = on;
    this.events.changed(this);
  }

  protected answerHeaders(who: Identity | undefined): readonly Header[] {
    return [
      contactOf(this.trunk, this.flow),
      ALLOW,
      SUPPORTED,
      ...(who ? [asserted(this.trunk, who)] : []),
      ["Content-Type", SDP],
    ];
  }
}
