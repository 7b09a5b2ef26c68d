import type { Outcome } from "../../domain/outcome.ts";
import type { LandingName } from "../../domain/settings.ts";
import type { Cancel } from "../../hal/clock.ts";
import type { LineReport } from "../watcher.ts";
import type { DialTarget } from "./method.ts";

/** The two lines whose states tell what became of a pickup: neither is proof without the other. */
export interface Watch {
  line(): LineReport;
  phone(): LineReport;
  /** Called for each change of either; after it both views are new. */
  onChange(listener: () => void): Cancel;
}

/** How a call that is taken gets to where a person can speak. */
export interface Landing {
  readonly name: LandingName;
  /**
   * One try. Resolves exactly once, within the deadline of the settings, never rejects; every leg that it opened is
   * being ended by then. Aborting makes it `failed` at once.
   */
  attempt(target: DialTarget, watch: Watch, signal: AbortSignal): Promise<Outcome>;
}
