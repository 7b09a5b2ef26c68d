import type { Millis } from "../../../firmware/domain/millis.ts";

interface Due {
  readonly at: Millis;
  readonly run: () => void;
}

/** Model time: what is due runs in order of its moment, and of its coming where moments are equal. */
export class Timeline {
  now: Millis = 0;
  readonly #queue: Due[] = [];

  at(when: Millis, run: () => void): void {
    const at = Math.max(when, this.now);
    let place = this.#queue.length;
    while (place > 0 && (this.#queue[place - 1]?.at ?? 0) > at) place--;
    this.#queue.splice(place, 0, { at, run });
  }

  after(wait: Millis, run: () => void): void {
    this.at(this.now + wait, run);
  }

  /** Until nothing is due any more, or that moment. */
  run(until: Millis): void {
    for (let next = this.#queue[0]; next && next.at <= until; next = this.#queue[0]) {
      this.#queue.shift();
      this.now = next.at;
      next.run();
    }
  }
}

/** Delays as a schedule has drawn them, over and over again. */
export class Delays {
  readonly #drawn: readonly Millis[];
  #next = 0;

  constructor(drawn: readonly Millis[]) {
    this.#drawn = drawn;
  }

  get next(): Millis {
    return this.#drawn[this.#next++ % this.#drawn.length] ?? 0;
  }
}

/** Whether panel and PBX hear each other, and what waits for it. What is under way when the link is lost is lost. */
export class Link {
  up = true;
  /** Counts losses. */
  era = 0;
  readonly #waiting: (() => void)[] = [];

  lose(): void {
    this.up = false;
    this.era++;
  }

  restore(): void {
    this.up = true;
    for (const run of this.#waiting.splice(0)) run();
  }

  whenUp(run: () => void): void {
    if (this.up) run();
    else this.#waiting.push(run);
  }
}

/** One dialog's two ways: in order, but with other dialogs in any order. */
export class Wire {
  readonly #timeline: Timeline;
  readonly #delays: Delays;
  readonly #link: Link;
  readonly #lags: Delays;
  #last = { toPbx: 0, toPanel: 0 };

  /** @param lags how long the PBX takes before it sends */
  constructor(timeline: Timeline, delays: Delays, link: Link, lags = new Delays([0])) {
    this.#timeline = timeline;
    this.#delays = delays;
    this.#link = link;
    this.#lags = lags;
  }

  /** @param loose may overtake what was sent before: a NOTIFY and a response, by UDP */
  send(way: "toPbx" | "toPanel", run: () => void, loose = false): void {
    const link = this.#link;
    const { era } = link;
    if (!link.up) return;
    const at = this.#timeline.now + this.#lags.next + this.#delays.next;
    const arrival = loose ? at : Math.max(at, this.#last[way]);
    this.#last = { ...this.#last, [way]: Math.max(arrival, this.#last[way]) };
    this.#timeline.at(arrival, () => {
      if (link.era === era) run();
    });
  }
}
