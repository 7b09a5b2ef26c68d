import type { Millis } from "../../domain/millis.ts";
import type { Cancel, Clock } from "../../hal/clock.ts";

export interface KeepaliveOptions {
  readonly clock: Clock;
  /** Silence from the other side after which it is pinged. */
  readonly every: Millis;
  /** How long a pong may take. */
  readonly within: Millis;
  readonly ping: () => void;
  readonly dead: () => void;
}

/**
 * CRLF keepalive of a stream (RFC 5626 §4.4.1). A quiet connection is pinged; silence after that means that it is dead, but only
 * where the other side has answered a ping before: many PBXs never do (Asterisk 22 for one), and no header tells which.
 */
export class Keepalive {
  readonly #options: KeepaliveOptions;
  /** When anything last went or came. */
  #last: Millis = 0;
  #silent = true;
  #answersPings = false;
  #cancel: Cancel | undefined;

  constructor(options: KeepaliveOptions) {
    this.#options = options;
  }

  start(): void {
    this.heard();
    this.#wait();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Anything came from the other side. */
  heard(): void {
    this.#last = this.#options.clock.now();
    this.#silent = false;
  }

  pong(): void {
    this.#answersPings = true;
  }

  #wait(): void {
    const { clock, every } = this.#options;
    this.#cancel = clock.at(this.#last + every, () => {
      if (clock.now() < this.#last + every) this.#wait();
      else this.#ping();
    });
  }

  #ping(): void {
    const { clock, within, ping, dead } = this.#options;
    this.#last = clock.now();
    this.#silent = true;
    this.#cancel = clock.at(this.#last + within, () => {
      if (this.#silent && this.#answersPings) dead();
      else this.#wait();
    });
    ping();
  }
}
