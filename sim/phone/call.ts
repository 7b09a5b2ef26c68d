import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel } from "../../firmware/hal/clock.ts";
import { userOf } from "../sip/address.ts";
import type { ClientTransaction } from "../sip/client-transaction.ts";
import { Dialog } from "../sip/dialog.ts";
import { newTag } from "../sip/ids.ts";
import { cseq, type Request, type Response } from "../sip/message.ts";
import type { Replaces } from "../sip/replaces.ts";
import { answerTo, type Direction, type Media, readMedia, receives, SDP } from "../sip/sdp.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import { CallDialog } from "./call-dialog.ts";
import type { CallState, PhoneCallEvents } from "./call-events.ts";
import { type Party, partyIn } from "./party.ts";
import type { RtpPort } from "./rtp.ts";
import { Transfer } from "./transfer.ts";
import type { UserAgent } from "./user-agent.ts";
import { Voice } from "./voice.ts";

type Header = readonly [string, string];

export const ALLOW: Header = ["Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, INFO"];

export const REPLACES: Header = ["Supported", "replaces"];

/** One call of a phone, out or in. */
export class PhoneCall {
  /** Values of Reason on the CANCEL that ended its ringing. */
  cancelledFor: readonly string[] | undefined;
  /** Final answer of 300 and above to a call that we placed. */
  refusedWith: number | undefined;
  readonly #agent: UserAgent;
  readonly #voice: Voice;
  readonly #events: PhoneCallEvents<PhoneCall>;
  readonly #tag = newTag();
  readonly #dialog: CallDialog;
  #state: CallState;
  #headers: readonly Header[] = [];
  #onHold = false;
  #party: Party = { number: "", name: "" };
  #transfer: Transfer | undefined;
  #answerTimer: Cancel = () => undefined;
  #theirs: Media | undefined;
  #outgoing: ClientTransaction | undefined;
  #incoming: ServerTransaction | undefined;

  constructor(agent: UserAgent, rtp: RtpPort, state: "calling" | "ringing", events: PhoneCallEvents<PhoneCall>) {
    this.#agent = agent;
    this.#voice = new Voice(rtp);
    this.#dialog = new CallDialog(agent);
    this.#state = state;
    this.#events = events;
  }

  get state(): CallState {
    return this.#state;
  }

  /** We have put the other side on hold. */
  get onHold(): boolean {
    return this.#onHold;
  }

  get party(): Party {
    return this.#party;
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
    this.#party = { number: userOf(uri), name: "" };
    return new Promise((resolve, reject) => {
      this.#agent.ask(invite, {
        sent: (transaction) => {
          this.#outgoing = transaction;
        },
        wanted: () => this.#state === "calling",
        provisional: (response) => {
          if (response.status > 100) {
            this.#meet(response, "P-Asserted-Identity");
            this.#dialog.early(Dialog.answered(invite, response));
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
    this.#meet(invite.request, "From");
    this.#theirs = readMedia(invite.request.body);
    this.#dialog.open(Dialog.answering(invite.request, this.#tag));
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
    else if (was === "talking") await this.#dialog.bye();
  }

  /** Puts the other side on hold, or takes it back. Resolves when that is agreed. */
  async hold(on: boolean): Promise<void> {
    if (this.#state !== "talking") return;
    this.#onHold = on;
    if (!on) this.#voice.resume();
    const body = this.#voice.describe(on ? "sendonly" : "sendrecv", "offer");
    const response = await this.#dialog.ask("INVITE", [this.#agent.contact, ALLOW, ["Content-Type", SDP]], body);
    if (response && response.status < 300) this.#hear(response.body);
    this.#events.changed(this);
  }

  /**
   * Has the PBX send the other side elsewhere (RFC 3515). Resolves with what it says of that, 180 where it rings there, or
   * the refusal; 200 where it ends the call for that, 408 where no word comes.
   */
  async refer(target: string): Promise<number> {
    const transfer = new Transfer(this.#agent.clock);
    this.#transfer = transfer;
    const status = await this.send("REFER", [["Refer-To", `<${target}>`]]);
    if (status >= 300) transfer.end(status);
    return transfer.outcome;
  }

  /** Names it to the PBX (RFC 3891 §6.1), be it answered or not. */
  get replaces(): string | undefined {
    return this.#dialog.replaces;
  }

  /** Whether it is the call that a Replaces names, be it one that we placed and that nobody has answered yet. */
  isNamedBy(replaces: Replaces): boolean {
    return this.#dialog.isNamedBy(replaces);
  }

  /** A request in its dialog. Resolves with the status of the answer. */
  async send(method: string, headers: readonly Header[], body = ""): Promise<number> {
    return (await this.#dialog.ask(method, [this.#agent.contact, ...headers], body))?.status ?? 481;
  }

  /** Whether that request was sent in this call's dialog. */
  owns(request: Request): boolean {
    return this.#dialog.owns(request);
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
      case "NOTIFY":
        transaction.respond({ status: 200, headers: [this.#agent.contact, ALLOW] });
        this.#transfer?.notified(request);
        return;
      case "UPDATE":
        this.#meet(request, "P-Asserted-Identity");
        transaction.respond({ status: 200, headers: [this.#agent.contact, ALLOW] });
        this.#events.changed(this);
        return;
      case "INFO":
      case "OPTIONS":
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
    const dialog = Dialog.answered(sent, response);
    this.#dialog.open(dialog);
    const { transactions } = this.#agent;
    if (this.#outgoing) {
      transactions.acknowledge(this.#outgoing, dialog.ack(cseq(sent).number), this.#agent.flow(dialog));
    }
    if (this.#state === "over") {
      // It crossed our CANCEL.
      void this.#dialog.bye();
      return;
    }
    this.#theirs = readMedia(response.body);
    this.#meet(response, "P-Asserted-Identity");
    this.#talk();
  }

  #reinvited(transaction: ServerTransaction): void {
    const { request } = transaction;
    this.#dialog.refresh(request);
    this.#meet(request, "P-Asserted-Identity");
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

  #meet(message: Request | Response, header: "From" | "P-Asserted-Identity"): void {
    this.#party = partyIn(message, header) ?? this.#party;
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
    if (state === "over") this.#transfer?.end(200);
    this.#events.changed(this);
  }
}
