import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel } from "../../firmware/hal/clock.ts";
import type { ClientTransaction } from "../sip/client-transaction.ts";
import { Dialog } from "../sip/dialog.ts";
import { newTag } from "../sip/ids.ts";
import { cseq, type Request, type Response } from "../sip/message.ts";
import type { Replaces } from "../sip/replaces.ts";
import { answerTo, type Direction, type Media, readMedia, receives, SDP } from "../sip/sdp.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import type { RtpPort } from "./rtp.ts";
import type { UserAgent } from "./user-agent.ts";
import { Voice } from "./voice.ts";

export type CallState = "calling" | "ringing" | "talking" | "over";

/** How long a person who hung up waits for the PBX to say so. */
const FAREWELL: Millis = 1000;

type Header = readonly [string, string];

export const ALLOW: Header = ["Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, INFO"];

export const REPLACES: Header = ["Supported", "replaces"];

/** What a phone hears of its calls. */
export interface PhoneCallEvents {
  /** Of each new state. */
  changed(call: PhoneCall): void;
  /** 18x to a call that we place. */
  progress(call: PhoneCall, status: number): void;
  /** REFER in it; false where the phone does not know that. */
  referred(call: PhoneCall, refer: ServerTransaction): boolean;
}

/** One call of a phone, out or in. */
export class PhoneCall {
  /** Values of Reason on the CANCEL that ended its ringing. */
  cancelledFor: readonly string[] | undefined;
  /** Final answer of 300 and above to a call that we placed. */
  refusedWith: number | undefined;
  readonly #agent: UserAgent;
  readonly #voice: Voice;
  readonly #events: PhoneCallEvents;
  readonly #tag = newTag();
  /** Those that 18x to our INVITE made; several where it was forked. */
  readonly #early: Dialog[] = [];
  #state: CallState;
  #headers: readonly Header[] = [];
  #onHold = false;
  #answerTimer: Cancel = () => undefined;
  #theirs: Media | undefined;
  #dialog: Dialog | undefined;
  #outgoing: ClientTransaction | undefined;
  #incoming: ServerTransaction | undefined;

  constructor(agent: UserAgent, rtp: RtpPort, state: "calling" | "ringing", events: PhoneCallEvents) {
    this.#agent = agent;
    this.#voice = new Voice(rtp);
    this.#state = state;
    this.#events = events;
  }

  get state(): CallState {
    return this.#state;
  }

