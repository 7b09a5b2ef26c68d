import { CADENCE_NAMES, isFlashing } from "./cadence.ts";
import type { LampState } from "./lamp.ts";
import { LINE_STATES, type LineState } from "./line-state.ts";

/** What the lamp of a pressed key shows for a moment, over the state of its line. */
export type Feedback = "pending" | "refused" | "too-late" | "failed";

export const FEEDBACKS: readonly Feedback[] = ["pending", "refused", "too-late", "failed"];

/** The looks of a panel. Data: the files in board-configs/schemes. */
export interface Scheme {
  readonly name: string;
  readonly states: Readonly<Record<LineState, LampState>>;
  readonly feedback: Readonly<Record<Feedback, LampState>>;
}

/**
 * Everything that would make a lamp lie or stay unread, each as a sentence; empty for a good scheme. Colour counts for
 * nothing here: the lamp may have one LED, and the person may not see red.
 */
export function schemeProblems(scheme: Scheme): readonly string[] {
  return [...blankLooks(scheme), ...sharedLooks("states", LINE_STATES, scheme.states), ...sharedFeedback(scheme)];
}

/** Looks that a lamp without power, or one of another kind of panel, has as well. */
function blankLooks(scheme: Scheme): string[] {
  const problems: string[] = [];
  for (const state of ["unknown", "offline"] as const) {
    const { cadence } = scheme.states[state];
    if (isFlashing(cadence)) continue;
    problems.push(
      `states.${state} is ${cadence}, which people read as idle or busy; give it a pattern that moves, such as wink`,
    );
  }
  const { cadence } = scheme.states.ringing;
  if (!isFlashing(cadence)) {
    problems.push(`states.ringing is ${cadence}, which calls nobody; give it a pattern that moves, such as flash`);
  }
  return problems;
}

function sharedFeedback(scheme: Scheme): string[] {
  const problems = sharedLooks("feedback", FEEDBACKS, scheme.feedback);
  const { cadence } = scheme.states.ringing;
  for (const feedback of FEEDBACKS) {
    if (scheme.feedback[feedback].cadence !== cadence) continue;
    problems.push(
      `feedback.${feedback} is ${cadence} like states.ringing, so a press would change nothing; give it a cadence of its own`,
    );
  }
  return problems;
}

/** One sentence for each cadence that several names share. */
function sharedLooks<Name extends string>(
  section: string,
  names: readonly Name[],
  looks: Readonly<Record<Name, LampState>>,
): string[] {
  const problems: string[] = [];
  for (const cadence of CADENCE_NAMES) {
    const sharing = names.filter((name) => looks[name].cadence === cadence);
    if (sharing.length < 2) continue;
    const who = sharing.map((name) => `${section}.${name}`).join(" and ");
    problems.push(`${who} are all ${cadence}, and colour alone cannot tell them apart; give each a cadence of its own`);
  }
  return problems;
}
