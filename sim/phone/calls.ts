import type { Millis } from "../../firmware/domain/millis.ts";
import { tagOf } from "../sip/address.ts";
import { parseReplaces } from "../sip/replaces.ts";
import type { ServerTransaction } from "../sip/server-transaction.ts";
import { asksForAnswer } from "./auto-answer.ts";
import { ALLOW, PhoneCall, REPLACES } from "./call.ts";
import { readReferTo, tellOfReferral } from "./referral.ts";
import type { RtpPort } from "./rtp.ts";
import type { UserAgent } from "./user-agent.ts";

/** A person answers; it answers everything by itself; it answers by itself where an intercom header asks for it. */
export type PhoneHabit = "manual" | "answers" | "answers-on-header";

/** How a phone treats the calls that it gets. */
export interface PhoneManners {
  /** manual where absent. */
  readonly habit?: PhoneHabit;
  /** How long it rings before it answers by itself. */
  readonly answerDelay?: Millis;
  /** Rings for a second call instead of rejecting it as busy. */
  readonly callWaiting?: boolean;
  /** Refuses every call with that status, or those that ask it to answer by itself. */
  readonly refuses?: { readonly status: number; readonly calls: "all" | "intercom" };
  /** Knows Replaces in an INVITE (RFC 3891), and says so; without, who requires that gets 420. */
  readonly replaces?: boolean;
  /** What it does about a REFER in a call: 501 where absent; calls whom it names, with the Replaces in it or without. */
  readonly refer?: "obeys" | "drops-replaces";
}

/** The calls of one phone from its start to its stop. */
export class PhoneCalls {
  readonly #agent: UserAgent;
  readonly #rtp: RtpPort;
  readonly #manners: PhoneManners;
  readonly #changed: (call: PhoneCall) => void;
  #current: PhoneCall | undefined;
  #waiting: PhoneCall | undefined;
  /** On hold beside the present one, the last first. */
  readonly #held: PhoneCall[] = [];
  /** Those that a REFER has it place, until they are answered, and those that such a call or a Replaces took the place of. */
  readonly #aside = new Set<PhoneCall>();

  /** `changed` is told whenever a call, or which is the present one, may have changed. */
  constructor(agent: UserAgent, rtp: RtpPort, manners: PhoneManners, changed: (call: PhoneCall) => void) {
    this.#agent = agent;
    this.#rtp = rtp;
    this.#manners = manners;
    this.#changed = changed;
  }

  /** The one that it talks in, places or rings for. */
  get current(): PhoneCall | undefined {
    return this.#current;
  }

  get all(): readonly PhoneCall[] {
    return [this.#current, this.#waiting, ...this.#held, ...this.#aside].filter((call) => call !== undefined);
  }

  place(number: string): Promise<void> {
    const call = this.#open("calling");
    this.#current = call;
    this.#changed(call);
    return call.place(this.#agent.uri(number), this.#abilities);
  }

  /** Rings beside the present one. */
  get waiting(): PhoneCall | undefined {
    return this.#waiting;
  }

  /** What rings: a second call puts the first on hold. */
  async answer(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting && this.#current?.state === "talking") {
      await this.#putAside();
      this.#bringForward(waiting);
    }
    this.#current?.answer();
  }

  /** Rejects what rings, and leaves the talk beside it alone. */
  async decline(): Promise<void> {
    const ringing = this.#waiting ?? this.#current;
    if (ringing?.state === "ringing") await ringing.hangUp();
  }

  /** Takes back from hold: the present call, or else the one beside it, with which it changes places. */
  async resume(): Promise<void> {
    const call = this.#current;
    const other = this.#held[0];
    if (call && !call.onHold && call.state === "talking" && other) {
      await this.#putAside();
      this.#bringForward(other);
    }
    await this.#current?.hold(false);
  }

  /** Puts the present call on hold and places another. */
  async consult(number: string): Promise<void> {
    await this.#putAside();
    await this.place(number);
  }

  /** The other side of the present call goes on to that number; resolves with what the PBX says of it, below 300 where it went. */
  async transfer(number: string): Promise<number> {
    const call = this.#current;
    return call?.state === "talking" ? this.#hand(call, this.#agent.uri(number)) : 481;
  }

  /** The same of the call on hold, to whom the present one is with, be it answered there or not. */
  async join(): Promise<number> {
    const call = this.#current;
    const other = this.#held[0];
    const replaces = call?.replaces;
    if (!call || !other || call.state === "ringing" || replaces === undefined) return 481;
    return this.#hand(other, `${this.#agent.uri(call.party.number)}?Replaces=${encodeURIComponent(replaces)}`);
  }

  async #hand(call: PhoneCall, target: string): Promise<number> {
    const status = await call.refer(target);
    if (status < 300) await call.hangUp();
    return status;
  }

  async #putAside(): Promise<void> {
    const call = this.#current;
    if (call?.state !== "talking") return;
    await call.hold(true);
    // It may have ended meanwhile.
    if (call.state !== "talking" || this.#current !== call) return;
    this.#held.unshift(call);
    this.#current = undefined;
  }

  /** Makes it the present call, where there is none; if it has ended meanwhile, the one that was put on hold for it. */
  #bringForward(wanted: PhoneCall): void {
    const call = wanted.state === "over" ? this.#held[0] : wanted;
    if (this.#current || !call) return;
    this.#leave(call);
    this.#current = call;
  }

