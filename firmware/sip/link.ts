import { type BackoffLimits, backoff } from "../domain/backoff.ts";
import type { Millis } from "../domain/millis.ts";
import type { Cancel, Clock } from "../hal/clock.ts";

/** A PBX that restarts is found again within seconds, by every panel in a moment of its own. */
const RETRY: BackoffLimits = { first: 250, max: 4_000 };
/** A link that held for so long was well; before that, its loss counts as one more failed attempt. */
const STEADY: Millis = 10_000;

type Stage = "stopped" | "opening" | "open" | "closing" | "waiting";

/** What a Link moves and tells. */
export interface LinkPort {
  /** Opens the transport; rejects with a sentence for a person. */
  open(): Promise<void>;
  /** Closes it. Never rejects. */
  close(): Promise<void>;
  /** Asks the PBX for a sign of life, which comes back as sign(). */
  ask(): void;
  /** Each change once. */
  changed(up: boolean, why?: string): void;
  /** An attempt failed; the next one follows after `wait`. */
  retrying(why: string, wait: Millis): void;
}

/**
 * Whether the PBX is there, and the one owner of finding it again.
 *
 *            start()           open               sign()
 *   stopped ────────▶ opening ───────▶ open, down ───────▶ open, up
 *                     ▲     │              │                   │
 *        after a wait │     │ fails        │ silence, or lost  │ silence, or lost
 *                     │     ▼              ▼                   ▼
 *                     └─ waiting ◀────── closing ◀─────────────┘
 *
 * A lost link always gets a new transport: on UDP that also ends the repetition of requests that nobody waits for any more,
 * and follows a change of our own address.
 */
export class Link {
  readonly #clock: Clock;
  readonly #port: LinkPort;
  readonly #alive: Millis;
  readonly #random: () => number;
  #stage: Stage = "stopped";
  /** Counts stages, so that what comes late from an earlier one is known. */
  #turn = 0;
  #up = false;
  #upSince: Millis = 0;
  #lastSign: Millis = 0;
  #lastAsk: Millis = 0;
  #attempts = 0;
  #cancel: Cancel = () => undefined;

  /** @param alive silence after which the PBX counts as gone; it is asked at each third of that */
  constructor(clock: Clock, port: LinkPort, alive: Millis, random: () => number) {
    this.#clock = clock;
    this.#port = port;
    this.#alive = alive;
    this.#random = random;
  }

  get up(): boolean {
    return this.#up;
  }

  start(): void {
    if (this.#stage === "stopped") this.#open();
  }

  stop(): Promise<void> {
    if (this.#stage === "stopped") return Promise.resolve();
    this.#enter("stopped");
    this.#attempts = 0;
    this.#down("the SIP agent was stopped");
    return this.#port.close();
  }

  /** Something valid came from the PBX. */
  sign(): void {
    this.#lastSign = this.#clock.now();
    if (this.#stage !== "open" || this.#up) return;
    this.#up = true;
    this.#upSince = this.#lastSign;
    this.#port.changed(true);
  }

  /** The transport is gone. */
  lost(why: string): void {
    if (this.#stage === "open") this.#fail(why);
  }

  #open(): void {
    const turn = this.#enter("opening");
    this.#port.open().then(
      () => turn === this.#turn && this.#opened(),
      (error: unknown) => turn === this.#turn && this.#retry(error instanceof Error ? error.message : String(error)),
    );
  }

  #opened(): void {
    this.#enter("open");
    this.#lastSign = this.#clock.now();
    this.#ask();
  }

  #ask(): void {
    const turn = this.#turn;
    this.#lastAsk = this.#clock.now();
    this.#port.ask();
    if (turn === this.#turn) this.#watch();
  }

  #watch(): void {
    const next = Math.max(this.#lastSign, this.#lastAsk) + this.#alive / 3;
    this.#cancel = this.#clock.at(Math.min(next, this.#lastSign + this.#alive), () => this.#look());
  }

  #look(): void {
    const now = this.#clock.now();
    if (now >= this.#lastSign + this.#alive) {
      // If this process was held up, what the PBX sent meanwhile is still to be read: that happens before the next timer.
      const seen = this.#lastSign;
      this.#cancel = this.#clock.at(now, () => (this.#lastSign === seen ? this.#fail(this.#silence()) : this.#watch()));
    } else if (now >= Math.max(this.#lastSign, this.#lastAsk) + this.#alive / 3) this.#ask();
    else this.#watch();
  }

  #silence(): string {
    return `nothing came from the PBX for ${this.#alive / 1000} s`;
  }

  #fail(why: string): void {
    const turn = this.#enter("closing");
    if (this.#up && this.#clock.now() - this.#upSince >= STEADY) this.#attempts = 0;
    this.#down(why);
    void this.#port.close().then(() => turn === this.#turn && this.#retry(why));
  }

  #retry(why: string): void {
    this.#enter("waiting");
    const wait = backoff(this.#attempts++, this.#random(), RETRY);
    this.#cancel = this.#clock.at(this.#clock.now() + wait, () => this.#open());
    this.#port.retrying(why, wait);
  }

  #down(why: string): void {
    if (!this.#up) return;
    this.#up = false;
    this.#port.changed(false, why);
  }

  #enter(stage: Stage): number {
    this.#cancel();
    this.#cancel = () => undefined;
    this.#stage = stage;
    return ++this.#turn;
  }
}
