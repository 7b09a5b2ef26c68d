import type {
  AttemptCommand,
  AttemptEvent,
  LegName,
  Procedure,
  Quarry,
  Stage,
  Start,
} from "../../../firmware/domain/attempt/attempt.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Millis } from "../../../firmware/domain/millis.ts";
import type { Outcome } from "../../../firmware/domain/outcome.ts";

export const DEADLINE: Millis = 4000;

export type Heard = readonly [at: Millis, event: AttemptEvent];

export interface Said {
  readonly stage: string;
  /** "invite phone", "refer caller back", "end phone", "ask phone", "done". */
  readonly said: readonly string[];
  readonly outcome: Outcome | undefined;
  readonly told: Millis | undefined;
  readonly definite: boolean;
}

/** Plays events at their moments on a machine that begins at 0, and notes what it commands. */
export function hearing<A extends Stage>(
  procedure: Procedure<A>,
  events: readonly Heard[],
  start: Partial<Start> = {},
): Said {
  const usual: Start = { quarry: "there", phone: "idle", whenBusy: "refuse", replaces: false, deadline: DEADLINE };
  const first = procedure.begin({ ...usual, ...start }, 0);
  let { attempt } = first;
  const commands: [Millis, AttemptCommand][] = first.commands.map((command) => [0, command]);
  for (const [at, event] of events) {
    const step = procedure.step(attempt, event, at);
    attempt = step.attempt;
    commands.push(...step.commands.map((command): [Millis, AttemptCommand] => [at, command]));
  }
  const done = commands.flatMap(([at, command]) => (command.kind === "done" ? [{ ...command, at }] : []))[0];
  return {
    stage: attempt.stage,
    said: commands.flatMap(([, command]) => sentenceOf(command)),
    outcome: done?.outcome,
    told: done?.at,
    definite: done?.definite === true,
  };
}

function sentenceOf(command: AttemptCommand): string[] {
  switch (command.kind) {
    case "invite":
      return [`invite ${command.leg}`];
    case "refer":
      return [`refer ${command.leg} ${command.to}`];
    case "end-leg":
      return [`end ${command.leg}`];
    case "ask-phone":
      return ["ask phone"];
    case "done":
      return ["done"];
    case "wake":
      return [];
  }
}

export const at = (moment: Millis, event: AttemptEvent): Heard => [moment, event];
export const time: AttemptEvent = { kind: "time" };
export const abort: AttemptEvent = { kind: "abort", reason: "the panel is stopping" };
export const phone = (state: LineState): AttemptEvent => ({ kind: "phone", state });
export const line = (quarry: Quarry): AttemptEvent => ({ kind: "quarry", quarry });
export const answered = (leg: LegName): AttemptEvent => ({ kind: "answered", leg });
export const progress = (leg: LegName): AttemptEvent => ({ kind: "progress", leg, code: 180 });
export const rejected = (leg: LegName, code: number): AttemptEvent => ({ kind: "rejected", leg, code });
export const ended = (leg: LegName): AttemptEvent => ({ kind: "leg-ended", leg });
export const referred = (leg: LegName, code = 202): AttemptEvent => ({ kind: "refer-answered", leg, code });
export const sipfrag = (leg: LegName, code: number, final = true): AttemptEvent => ({
  kind: "sipfrag",
  leg,
  code,
  final,
});
export const obeyed = (code: number): AttemptEvent => ({ kind: "obeyed", code });
