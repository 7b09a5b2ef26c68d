import type { Millis } from "../firmware/domain/millis.ts";
import type { Cancel, Clock } from "../firmware/hal/clock.ts";

/** What one Node timer can carry; beyond it Node would fire after 1 ms. */
const LONGEST_TIMER: Millis = 2 ** 31 - 1;

/**
 * The machine's clock. now() is CLOCK_MONOTONIC in milliseconds, the clock of process.hrtime() and of the kernel's GPIO
 * edges, so that their times compare. It stands still while the machine is suspended.
 */
export class SystemClock implements Clock {
  /** performance.now() is the same clock counted from the start of the process. */
  readonly #origin = monotonicOrigin();

  now(): Millis {
    return this.#origin + performance.now();
  }

  wall(): Date {
    return new Date();
  }

  at(when: Millis, run: () => void): Cancel {
    let timer: NodeJS.Timeout | undefined;
    let immediate: NodeJS.Immediate | undefined;

    // Node counts in whole milliseconds from a cached time, so a timer may come early: it looks at the clock again. One
    // millisecond more spares most timers that second look, which would be a wake-up of its own.
    const arm = (): void => {
      const left = when - this.now();
      if (left > 0) timer = setTimeout(onTimer, Math.min(Math.ceil(left) + 1, LONGEST_TIMER));
      else immediate = setImmediate(run);
    };
    const onTimer = (): void => {
      if (this.now() >= when) run();
      else arm();
    };

    arm();
    return () => {
      clearTimeout(timer);
      clearImmediate(immediate);
    };
  }
}

/**
 * CLOCK_MONOTONIC at performance.now() = 0. The two cannot be read at once; the tightest of a few readings is right to
 * microseconds.
 */
function monotonicOrigin(): Millis {
  let best = { origin: 0, spread: Number.POSITIVE_INFINITY };
  for (let reading = 0; reading < 8; reading++) {
    const before = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const after = performance.now();
    const spread = after - before;
    if (spread < best.spread) best = { origin: seconds * 1e3 + nanoseconds / 1e6 - (before + after) / 2, spread };
  }
  return best.origin;
}
