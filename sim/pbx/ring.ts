import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../firmware/hal/clock.ts";
import type { CalledChannel } from "./called-channel.ts";
import { ABANDONED, BUSY, type Cause, ELSEWHERE, NORMAL, UNANSWERED } from "./cause.ts";
import type { Channel } from "./channel.ts";

/** What the one who let it ring hears. */
export interface RingProgress {
  /** The first phone rings. */
  ringing?(): void;
  answered?(by: Channel): void;
  /** Nobody has it; the caller has been told with that status. Not when it was picked up. */
  ended?(status: number): void;
}

export interface RingOptions {
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
  #ringing = true;
  #busy = false;
  #giveUp: Cancel = () => undefined;

  constructor(options: RingOptions) {
    this.#options = options;
  }

  get caller(): Channel {
    return this.#options.caller;
  }

  get dialled(): string {
    return this.#options.dialled;
  }

  rings(user: string): boolean {
    return [...this.#legs].some((leg) => leg.account.user === user);
  }

  start(legs: readonly CalledChannel[], intercom: boolean): void {
    const { caller, clock, ringTime } = this.#options;
    for (const leg of legs) this.#legs.add(leg);
    caller.whenOver(() => this.#abandon());
    this.#giveUp = clock.at(clock.now() + ringTime, () => this.#fail(NORMAL, UNANSWERED));
    for (const leg of legs) leg.start(caller, intercom);
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
    void this.#join(leg);
  }

  refused(leg: CalledChannel, status: number): void {
    this.#legs.delete(leg);
    if (status === BUSY.status) this.#busy = true;
    if (this.#legs.size === 0) this.#fail(this.#busy ? BUSY : { ...NORMAL, status }, UNANSWERED);
  }

  /** The pickup: `picker` gets the caller, be it a leg that waits for an answer or one that is up and has lost its peer. */
  give(picker: Channel): void {
    if (!this.#stopRinging()) return;
    const { clock, mediaWait } = this.#options;
    const waits = picker.state !== "up";
    picker.pair(this.caller);
    const connected = picker.connect(this.caller);
    if (!waits) {
      void this.#hand(picker, connected);
      return;
    }
    picker.introduce(this.caller);
    clock.at(clock.now() + mediaWait, () => void this.#hand(picker, connected));
  }

  async #hand(picker: Channel, connected: Promise<boolean>): Promise<void> {
    this.#release(ELSEWHERE);
    if (await connected) await this.#join(picker);
    else this.caller.release(NORMAL);
  }

  async #join(other: Channel): Promise<void> {
    if (this.caller.state === "over" || other.state === "over") return;
    if (!(await this.caller.connect(other))) this.caller.release(NORMAL);
  }

  #abandon(): void {
    this.#release(ABANDONED);
    if (this.#stopRinging()) this.#options.progress.ended?.(487);
  }

  #fail(caller: Cause, phones: Cause): void {
    if (!this.#stopRinging()) return;
    this.#release(phones);
    this.caller.release(caller);
    this.#options.progress.ended?.(caller.status);
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
