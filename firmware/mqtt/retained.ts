interface Entry {
  readonly topic: string;
  /** Made when it is sent, not when it is set. */
  text: () => string;
  dirty: boolean;
  inFlight: boolean;
  /** The broker has some value of this since it is there. */
  known: boolean;
}

/** The latest value of every retained topic. A newer value overtakes an older one that is not sent yet. */
export class Retained {
  readonly #entries = new Map<string, Entry>();

  set(topic: string, text: () => string): void {
    const entry = this.#entries.get(topic);
    if (entry === undefined) {
      this.#entries.set(topic, { topic, text, dirty: true, inFlight: false, known: false });
    } else {
      entry.text = text;
      entry.dirty = true;
    }
  }

  /** A broker that may know nothing: all is to be sent again. */
  reset(): void {
    for (const entry of this.#entries.values()) {
      entry.dirty = true;
      entry.inFlight = false;
      entry.known = false;
    }
  }

  /** Whether the broker has a value of every topic. */
  get known(): boolean {
    return [...this.#entries.values()].every((entry) => entry.known);
  }

  /** Whether the broker has the latest value of every topic. */
  get settled(): boolean {
    return [...this.#entries.values()].every((entry) => !entry.dirty && !entry.inFlight);
  }

  /** Sends what is due, at most one value a topic at a time; `sent` is called when the broker has it. */
  send(publish: (topic: string, text: string, sent: () => void) => void): void {
    for (const entry of this.#entries.values()) {
      if (!entry.dirty || entry.inFlight) continue;
      entry.dirty = false;
      entry.inFlight = true;
      publish(entry.topic, entry.text(), () => {
        entry.inFlight = false;
        entry.known = true;
      });
    }
  }
}
