import { type BackoffLimits, backoff } from "../domain/backoff.ts";
import type { Millis } from "../domain/millis.ts";

/** PBXs ban addresses that guess passwords: five tries in ten minutes are a usual limit. */
const HOLD: BackoffLimits = { first: 5_000, max: 300_000, jitter: 0.25 };

interface Waiting {
  readonly go: () => void;
  readonly refuse: () => void;
}

/**
 * Lets one request try the account's password before all the others use it. A panel of sixty lines with a wrong password
 * would otherwise be sixty wrong guesses at once, and a ban.
 *
 *   unproven ── first request ──▶ proving ── any other answer ──▶ proven
 *      ▲                          │     ▲
 *      └──── no answer ───────────┤     │ first request after a growing wait
 *                                 ▼     │
 *                    401 again: refused ┘
 */
export class AccountGate {
  readonly #now: () => Millis;
  readonly #random: () => number;
  #state: "unproven" | "proving" | "proven" | "refused" = "unproven";
  #until: Millis = 0;
  #refusals = 0;
  #waiting: Waiting[] = [];

  constructor(now: () => Millis, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  /** Calls one of the two: now, or once the request that is under way has shown which. */
  pass(go: () => void, refuse: () => void): void {
    if (this.#state === "proven") go();
    else if (this.#state === "proving") this.#waiting.push({ go, refuse });
    else if (this.#state === "refused" && this.#now() < this.#until) refuse();
    else {
      this.#state = "proving";
      go();
    }
  }

  /** How a request that was let through ended. 408 and 503 say nothing of the password. */
  ended(status: number): void {
    if (status === 401 || status === 407) this.#refused();
    else if (status !== 408 && status !== 503) this.#proven();
    else if (this.#state === "proving") {
      this.#state = "unproven";
      this.#release(({ go, refuse }) => this.pass(go, refuse));
    }
  }

  /** The link is new: the PBX may be another one, or mended. */
  reset(): void {
    this.#state = "unproven";
    this.#refusals = 0;
    this.#release(({ go, refuse }) => this.pass(go, refuse));
  }

  #proven(): void {
    if (this.#state === "proven") return;
    this.#state = "proven";
    this.#refusals = 0;
    this.#release(({ go }) => go());
  }

  #refused(): void {
    // Proven a moment ago, or told already by another request of the same moment.
    if (this.#state === "refused") return;
    this.#state = "refused";
    this.#until = this.#now() + backoff(this.#refusals++, this.#random(), HOLD);
    this.#release(({ refuse }) => refuse());
  }

  #release(each: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) each(one);
  }
}
