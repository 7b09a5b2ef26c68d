import type { Millis } from "../domain/millis.ts";

/** Takes a scheduled run back. Harmless when it has run already, or twice. */
export type Cancel = () => void;

/** Time, as everything that waits sees it. */
export interface Clock {
  /** Monotonic; suspended machines may stand still. Drivers convert the times of edges to it. */
  now(): Millis;
  /** The date, for reports. May jump. */
  wall(): Date;
  /** Runs once, never before `when`, never inside this call; at once but later when `when` is past. */
  at(when: Millis, run: () => void): Cancel;
}
