import type { LampState } from "./lamp.ts";
import type { LineState } from "./line-state.ts";

/** What the lamp of a pressed key shows for a moment, over the state of its line. */
export type Feedback = "pending" | "refused" | "too-late" | "failed";

/** The looks of a panel. Data: the files in board-configs/schemes. */
export interface Scheme {
  readonly name: string;
  readonly states: Readonly<Record<LineState, LampState>>;
  readonly feedback: Readonly<Record<Feedback, LampState>>;
}
