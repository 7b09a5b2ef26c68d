import type { Clock } from "../../../firmware/hal/clock.ts";
import { Registration } from "../../../sim/phone/registration.ts";
import { UserAgent } from "../../../sim/phone/user-agent.ts";
import type { ClientTransaction } from "../../../sim/sip/client-transaction.ts";
import { Dialog } from "../../../sim/sip/dialog.ts";
import { newTag } from "../../../sim/sip/ids.ts";
import { Lifetime } from "../../../sim/sip/lifetime.ts";
import { cseq, type Request } from "../../../sim/sip/message.ts";
import { SDP, writeMedia } from "../../../sim/sip/sdp.ts";
import type { ServerTransaction } from "../../../sim/sip/server-transaction.ts";
import { Transactions } from "../../../sim/sip/transactions.ts";
import { Wire } from "../../../sim/sip/wire.ts";
import { Conditions } from "../../flows/until.ts";

/**
 * What a phone does with an INVITE that has Replaces, while its own call rings: takes it in that call's place (RFC 3891 §3);
 * does not know the extension and says so (RFC 3261 §8.2.2.3); or rings with it as with any other, whatever it requires.
 */
export type ReplacesHabit = "honours" | "lacks" | "rings";

/** With the new call where it was replaced; "second ring": with its own call, and another one rings. */
export type CallerState = "idle" | "calling" | "talking" | "replaced" | "second ring";

export interface EarlyCallerOptions {
  readonly number: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly clock: Clock;
  readonly habit: ReplacesHabit;
}

/** A phone that only calls, and whose calls can be picked up by Replaces, or cannot. No audio. */
export class EarlyCaller {
  /** How each INVITE that came was answered. */
  readonly answers: number[] = [];
  readonly #options: EarlyCallerOptions;
  readonly #wire = new Wire({ host: "127.0.0.1" });
  readonly #clock: Lifetime;
  readonly #transactions: Transactions;
  readonly #agent: UserAgent;
  readonly #registration: Registration;
  readonly #conditions = new Conditions();
  #state: CallerState = "idle";
  #outgoing: ClientTransaction | undefined;
  #dialog: Dialog | undefined;

  constructor(options: EarlyCallerOptions) {
    const { number, server, clock } = options;
    this.#options = options;
    this.#clock = new Lifetime(clock);
    this.#transactions = new Transactions({ wire: this.#wire, clock: this.#clock, product: `test phone ${number}` });
    const parts = { clock: this.#clock, wire: this.#wire, transactions: this.#transactions };
    this.#agent = new UserAgent(parts, number, server, { user: number, password: `pw${number}` });
    this.#registration = new Registration(this.#agent, 120);
  }

  get state(): CallerState {
    return this.#state;
  }

  async start(): Promise<void> {
    await this.#wire.start();
    this.#transactions.start((transaction) => this.#receive(transaction));
    await this.#registration.start();
  }

  async stop(): Promise<void> {
    await this.hangUp();
    await this.#registration.stop();
    this.#clock.end();
    await this.#wire.stop();
  }

  call(number: string): void {
    const uri = this.#agent.uri(number);
    const invite = this.#agent.compose("INVITE", uri, uri, [["Content-Type", SDP]], this.#sdp("offer"));
    this.#become("calling");
    this.#agent.ask(invite, {
      sent: (transaction) => {
        this.#outgoing = transaction;
      },
      provisional: (response) => {
        const { request } = this.#outgoing ?? {};
        if (request && this.#state === "calling") this.#dialog = Dialog.answered(request, response);
      },
      final: (response, sent) => {
        if (response.status < 300) this.#accepted(Dialog.answered(sent, response), sent);
        else if (this.#state === "calling" || this.#state === "second ring") this.#become("idle");
      },
    });
  }

  /** Cancels its call, or ends it. */
  async hangUp(): Promise<void> {
    if (this.#state === "idle") return;
    if (this.#state === "calling" || this.#state === "second ring") {
      if (this.#outgoing) this.#transactions.cancel(this.#outgoing);
    } else if (this.#dialog) {
      this.#transactions.send(this.#dialog.request("BYE"), this.#agent.flow(this.#dialog), {
        final: () => this.#become("idle"),
      });
    }
    await this.until("idle", 10_000);
  }

  until(state: CallerState, within: number): Promise<unknown> {
    return this.#conditions.until(
      `caller ${this.#options.number} ${state}`,
      within,
      () => (this.#state === state ? true : undefined),
      () => this.#state,
    );
  }

  #accepted(dialog: Dialog, sent: Request): void {
    if (!this.#outgoing) return;
    this.#transactions.acknowledge(this.#outgoing, dialog.ack(cseq(sent).number), this.#agent.flow(dialog));
    this.#dialog = dialog;
    this.#become("talking");
  }

  #receive(transaction: ServerTransaction): void {
    const { method } = transaction.request;
    if (method === "INVITE") this.#invited(transaction);
    else if (method === "BYE" && this.#dialog?.owns(transaction.request)) {
      transaction.respond({ status: 200 });
      this.#become("idle");
    } else transaction.respond({ status: method === "OPTIONS" ? 200 : 481 });
  }

  #invited(transaction: ServerTransaction): void {
    const { headers } = transaction.request;
    const replaces = headers.get("Replaces");
    const required = headers.get("Require");
    const { habit } = this.#options;
    if (habit === "lacks" && required !== undefined) {
      this.#answer(transaction, 420, [["Unsupported", required]]);
    } else if (habit === "rings") this.#ring(transaction);
    else if (replaces === undefined || !this.#isMine(replaces)) this.#answer(transaction, 481);
    else if (this.#state !== "calling") this.#answer(transaction, 486);
    else this.#takeOver(transaction);
  }

  /** RFC 3891 §3: a dialog of ours; the tags are those of whoever sends to us. */
  #isMine(replaces: string): boolean {
    const [callId = "", ...parameters] = replaces.split(";").map((part) => part.trim());
    const dialog = this.#dialog;
    if (callId !== dialog?.callId) return false;
    return [`to-tag=${dialog.localTag}`, `from-tag=${dialog.remoteTag}`].every((tag) => parameters.includes(tag));
  }

  #takeOver(transaction: ServerTransaction): void {
    const tag = newTag();
    this.#answer(transaction, 200, [this.#agent.contact, ["Content-Type", SDP]], tag, this.#sdp("answer"));
    this.#dialog = Dialog.answering(transaction.request, tag);
    this.#become("replaced");
    if (this.#outgoing) this.#transactions.cancel(this.#outgoing);
  }

  #ring(transaction: ServerTransaction): void {
    const tag = newTag();
    this.#answer(transaction, 180, [this.#agent.contact], tag);
    this.#become("second ring");
    transaction.onInvite({
      cancelled: () => {
        this.#answer(transaction, 487, [], tag);
        this.#become("calling");
      },
    });
  }

  #answer(
    transaction: ServerTransaction,
    status: number,
    headers: readonly (readonly [string, string])[] = [],
    tag = newTag(),
    body = "",
  ): void {
    this.answers.push(status);
    transaction.respond({ status, tag, headers, body });
  }

  #sdp(kind: "offer" | "answer"): string {
    const origin = { host: "127.0.0.1", session: 1, version: 1, name: "-" };
    return writeMedia({ host: "127.0.0.1", port: 9, direction: "sendrecv" }, origin, kind);
  }

  #become(state: CallerState): void {
    this.#state = state;
    this.#conditions.check();
  }
}
