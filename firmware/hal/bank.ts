import type { Millis } from "../domain/millis.ts";

export type BankState = "up" | "absent";

/**
 * Up to 32 output and input bits behind one handle: a GPIO request, or a simulated one. Above a Bank 1 always means
 * lit or closed; what is active low is inverted below.
 *
 * Listeners are set before start() and are one each. No listener is called inside write().
 */
export interface Bank {
  readonly name: string;
  /** Number of bits, 1…32. */
  readonly width: number;
  /** Resolves when the bank is supervised, not when it is connected. Rejects only on what no retry can mend. */
  start(): Promise<void>;
  /** Sets the outputs in `mask` to those of `value` (uint32). Never throws; while absent, the last values are kept and replayed on return. */
  write(mask: number, value: number): void;
  /**
   * `levels`: all inputs; `changed`: the bits that differ from the last call; `at`: when the edge happened, not when it was
   * read. What is found at the start or on return is told before "up": a key that is closed then has not been pressed.
   */
  onEdges(listener: (levels: number, changed: number, at: Millis) => void): void;
  /** "absent" again when the reason is another. */
  onState(listener: (state: BankState, why?: Error) => void): void;
  /** All outputs dark, then released. Idempotent, resolves also when the hardware is gone. After it, write() and start() do nothing. */
  halt(): Promise<void>;
}
