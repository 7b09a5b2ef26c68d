import type { Millis } from "../firmware/domain/millis.ts";
import type { Wiring } from "../firmware/domain/wiring.ts";
import type { Clock } from "../firmware/hal/clock.ts";

/** Who holds the lines, as other programs see it. */
export const CONSUMER = "blfd";

/** What the lines have to tell, never from inside a call to them. Times are CLOCK_MONOTONIC. */
export interface LinesListener {
  edges(levels: number, at: Millis): void;
  /** So many edges were lost; what all inputs are at follows as edges. */
  missed(count: number): void;
  /** The chip is gone. Nothing is told after it. */
  lost(why: Error): void;
}

/** The lines of one chip as bits of a Bank, held for this process. 1 is lit or closed, whatever the voltage. */
export interface GpioLines {
  /** For a person: which chip, by which interface. */
  readonly where: string;
  /** What the board asks for and this interface cannot do, each with its mend. */
  readonly shortcomings: readonly string[];
  /** All inputs, as they are. @throws Error when the chip is gone */
  levels(): number;
  /** Outputs in `mask` only; bits that are none are ignored. @throws Error when the chip is gone */
  write(mask: number, value: number): void;
  /** Never throws. Nothing is told after it. */
  release(): void;
}

export interface LinesWanted {
  /** Names of the chip: alternatives in order. */
  readonly chips: readonly string[];
  readonly wiring: Wiring;
  /** What the outputs are set to as they are taken. */
  readonly outputs: number;
  readonly listener: LinesListener;
}

/** A way to the kernel's GPIO. */
export interface GpioInterface {
  readonly name: string;
  /** @throws GpioTrouble */
  take(wanted: LinesWanted): Promise<GpioLines>;
}

/** CLOCK_MONOTONIC, which the kernel stamps edges with. */
export function monotonic(): Millis {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** How far a clock is ahead of CLOCK_MONOTONIC. The two cannot be read at once; the tightest of a few readings is right to µs. */
export function aheadOfMonotonic(clock: Clock): Millis {
  let best = { ahead: 0, spread: Number.POSITIVE_INFINITY };
  for (let reading = 0; reading < 8; reading++) {
    const before = monotonic();
    const now = clock.now();
    const after = monotonic();
    const spread = after - before;
    if (spread < best.spread) best = { ahead: now - (before + after) / 2, spread };
  }
  return best.ahead;
}