  /** Resolves when the PBX works on it, or has refused it; rejects when it does not answer or does not let us in. */
  place(uri: string, headers: readonly Header[]): Promise<void> {
    const invite = this.#agent.compose(
      "INVITE",
      uri,
      uri,
      [ALLOW, ...headers, ["Content-Type", SDP]],
      this.#voice.describe("sendrecv", "offer"),
    );
    return new Promise((resolve, reject) => {
      this.#agent.ask(invite, {
        sent: (transaction) => {
          this.#outgoing = transaction;
        },
        wanted: () => this.#state === "calling",
        provisional: (response) => {
          if (response.status > 100) {
            this.#early.push(Dialog.answered(invite, response));
            this.#events.progress(this, response.status);
          }
          resolve();
        },
        final: (response, sent) => {
          this.#answered(response, sent);
          if ([401, 407, 408, 503].includes(response.status)) {
            reject(new Error(`the call to ${uri} cannot be placed: ${response.status} ${response.phrase}`));
          } else resolve();
        },
      });
    });
  }

  /** A call that comes in; `headers` go with each answer to it. */
  receive(invite: ServerTransaction, headers: readonly Header[]): void {
    this.#headers = [this.#agent.contact, ALLOW, ...headers];
    this.#incoming = invite;
    this.#theirs = readMedia(invite.request.body);
    this.#dialog = Dialog.answering(invite.request, this.#tag);
    invite.onInvite({
      cancelled: (cancel) => {
        this.cancelledFor = cancel.headers.all("Reason");
        invite.respond({ status: 487, tag: this.#tag });
        this.#become("over");
      },
      acknowledged: (ack) => this.#hear(ack.body),
      unacknowledged: () => void this.hangUp(),
    });
  }

  ring(): void {
    this.#incoming?.respond({ status: 180, tag: this.#tag, headers: this.#headers });
  }

  /** By itself, after ringing for `delay`. */
  answerAfter(delay: Millis): void {
    const { clock } = this.#agent;
    if (delay <= 0) this.answer();
    else this.#answerTimer = clock.at(clock.now() + delay, () => this.answer());
  }

  answer(): void {
    if (this.#state !== "ringing" || !this.#incoming) return;
    const direction = this.#theirs ? answerTo(this.#theirs.direction, "sendrecv") : "sendrecv";
    this.#incoming.respond({
      status: 200,
      tag: this.#tag,
      headers: [...this.#headers, ["Content-Type", SDP]],
      body: this.#voice.describe(direction, "answer"),
    });
    this.#talk();
  }

  /** Cancels, rejects or ends it, as its state needs. Resolves when the other side knows, or a second later. */
  async hangUp(): Promise<void> {
    const was = this.#state;
    if (was === "over") return;
    this.#become("over");
    if (was === "ringing") this.#incoming?.respond({ status: 486, tag: this.#tag });
    else if (was === "calling" && this.#outgoing) this.#agent.transactions.cancel(this.#outgoing);
    else if (was === "talking") await this.#bye();
  }

  /** Puts the other side on hold, or takes it back. Resolves when that is agreed. */
  async hold(on: boolean): Promise<void> {
    if (this.#state !== "talking" || !this.#dialog) return;
    this.#onHold = on;
    const body = this.#voice.describe(on ? "sendonly" : "sendrecv", "offer");
    const invite = this.#dialog.request("INVITE", [this.#agent.contact, ALLOW, ["Content-Type", SDP]], body);
    const response = await this.#ask(invite);
    if (response.status < 300) this.#hear(response.body);
  }

  /** Whether it is the call that a Replaces names, be it one that we placed and that nobody has answered yet. */
  isNamedBy(replaces: Replaces): boolean {
    return [...this.#early, ...(this.#dialog ? [this.#dialog] : [])].some((dialog) => dialog.isNamedBy(replaces));
  }

  /** A request in its dialog. Resolves with the status of the answer. */
  async send(method: string, headers: readonly Header[], body = ""): Promise<number> {
    const request = this.#dialog?.request(method, [this.#agent.contact, ...headers], body);
    return request ? (await this.#ask(request)).status : 481;
  }

  /** Whether that request was sent in this call's dialog. */
  owns(request: Request): boolean {
    return this.#dialog?.owns(request) ?? false;
  }

  /** A request in the dialog. */
  handle(transaction: ServerTransaction): void {
    const { request } = transaction;
    switch (request.method) {
      case "BYE":
        transaction.respond({ status: 200 });
        this.#become("over");
        return;
      case "INVITE":
        this.#reinvited(transaction);
        return;
      case "REFER":
        if (!this.#events.referred(this, transaction)) transaction.respond({ status: 501 });
        return;
      case "INFO":
      case "NOTIFY":
      case "OPTIONS":
      case "UPDATE":
        transaction.respond({ status: 200, headers: [this.#agent.contact, ALLOW] });
        return;
      default:
        transaction.respond({ status: 501 });
    }
  }

  #answered(response: Response, sent: Request): void {
    if (response.status >= 300) {
      this.refusedWith = response.status;
      this.#become("over");
      return;
    }
    this.#dialog = Dialog.answered(sent, response);
    this.#acknowledge(sent);
    if (this.#state === "over") {
      // It crossed our CANCEL.
      void this.#bye();
      return;
    }
    this.#theirs = readMedia(response.body);
    this.#talk();
  }

  #acknowledge(invite: Request): void {
    if (!this.#dialog || !this.#outgoing) return;
    const ack = this.#dialog.ack(cseq(invite).number);
    this.#agent.transactions.acknowledge(this.#outgoing, ack, this.#agent.flow(this.#dialog));
  }

  #reinvited(transaction: ServerTransaction): void {
    const { request } = transaction;
    this.#dialog?.refresh(request);
    const offered = readMedia(request.body);
    if (!offered && request.body !== "") {
      transaction.respond({ status: 488 });
      return;
    }
    if (offered) this.#theirs = offered;
    const own: Direction = this.#onHold ? "sendonly" : "sendrecv";
    transaction.onInvite({ acknowledged: (ack) => this.#hear(ack.body), unacknowledged: () => void this.hangUp() });
    transaction.respond({
      status: 200,
      headers: [this.#agent.contact, ALLOW, ["Content-Type", SDP]],
      body: this.#voice.describe(offered ? answerTo(offered.direction, own) : own, "answer"),
    });
    this.#speak();
  }

  async #bye(): Promise<void> {
    if (!this.#dialog) return;
    const { clock } = this.#agent;
    const bye = this.#dialog.request("BYE");
    await new Promise<void>((resolve) => {
      const giveUp = clock.at(clock.now() + FAREWELL, resolve);
      void this.#ask(bye)
        .then(() => resolve())
        .finally(giveUp);
    });
  }

  #ask(request: Request): Promise<Response> {
    return new Promise((resolve) => {
      const dialog = this.#dialog;
      if (!dialog) return;
      const transaction = this.#agent.transactions.send(request, this.#agent.flow(dialog), {
        final: (response) => {
          if (request.method === "INVITE" && response.status < 300) {
            dialog.refresh(response);
            this.#agent.transactions.acknowledge(
              transaction,
              dialog.ack(cseq(request).number),
              this.#agent.flow(dialog),
            );
          }
          resolve(response);
        },
      });
    });
  }

  #hear(sdp: string): void {
    this.#theirs = readMedia(sdp) ?? this.#theirs;
    this.#speak();
  }

  #talk(): void {
    this.#voice.begin();
    this.#become("talking");
    this.#speak();
  }

  #speak(): void {
    if (this.#state !== "talking") return;
    const theirs = this.#theirs;
    const may = theirs !== undefined && theirs.port !== 0 && receives(theirs.direction) && !this.#onHold;
    this.#voice.speakTo(may ? theirs : undefined);
  }

  #become(state: CallState): void {
    if (this.#state === state) return;
    const talked = this.#state === "talking";
    this.#state = state;
    this.#answerTimer();
    if (talked) this.#voice.end();
    this.#events.changed(this);
  }
}
