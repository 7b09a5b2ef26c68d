import type { LineId } from "../domain/line.ts";
import type { Cancel, Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Agent } from "./agent.ts";
import { Pace } from "./pace.ts";
import { type LineReport, WatchedLine } from "./watched-line.ts";

export type { LineReport } from "./watched-line.ts";

export interface WatcherParts {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** SUBSCRIBEs that wait for an answer at once; twice as many for a moment after the link was lost. */
export const MOST_UNANSWERED = 20;

/**
 * Watches lines over one link. When the link goes down every line is unknown before the link's listener returns, and
 * each leaves unknown only by a NOTIFY received after that.
 */
export class Watcher {
  readonly #parts: WatcherParts;
  readonly #lines: readonly LineId[];
  readonly #watched = new Map<LineId, WatchedLine>();
  readonly #pace = new Pace(MOST_UNANSWERED);
  readonly #listeners = new Set<(report: LineReport) => void>();
  #unlink: Cancel | undefined;

  /** @param lines may name a line twice: it is watched once */
  constructor(parts: WatcherParts, lines: readonly LineId[]) {
    this.#parts = parts;
    this.#lines = lines;
  }

  /** Each change of a line, in the order of the NOTIFYs; nothing at the moment of the call. */
  onReport(listener: (report: LineReport) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is known now. A line that is not watched is unknown. */
  view(line: LineId): LineReport {
    const watched = this.#watched.get(line);
    if (watched !== undefined) return watched.report;
    const at = this.#parts.clock.now();
    return { line, state: "unknown", ring: undefined, at, why: `${line} is not watched` };
  }

  start(): void {
    if (this.#unlink !== undefined) return;
    const { agent, clock, log, random = Math.random } = this.#parts;
    const parts = { agent, clock, log, random, pace: this.#pace };
    for (const line of this.#lines) {
      if (this.#watched.has(line)) continue;
      this.#watched.set(line, new WatchedLine(parts, line, (report) => this.#emit(report)));
    }
    this.#unlink = agent.onLink((up, why) => this.#linked(up, why));
    if (agent.up) this.#linked(true);
    else this.#linked(false, "the PBX has not been reached yet");
  }

  /** Unsubscribes; lines are unknown from now on. Resolves within about a second. */
  async stop(): Promise<void> {
    this.#unlink?.();
    this.#unlink = undefined;
    await Promise.all(Array.from(this.#watched.values(), (line) => line.subscription.stop()));
  }

  #linked(up: boolean, why?: string): void {
    if (!up) this.#pace.abandon();
    for (const { subscription } of this.#watched.values()) {
      if (up) subscription.restart();
      else subscription.drop(why === undefined ? "the PBX does not answer" : `no link to the PBX: ${why}`);
    }
  }

  #emit(report: LineReport): void {
    for (const listener of this.#listeners) {
      try {
        listener(report);
      } catch (error) {
        // One listener's bug must not keep a lamp from another.
        this.#parts.log.error({ line: report.line, error: String(error) }, "a listener to line states failed");
      }
    }
  }
}
