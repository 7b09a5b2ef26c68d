import type { Millis } from "../../firmware/domain/millis.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { OpenDatagrams } from "../sip/datagrams.ts";
import { Lifetime } from "../sip/lifetime.ts";
import { Transactions } from "../sip/transactions.ts";
import { type Trace, Wire } from "../sip/wire.ts";
import type { PhoneCall } from "./call.ts";
import { PhoneCalls, type PhoneManners } from "./calls.ts";
import type { Party } from "./party.ts";
import { Registration } from "./registration.ts";
import { RtpPort } from "./rtp.ts";
import { type Server, UserAgent } from "./user-agent.ts";

export type PhoneState = "idle" | "calling" | "ringing" | "talking";

/** One of its calls, and who is at the other end. */
export interface PhoneCallView extends Party {
  readonly state: Exclude<PhoneState, "idle"> | "held";
}

/** Where Asterisk, and most after it, park a call in the next free slot. */
const PARK = "700";

export interface PhoneOptions extends PhoneManners {
  readonly number: string;
  /** The account; its user is the number. */
  readonly password: string;
  readonly server: Server;
  readonly clock: Clock;
  /** Seconds that it registers for. */
  readonly expires?: number;
  /** Address to bind. */
  readonly host?: string;
  readonly trace?: Trace;
  /** Makes its UDP sockets. */
  readonly datagrams?: OpenDatagrams;
}

/** From start to stop. */
interface Life {
  readonly clock: Lifetime;
  readonly calls: PhoneCalls;
  readonly registration: Registration;
}

/**
 * A telephone: registers with any PBX, calls, rings, answers, holds, transfers, parks, hangs up, and sends and counts real
 * RTP. It talks in one call at a time; with call waiting a second one rings beside it.
 */
export class SimPhone {
  readonly number: string;
  readonly #options: PhoneOptions;
  readonly #wire: Wire;
  readonly #rtp: RtpPort;
  readonly #listeners = new Set<(state: PhoneState) => void>();
  #life: Life | undefined;
  #lastCancel: readonly string[] | undefined;
  #lastRefusal: number | undefined;

  constructor(options: PhoneOptions) {
    const { number, clock, host = "127.0.0.1", trace, datagrams } = options;
    this.number = number;
    this.#options = options;
    this.#wire = new Wire({ host, datagrams, ...(trace ? { trace } : {}) });
    this.#rtp = new RtpPort(host, clock, datagrams);
  }

  /** Registered when this resolves; rejects, leaving nothing open, when the PBX does not accept it. */
  async start(): Promise<void> {
    const { registration } = await this.#open();
    try {
      await registration.start();
    } catch (error) {
      await this.unplug();
      throw error;
    }
  }

  /** As one that was there all the time, registered at a PBX that knows it: see SimPbx.know(). Resolves with its address. */
  async wake(): Promise<{ readonly host: string; readonly port: number }> {
    const { registration } = await this.#open();
    registration.resume();
    return { host: this.#wire.host, port: this.#wire.port };
  }

  /** Ends its calls, unregisters, closes its sockets. */
  async stop(): Promise<void> {
    await Promise.all(this.#life?.calls.all.map((call) => call.hangUp()) ?? []);
    await this.#life?.registration.stop();
    await this.unplug();
  }

  /** Closes its sockets, without a word to anybody. */
  async unplug(): Promise<void> {
    this.#life?.clock.end();
    this.#life = undefined;
    await Promise.all([this.#wire.stop(), this.#rtp.stop()]);
  }

  async #open(): Promise<Life> {
    await Promise.all([this.#wire.start(), this.#rtp.start()]);
    const { number, password, server, expires = 120 } = this.#options;
    const clock = new Lifetime(this.#options.clock);
    const transactions = new Transactions({ wire: this.#wire, clock, product: "blfd simulated phone" });
    const agent = new UserAgent({ clock, wire: this.#wire, transactions }, number, server, { user: number, password });
    const registration = new Registration(agent, expires);
    const calls = new PhoneCalls(agent, this.#rtp, this.#options, (call) => this.#changed(call));
    const life = { clock, calls, registration };
    this.#life = life;
    transactions.start((transaction) => calls.receive(transaction));
    return life;
  }

  /** Resolves when the call is placed, not when it is answered. Rejects where it is in one. */
  async call(number: string): Promise<void> {
    if (this.#call || !this.#life)
      throw new Error(`${this.number} cannot call ${number}: it is ${this.#life ? this.state : "off"}`);
    await this.#life.calls.place(number);
  }

  /** Takes what rings; a call that waits puts the present one on hold. */
  async answer(): Promise<void> {
    await this.#life?.calls.answer();
  }

  /** Ends, cancels or rejects the present call. One that waits, or else one on hold, is the present one then. */
  async hangUp(): Promise<void> {
    await this.#call?.hangUp();
  }

  /** Rejects what rings, and leaves a talk beside it alone. */
  async decline(): Promise<void> {
    await this.#life?.calls.decline();
  }

  async hold(): Promise<void> {
    await this.#call?.hold(true);
  }

  /** Takes the present call back from hold, or changes to the one that is on hold beside it. */
  async resume(): Promise<void> {
    await this.#life?.calls.resume();
  }

  /** Puts whom it talks to on hold and calls somebody else, to ask before transfer(). */
  async consult(number: string): Promise<void> {
    if (this.state !== "talking") throw new Error(`${this.number} has nobody to put on hold: it is ${this.state}`);
    await this.#life?.calls.consult(number);
  }

  /**
   * Hands whom it talks to on to that number, without asking anybody there; without a number whom it has on hold to whom it
   * has called or talks to. Resolves when the PBX has done so, and its own calls of it are over. Rejects where it has none,
   * or the PBX refuses or fails: then the call goes on, if there still is one.
   */
  async transfer(number?: string): Promise<void> {
    const { calls } = this.#life ?? {};
    const state = this.state;
    const status = (await (number === undefined ? calls?.join() : calls?.transfer(number))) ?? 481;
    if (status < 300) return;
    throw new Error(`${this.number} (${state}) cannot transfer its call${number ? ` to ${number}` : ""}: ${status}`);
  }

  /** Hands whom it talks to over to the PBX's parking lot, or to that slot where the PBX lets people choose one. */
  park(slot = PARK): Promise<void> {
    return this.transfer(slot);
  }

  /** All that there are: the present one first, then one that rings beside it, then those on hold. */
  get calls(): readonly PhoneCallView[] {
    return (this.#life?.calls.all ?? []).flatMap(({ state, onHold, party }) =>
      state === "over" ? [] : [{ ...party, state: state === "talking" && onHold ? "held" : state }],
    );
  }

  get #call(): PhoneCall | undefined {
    return this.#life?.calls.current;
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

  #changed(call: PhoneCall): void {
    if (call.state === "over") {
      this.#lastCancel = call.cancelledFor ?? this.#lastCancel;
      this.#lastRefusal = call.refusedWith ?? this.#lastRefusal;
    }
    for (const listener of [...this.#listeners]) listener(this.state);
  }
}
