import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CADENCE_NAMES, type CadenceName } from "../../firmware/domain/cadence.ts";
import type { LampState } from "../../firmware/domain/lamp.ts";
import { LINE_STATES, type LineState } from "../../firmware/domain/line-state.ts";
import { FEEDBACKS, type Feedback, type Scheme, schemeProblems } from "../../firmware/domain/scheme.ts";

const red = (cadence: CadenceName): LampState => ({ colour: "red", cadence });

const good: Scheme = {
  name: "good",
  states: {
    unknown: red("wink"),
    offline: red("double-wink"),
    idle: red("dark"),
    ringing: red("flash"),
    busy: red("steady"),
    held: red("slow"),
    waiting: red("dip"),
  },
  feedback: { pending: red("pending"), refused: red("refused"), "too-late": red("too-late"), failed: red("failed") },
};

function withStates(states: Partial<Record<LineState, LampState>>): Scheme {
  return { ...good, states: { ...good.states, ...states } };
}

function withFeedback(feedback: Partial<Record<Feedback, LampState>>): Scheme {
  return { ...good, feedback: { ...good.feedback, ...feedback } };
}

describe("schemeProblems", () => {
  it("has nothing to say of a good scheme", () => {
    expect(schemeProblems(good)).toEqual([]);
  });

  const table: ReadonlyArray<readonly [string, Scheme, RegExp]> = [
    [
      "unknown like a state that flashes",
      withStates({ unknown: red("slow") }),
      /^states\.unknown and states\.held are all slow/,
    ],
    ["offline like unknown", withStates({ offline: red("wink") }), /^states\.unknown and states\.offline are all wink/],
    ["two states apart by colour only", withStates({ held: { colour: "green", cadence: "steady" } }), /colour alone/],
    ["a dark unknown", withStates({ unknown: red("dark"), idle: red("wink") }), /^states\.unknown is dark/],
    [
      "a steady offline",
      withStates({ offline: red("steady"), busy: red("double-wink") }),
      /^states\.offline is steady/,
    ],
    [
      "a ringing that calls nobody",
      withStates({ ringing: red("steady"), busy: red("flash") }),
      /^states\.ringing is steady/,
    ],
    [
      "feedback apart by colour only",
      withFeedback({ failed: red("refused") }),
      /^feedback\.refused and feedback\.failed are/,
    ],
    [
      "feedback that looks like ringing",
      withFeedback({ pending: red("flash") }),
      /^feedback\.pending is flash like states\.ringing/,
    ],
  ];

  it.each(table)("finds %s", (_, scheme, sentence) => {
    const problems = schemeProblems(scheme);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(sentence);
    expect(problems[0]).toMatch(/; give /);
  });

  it("lists every problem at once", () => {
    const problems = schemeProblems({
      ...withStates({ unknown: red("dark"), ringing: red("steady") }),
      feedback: { ...good.feedback, failed: red("pending") },
    });
    expect(problems.map((problem) => problem.split(" ", 1)[0])).toEqual([
      "states.unknown",
      "states.ringing",
      "states.unknown",
      "states.ringing",
      "feedback.pending",
    ]);
  });

  it("passes a scheme only where every state is told by pattern alone", () => {
    const anyLook = fc.constantFrom(...CADENCE_NAMES).map(red);
    const anyLooks = <Name extends string>(names: readonly Name[], looks: Readonly<Record<Name, LampState>>) =>
      fc.dictionary(fc.constantFrom(...names), anyLook, { maxKeys: 2 }).map((changes) => ({ ...looks, ...changes }));
    const anyScheme = fc.record({
      name: fc.constant("any"),
      states: anyLooks(LINE_STATES, good.states),
      feedback: anyLooks(FEEDBACKS, good.feedback),
    });
    fc.assert(
      fc.property(anyScheme, (scheme) => {
        const states = new Set(LINE_STATES.map((state) => scheme.states[state].cadence));
        const feedback = new Set(FEEDBACKS.map((each) => scheme.feedback[each].cadence));
        const still = (["unknown", "offline", "ringing"] as const).some((state) =>
          ["dark", "steady"].includes(scheme.states[state].cadence),
        );
        const apart = states.size === LINE_STATES.length && feedback.size === FEEDBACKS.length;
        const sound = apart && !still && !feedback.has(scheme.states.ringing.cadence);
        expect(schemeProblems(scheme).length === 0).toBe(sound);
      }),
    );
  });
});
