import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import { tagOf } from "../sip/address.ts";
import { Lifetime } from "../sip/lifetime.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import { Transactions } from "../sip/transactions.ts";
import { type Trace, Wire } from "../sip/wire.ts";
import { asksForAnswer } from "./auto-answer.ts";
import { ALLOW, PhoneCall } from "./call.ts";
import { Registration } from "./registration.ts";
import { RtpPort } from "./rtp.ts";
import { type Server, UserAgent } from "./user-agent.ts";

export type PhoneState = "idle" | "calling" | "ringing" | "talking";

/** A person answers; it answers everything by itself; it answers by itself where an intercom header asks for it. */
export type PhoneHabit = "manual" | "answers" | "answers-on-header";

export interface PhoneOptions {
  readonly number: string;
  /** The account; its user is the number. */
  readonly password: string;
  readonly server: Server;
  readonly clock: Clock;
  readonly habit?: PhoneHabit;
  /** How long it rings before it answers by itself. */
  readonly answerDelay?: Millis;
  /** Rings for a second call instead of rejecting it as busy. */
  readonly callWaiting?: boolean;
  /** Seconds that it registers for. */
  readonly expires?: number;
  /** Address to bind. */
  readonly host?: string;
  readonly trace?: Trace;
}

/** From start to stop. */
interface Life {
  readonly clock: Lifetime;
  readonly agent: UserAgent;
  readonly registration: Registration;
}

/**
 * A telephone: registers with any PBX, calls, rings, answers, holds, hangs up, and sends and counts real RTP.
 * It talks in one call at a time.
 */
export class SimPhone {
  readonly number: string;
  readonly #options: PhoneOptions;
  readonly #wire: Wire;
  readonly #rtp: RtpPort;
  readonly #listeners = new Set<(state: PhoneState) => void>();
  #life: Life | undefined;
  #call: PhoneCall | undefined;
  #waiting: PhoneCall | undefined;
  #lastCancel: readonly string[] | undefined;
  #lastRefusal: number | undefined;

  constructor(options: PhoneOptions) {
    const { number, clock, host = "127.0.0.1", trace } = options;
    this.number = number;
    this.#options = options;
    this.#wire = new Wire({ host, ...(trace ? { trace } : {}) });
    this.#rtp = new RtpPort(host, clock);
  }

  /** Registered when this resolves; rejects, leaving nothing open, when the PBX does not accept it. */
  async start(): Promise<void> {
    await Promise.all([this.#wire.start(), this.#rtp.start()]);
    const { number, password, server, expires = 120 } = this.#options;
    const clock = new Lifetime(this.#options.clock);
    const transactions = new Transactions({ wire: this.#wire, clock, product: "blfd simulated phone" });
    const agent = new UserAgent({ clock, wire: this.#wire, transactions }, number, server, { user: number, password });
    const registration = new Registration(agent, expires);
    const life = { clock, agent, registration };
    this.#life = life;
    transactions.start((transaction) => this.#receive(transaction, life));
    try {
      await registration.start();
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  /** Ends its calls, unregisters, closes its sockets. */
  async stop(): Promise<void> {
    await Promise.all([this.#call?.hangUp(), this.#waiting?.hangUp()]);
    await this.#life?.registration.stop();
    await this.#close();
  }

  /** Resolves when the call is placed, not when it is answered. */
  async call(number: string): Promise<void> {
    if (this.#call || !this.#life)
      throw new Error(`${this.number} cannot call ${number}: it is ${this.#life ? this.state : "off"}`);
    const call = new PhoneCall(this.#life.agent, this.#rtp, "calling", (changed) => this.#changed(changed));
    this.#call = call;
    this.#tell();
    await call.place(number);
  }

  async answer(): Promise<void> {
    this.#call?.answer();
  }

  /** Ends, cancels or rejects the call there is. */
  async hangUp(): Promise<void> {
    await this.#call?.hangUp();
  }

  async hold(): Promise<void> {
    await this.#call?.hold(true);
  }

  async resume(): Promise<void> {
    await this.#call?.hold(false);
  }

  get state(): PhoneState {
    const state = this.#call?.state ?? "over";
    return state === "over" ? "idle" : state;
  }

  onState(listener: (state: PhoneState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Rejects after `within` ms, saying what state it was in instead. */
  until(state: PhoneState, within: Millis): Promise<void> {
    if (this.state === state) return Promise.resolve();
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const stop = this.onState((now) => {
        if (now !== state) return;
        cancel();
        stop();
        resolve();
      });
      const cancel = clock.at(clock.now() + within, () => {
        stop();
        reject(new Error(`${this.number} is ${this.state} after ${within} ms, not ${state}`));
      });
    });
  }

  /** Values of the Reason headers on the last CANCEL that came; undefined where none came. */
  get lastCancel(): readonly string[] | undefined {
    return this.#lastCancel;
  }

  /** Status that the last call which we placed was refused with. */
  get lastRefusal(): number | undefined {
    return this.#lastRefusal;
  }

  /** RTP packets received since the present or last call was answered. */
  get heard(): number {
    return [...this.#rtp.heard.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The same by source address, `127.0.0.1:40000`. */
  get heardFrom(): ReadonlyMap<string, number> {
    return this.#rtp.heard;
  }

  /** Where its own RTP comes from. */
  get mediaAddress(): string {
    return `${this.#rtp.host}:${this.#rtp.port}`;
  }

  async #close(): Promise<void> {
    this.#life?.clock.end();
    this.#life = undefined;
    await Promise.all([this.#wire.stop(), this.#rtp.stop()]);
  }

  #receive(transaction: ServerTransaction, life: Life): void {
    const { request } = transaction;
    const owner = [this.#call, this.#waiting].find((call) => call?.owns(request));
    if (owner) owner.handle(transaction);
    else if (tagOf(request.headers.get("To")) !== undefined) transaction.respond({ status: 481 });
    else if (request.method === "INVITE") this.#ring(transaction, life);
    else if (request.method === "OPTIONS" || request.method === "NOTIFY") {
      transaction.respond({ status: 200, headers: [life.agent.contact, ALLOW] });
    } else transaction.respond({ status: 405, headers: [ALLOW] });
  }

  #ring(invite: ServerTransaction, life: Life): void {
    const required = invite.request.headers.get("Require");
    if (required !== undefined) {
      invite.respond({ status: 420, headers: [["Unsupported", required]] });
      return;
    }
    if (this.#waiting || (this.#call && !this.#options.callWaiting)) {
      invite.respond({ status: 486 });
      return;
    }
    const call = new PhoneCall(life.agent, this.#rtp, "ringing", (changed) => this.#changed(changed));
    if (this.#call) this.#waiting = call;
    else this.#call = call;
    call.receive(invite);
    if (this.#call !== call) return;
    this.#tell();
    const { habit = "manual", answerDelay = 0 } = this.#options;
    const asked = asksForAnswer(invite.request.headers);
    if (habit === "answers" || (habit === "answers-on-header" && asked)) call.answerAfter(answerDelay);
  }

  #changed(call: PhoneCall): void {
    if (call.state === "over") {
      this.#lastCancel = call.cancelledFor ?? this.#lastCancel;
      this.#lastRefusal = call.refusedWith ?? this.#lastRefusal;
      if (this.#waiting === call) this.#waiting = undefined;
      if (this.#call === call) {
        this.#call = this.#waiting;
        this.#waiting = undefined;
      }
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener(this.state);
  }
}
