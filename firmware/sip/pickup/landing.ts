import type { Quarry } from "../../domain/attempt/attempt.ts";
import type { LineId } from "../../domain/line.ts";
import type { LineState } from "../../domain/line-state.ts";
import type { Millis } from "../../domain/millis.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { LandingName } from "../../domain/settings.ts";
import type { TrialStep } from "../../domain/task.ts";
import type { Cancel } from "../../hal/clock.ts";
import type { Target } from "./method.ts";

/** What tells what became of a try: what is to be taken, and the desk phone. Neither is proof without the other. */
export interface Watch {
  quarry(): Quarry;
  phone(): LineState;
  /** Called for each change of either; after it both views are new. */
  onChange(listener: () => void): Cancel;
}

/** What is to be landed, and where its caller belongs if that fails. */
export interface Catch {
  readonly target: Target;
  readonly line: LineId;
  /** When the outcome must be known. */
  readonly by: Millis;
}

export interface Landed {
  readonly outcome: Outcome;
  /** It was refused, nothing was done, and the PBX or the phone has said so: another landing may be tried. */
  readonly definite: boolean;
  readonly steps: readonly TrialStep[];
}

/** How a call that is taken gets to where a person can speak. */
export interface Landing {
  readonly name: LandingName;
  /**
   * One try. Resolves exactly once, by the moment that is given, never rejects; every leg that it opened is
   * being ended by then, or brings its caller back. Aborting makes it `failed`, at once where nobody would be left alone.
   */
  attempt(what: Catch, watch: Watch, signal: AbortSignal): Promise<Landed>;
}
