interface Entry {
  readonly topic: string;
  readonly text: () => string;
  /** Kept from the first time it was sent, so that each copy is the same. */
  sent?: string;
  acknowledged: boolean;
}

/** Enough for a link of 200 ms to carry a hundred events a second. */
const MOST_IN_FLIGHT = 20;

/** Events, and results of commands, in the order in which they happened, each kept until the broker has it, or until too many wait. */
export class EventQueue {
  readonly #most: number;
  readonly #entries: Entry[] = [];
  /** So many at the head are sent and not yet acknowledged. */
  #inFlight = 0;
  #dropped = 0;

  /** @param most how many events are kept; beyond that the oldest is dropped */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** How many were dropped since this was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  add(topic: string, text: () => string): void {
    if (this.#entries.length >= this.#most) {
      // What is in flight has as good as arrived.
      this.#entries.splice(Math.min(this.#inFlight, this.#entries.length - 1), 1);
      this.#dropped++;
    }
    this.#entries.push({ topic, text, acknowledged: false });
  }

  /** A new connection: what was in flight may be lost, and goes again, in order. */
  reset(): void {
    this.#inFlight = 0;
  }

  send(publish: (topic: string, text: string, sent: () => void) => void): void {
    while (this.#inFlight < Math.min(MOST_IN_FLIGHT, this.#entries.length)) {
      const entry = this.#entries[this.#inFlight++];
      if (entry === undefined || entry.acknowledged) continue;
      entry.sent ??= entry.text();
      publish(entry.topic, entry.sent, () => this.#acknowledge(entry));
    }
  }

  #acknowledge(entry: Entry): void {
    entry.acknowledged = true;
    while (this.#entries[0]?.acknowledged) {
      this.#entries.shift();
      this.#inFlight--;
    }
  }
}
