import type { Millis } from "../../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../../firmware/hal/clock.ts";

/** A contact that has just been heard is not listened to for so long. */
const QUIET: Millis = 20;
const LONGEST_QUEUE = 16;
const OLDEST: Millis = 9999;

interface Move {
  readonly number: number;
  readonly key: number;
  readonly closed: boolean;
  readonly at: Millis;
}

/** The debounced contacts of a sidecar, and the queue of what the host has not heard yet. */
export class Contacts {
  readonly #clock: Clock;
  /** Told when a message may have become due. */
  readonly #moved: () => void;
  /** Where fingers and springs have them. */
  readonly #down = new Set<number>();
  readonly #settled = new Set<number>();
  readonly #quiet = new Map<number, Cancel>();
  /** As the host knows them, or will once it has heard the queue. */
  readonly #queued = new Set<number>();
  #queue: Move[] = [];
  #numbers = 0;

  constructor(clock: Clock, moved: () => void) {
    this.#clock = clock;
    this.#moved = moved;
  }

  move(key: number, closed: boolean): void {
    if (closed) this.#down.add(key);
    else this.#down.delete(key);
    this.#look(key);
  }

  /** A session begins: what is closed now is told by HELLO. */
  begin(): readonly number[] {
    this.#queue = [];
    this.#numbers = 0;
    this.#queued.clear();
    for (const key of this.#settled) this.#queued.add(key);
    return [...this.#settled].sort((a, b) => a - b);
  }

  /** Power on: nothing is remembered, and what is closed is not news. */
  restart(): void {
    for (const cancel of this.#quiet.values()) cancel();
    this.#quiet.clear();
    this.#settled.clear();
    for (const key of this.#down) this.#settled.add(key);
    this.begin();
  }

  /** The host has that number. */
  heard(number: number): void {
    if (this.#queue[0]?.number !== number) return;
    this.#queue.shift();
    for (const key of [...this.#settled, ...this.#queued]) this.#enqueue(key, this.#clock.now());
  }

  /** The body of the message about the oldest move that the host has not. */
  get next(): string | undefined {
    const [move] = this.#queue;
    if (move === undefined) return undefined;
    const age = Math.min(OLDEST, Math.round(this.#clock.now() - move.at));
    return `KEY ${move.number} ${move.key} ${move.closed ? "down" : "up"} ${age}`;
  }

  #look(key: number): void {
    const closed = this.#down.has(key);
    if (this.#quiet.has(key) || closed === this.#settled.has(key)) return;
    if (closed) this.#settled.add(key);
    else this.#settled.delete(key);
    const again = (): void => {
      this.#quiet.delete(key);
      this.#look(key);
    };
    this.#quiet.set(key, this.#clock.at(this.#clock.now() + QUIET, again));
    this.#enqueue(key, this.#clock.now());
    this.#moved();
  }

  #enqueue(key: number, at: Millis): void {
    const closed = this.#settled.has(key);
    if (closed === this.#queued.has(key) || this.#queue.length >= LONGEST_QUEUE) return;
    if (closed) this.#queued.add(key);
    else this.#queued.delete(key);
    this.#numbers = (this.#numbers + 1) % 256;
    this.#queue.push({ number: this.#numbers, key, closed, at });
  }
}