  #leave(call: PhoneCall): void {
    this.#aside.delete(call);
    if (this.#held.includes(call)) this.#held.splice(this.#held.indexOf(call), 1);
    if (this.#waiting === call) this.#waiting = undefined;
  }

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const owner = this.all.find((call) => call.owns(request));
    if (owner) owner.handle(transaction);
    else if (tagOf(request.headers.get("To")) !== undefined) transaction.respond({ status: 481 });
    else if (request.method === "INVITE") this.#invited(transaction);
    else if (request.method === "OPTIONS" || request.method === "NOTIFY") {
      transaction.respond({ status: 200, headers: [this.#agent.contact, ALLOW] });
    } else transaction.respond({ status: 405, headers: [ALLOW] });
  }

  #invited(invite: ServerTransaction): void {
    const { headers } = invite.request;
    const { replaces: knowsReplaces = false, refuses, callWaiting } = this.#manners;
    const unknown = headers.all("Require").filter((tag) => !knowsReplaces || tag !== "replaces");
    const replaces = headers.get("Replaces");
    const asked = asksForAnswer(headers);
    if (unknown.length > 0) invite.respond({ status: 420, headers: [["Unsupported", unknown.join(", ")]] });
    else if (knowsReplaces && replaces !== undefined) this.#replace(invite, replaces);
    else if (refuses && (refuses.calls === "all" || asked)) invite.respond({ status: refuses.status });
    else if (this.#waiting || (this.#current && !callWaiting)) invite.respond({ status: 486 });
    else this.#ring(invite, asked);
  }

  #ring(invite: ServerTransaction, asked: boolean): void {
    const call = this.#open("ringing");
    call.receive(invite, this.#abilities);
    call.ring();
    if (this.#current) {
      this.#waiting = call;
      this.#changed(call);
      return;
    }
    this.#current = call;
    this.#changed(call);
    const { habit = "manual", answerDelay = 0 } = this.#manners;
    if (habit === "answers" || (habit === "answers-on-header" && asked)) call.answerAfter(answerDelay);
  }

  /** Of a call that is answered, or of one that it placed itself (RFC 3891 §3). */
  #replace(invite: ServerTransaction, header: string): void {
    const named = parseReplaces(header);
    const old = named && this.all.find((call) => call.isNamedBy(named));
    if (!old || old.state === "ringing") invite.respond({ status: 481 });
    else if (named.earlyOnly && old.state === "talking") invite.respond({ status: 486 });
    else {
      const call = this.#open("ringing");
      call.receive(invite, this.#abilities);
      this.#putInPlaceOf(old, call);
      call.answer();
      void old.hangUp();
    }
  }

  /** False where it does not know REFER. */
  #referred(call: PhoneCall, refer: ServerTransaction): boolean {
    const { refer: manner } = this.#manners;
    if (!manner) return false;
    const target = readReferTo(refer);
    if (!target) {
      refer.respond({ status: 400 });
      return true;
    }
    refer.respond({ status: 202, headers: [this.#agent.contact, ALLOW] });
    tellOfReferral(call, 100);
    const { uri, replaces } = target;
    let told = false;
    const tell = (status: number): void => {
      if (told) return;
      told = status >= 200;
      if (call.state !== "over") tellOfReferral(call, status);
    };
    const follow = ({ state, refusedWith = 487 }: PhoneCall): void => {
      if (state === "talking" && !told) this.#putInPlaceOf(call, next);
      tell(state === "talking" ? 200 : refusedWith);
    };
    const next = this.#open("calling", follow, tell);
    this.#aside.add(next);
    const named = manner === "obeys" && replaces !== undefined;
    const headers = named
      ? ([
          ["Require", "replaces"],
          ["Replaces", replaces],
        ] as const)
      : [];
    // Who sent the REFER is told why it failed.
    next.place(uri, [...headers, ...this.#abilities]).catch(() => undefined);
    return true;
  }

  #putInPlaceOf(old: PhoneCall, call: PhoneCall): void {
    this.#aside.delete(call);
    if (old.state !== "over") this.#aside.add(old);
    if (this.#waiting === old) this.#waiting = call;
    else this.#current = call;
  }

  /** `follow` is told of its states before anybody else, `heard` of what comes before an answer. */
  #open(
    state: "calling" | "ringing",
    follow: (call: PhoneCall) => void = () => undefined,
    heard: (status: number) => void = () => undefined,
  ): PhoneCall {
    return new PhoneCall(this.#agent, this.#rtp, state, {
      changed: (call) => {
        follow(call);
        if (call.state === "over") this.#remove(call);
        this.#changed(call);
      },
      progress: (_, status) => heard(status),
      referred: (call, refer) => this.#referred(call, refer),
    });
  }

  #remove(call: PhoneCall): void {
    this.#leave(call);
    if (this.#current !== call) return;
    // What a REFER has it call is all that is left to it, once who sent the REFER has hung up.
    const left = this.#waiting ?? this.#held[0] ?? [...this.#aside].find(({ state }) => state === "calling");
    this.#current = undefined;
    if (left) this.#bringForward(left);
  }

  get #abilities(): readonly (readonly [string, string])[] {
    return this.#manners.replaces ? [REPLACES] : [];
  }
}
