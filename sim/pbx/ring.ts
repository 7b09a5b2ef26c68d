import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../firmware/hal/clock.ts";
import type { Account } from "./account.ts";
import type { CalledChannel, CallHeaders } from "./called-channel.ts";
import { ABANDONED, BUSY, type Cause, ELSEWHERE, NORMAL, REPLACED, UNANSWERED } from "./cause.ts";
import type { Channel } from "./channel.ts";
import type { Wanted } from "./dialplan.ts";

/** What the one who let it ring hears. */
export interface RingProgress {
  /** The first phone rings. */
  ringing?(): void;
  answered?(by: Channel): void;
  /** Nobody has it, and the caller has been told; or, of a pickup, it is done. */
  ended?(): void;
}

export interface RingOptions {
  /** Who calls, at first. */
  readonly caller: Channel;
  /** What the caller dialled. */
  readonly dialled: string;
  readonly clock: Clock;
  readonly ringTime: Millis;
  /** How long a pickup waits for audio from the one who picks up, before anything else happens. */
  readonly mediaWait: Millis;
  readonly progress: RingProgress;
  /** Told when it no longer rings. */
  readonly over: (ring: Ring) => void;
}

/** One caller and the phones that ring for it, until one is answered, somebody picks the call up, or it ends. */
export class Ring {
  readonly #options: RingOptions;
  readonly #legs = new Set<CalledChannel>();
  #caller: Channel;
  #ringing = true;
  #busy = false;
  #giveUp: Cancel = () => undefined;

  constructor(options: RingOptions) {
    this.#options = options;
    this.#caller = options.caller;
  }

  get caller(): Channel {
    return this.#caller;
  }

  get dialled(): string {
    return this.#options.dialled;
  }

  /** The leg that a pickup would find here; `picker` is who picks up. */
  find(wanted: Wanted, picker: Account): CalledChannel | undefined {
    const legs = [...this.#legs];
    switch (wanted.by) {
      case "extension":
        return this.dialled === wanted.number ? legs[0] : undefined;
      case "phone":
        return legs.find(({ account }) => account.user === wanted.number);
      case "groups":
        return legs.find(({ account }) => account.callGroups.some((group) => picker.pickupGroups.includes(group)));
    }
  }

  has(leg: Channel): boolean {
    return [...this.#legs].some((own) => own === leg);
  }

  start(legs: readonly CalledChannel[], headers: CallHeaders): void {
    const { caller, clock, ringTime } = this.#options;
    for (const leg of legs) this.#legs.add(leg);
    this.handTo(caller);
    this.#giveUp = clock.at(clock.now() + ringTime, () => this.#fail(NORMAL, UNANSWERED));
    for (const leg of legs) leg.start(caller, headers);
  }

  /** From now on it rings for that one. */
  handTo(caller: Channel): void {
    this.#caller = caller;
    caller.whenOver(() => {
      if (this.#caller === caller) this.#abandon();
    });
  }

  rang(leg: CalledChannel): void {
    if (!this.#ringing) return;
    this.caller.ringing(this.#legs.size === 1 ? leg.account : undefined);
    this.#options.progress.ringing?.();
  }

  answered(leg: CalledChannel): void {
    if (!this.#stopRinging()) {
      leg.release(ELSEWHERE);
      return;
    }
    this.#legs.delete(leg);
    this.#release(ELSEWHERE);
    this.caller.pair(leg);
    this.#options.progress.answered?.(leg);
    if (this.caller !== this.#options.caller) void leg.connect(this.caller);
    void this.#join(leg);
  }

  /** The pickup by an INVITE with Replaces of that leg. Asks for no group, waits for no audio. */
  async replace(leg: CalledChannel, picker: Channel): Promise<void> {
    if (!this.#stopRinging()) return;
    this.#legs.delete(leg);
    picker.pair(this.caller);
    await picker.answer();
    leg.release(REPLACED);
    this.#release(ELSEWHERE);
    this.#options.progress.answered?.(picker);
    await this.#join(picker);
  }

  refused(leg: CalledChannel, status: number): void {
    this.#legs.delete(leg);
    if (status === BUSY.status) this.#busy = true;
    if (this.#legs.size === 0) this.#fail(this.#busy ? BUSY : { ...NORMAL, status }, UNANSWERED);
  }

  /**
   * The pickup by a leg that was transferred here and has lost its peer, or by one that waits for an answer. The built-in
   * group pickup ends `builtInOf` as by hanging up, and says last whose call it was.
   */
  async give(picker: Channel, builtInOf?: CalledChannel): Promise<void> {
    if (!this.#stopRinging()) return;
    const { caller } = this;
    picker.pair(caller);
    if (picker.state === "up") {
      const connected = picker.connect(caller);
      this.#release(ELSEWHERE);
      if (await connected) await this.#join(picker);
      else caller.release(NORMAL);
      return;
    }
    await picker.answer(caller.account);
    if (!builtInOf) picker.introduce(caller);
    await picker.heard(this.#options.mediaWait);
    builtInOf?.release(NORMAL);
    this.#release(ELSEWHERE);
    await this.#join(picker);
    if (builtInOf) picker.introduce(caller);
  }

  async #join(other: Channel): Promise<void> {
    if (this.caller.state === "over" || other.state === "over") return;
    if (!(await this.caller.connect(other))) this.caller.release(NORMAL);
  }

  #abandon(): void {
    this.#release(ABANDONED);
    if (this.#stopRinging()) this.#options.progress.ended?.();
  }

  #fail(caller: Cause, phones: Cause): void {
    if (!this.#stopRinging()) return;
    this.#release(phones);
    this.caller.release(caller);
    this.#options.progress.ended?.();
  }

  /** False when it had stopped already. */
  #stopRinging(): boolean {
    if (!this.#ringing) return false;
    this.#ringing = false;
    this.#giveUp();
    this.#options.over(this);
    return true;
  }

  #release(cause: Cause): void {
    for (const leg of this.#legs) leg.release(cause);
    this.#legs.clear();
  }
}
