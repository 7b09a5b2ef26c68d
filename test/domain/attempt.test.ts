import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Attempt,
  type AttemptCommand,
  type AttemptEvent,
  begin,
  GRACE,
  STAY,
  step,
} from "../../firmware/domain/attempt.ts";
import { LINE_STATES } from "../../firmware/domain/line-state.ts";
import type { Outcome } from "../../firmware/domain/outcome.ts";

const RINGING = { state: "ringing", ring: "101" } as const;
const IDLE = { kind: "line", state: "idle", ring: undefined } as const;
const DEADLINE = 4000;

/** Plays events at their moments and notes what the machine commanded. */
function play(events: readonly (readonly [at: number, event: AttemptEvent])[], phone: "idle" | "busy" = "idle") {
  let { attempt, commands } = begin(RINGING, phone, DEADLINE);
  const said: AttemptCommand[] = [...commands];
  for (const [at, event] of events) {
    ({ attempt, commands } = step(attempt, event, at));
    said.push(...commands);
  }
  return { attempt, said: said.filter((c) => c.kind !== "wake"), outcome: outcomeOf(said) };
}

const outcomeOf = (commands: readonly AttemptCommand[]): Outcome | undefined =>
  commands.flatMap((c) => (c.kind === "done" ? [c.outcome] : []))[0];
const phone = (state: "idle" | "ringing" | "busy" | "unknown"): AttemptEvent => ({ kind: "phone", state });
const time: AttemptEvent = { kind: "time" };

/** As far as the REFER: the phone has answered our leg. */
const referred = [
  [5, phone("ringing")],
  [20, { kind: "answered" }],
  [21, phone("busy")],
] as const;

describe("an attempt to land a call on the desk phone", () => {
  test("is picked up when the line stops, our leg is over and the phone stays in a call", () => {
    const { said, outcome } = play([
      ...referred,
      [22, { kind: "refer-answered", code: 202 }],
      [23, { kind: "sipfrag", code: 503, final: true }],
      [24, IDLE],
      [30, { kind: "leg-ended" }],
      [30 + STAY, time],
    ]);
    expect(outcome?.kind).toBe("picked-up");
    expect(said.map((c) => c.kind)).toEqual(["invite", "refer", "end-leg", "done"]);
  });

  test("needs no particular order of line, leg and REFER's answer", () => {
    for (const events of [
      [
        [22, IDLE],
        [23, { kind: "refer-answered", code: 202 }],
        [24, { kind: "leg-ended" }],
      ],
      [
        [22, { kind: "leg-ended" }],
        [23, { kind: "refer-answered", code: 202 }],
        [24, IDLE],
      ],
    ] as const) {
      expect(play([...referred, ...events, [24 + STAY, time]]).outcome?.kind).toBe("picked-up");
    }
  });

  test("is too late, not picked up, when the phone falls silent with our leg: the caller had hung up", () => {
    const { outcome } = play([
      ...referred,
      [22, { kind: "refer-answered", code: 202 }],
      [23, IDLE],
      [24, { kind: "leg-ended" }],
      [25, phone("idle")],
      [25 + STAY, time],
    ]);
    expect(outcome?.kind).toBe("too-late");
  });

  test("is too late also when the phone is the first to fall silent", () => {
    const { outcome } = play([
      ...referred,
      [22, { kind: "refer-answered", code: 202 }],
      [23, phone("idle")],
      [40, IDLE],
      [41, { kind: "leg-ended" }],
      [41 + STAY, time],
    ]);
    expect(outcome?.kind).toBe("too-late");
  });

  test("is refused when the PBX lets the phone go and the line rings on", () => {
    const { said, outcome } = play([
      ...referred,
      [22, { kind: "refer-answered", code: 202 }],
      [23, { kind: "sipfrag", code: 503, final: true }],
      [24, phone("idle")],
      [23 + GRACE, time],
    ]);
    expect(outcome).toMatchObject({ kind: "refused", code: 503 });
    expect(said.at(-2)?.kind).toBe("end-leg");
  });

  test("refers again, after a wait, when the PBX says that it was not ready, and only then", () => {
    const notYet = { kind: "sipfrag", code: 400, final: true } as const;
    const accepted = { kind: "refer-answered", code: 202 } as const;
    const refers = (events: Parameters<typeof play>[0]) =>
      play([...referred, ...events]).said.filter((c) => c.kind === "refer").length;
    expect(
      refers([
        [22, accepted],
        [23, notYet],
        [27, time],
      ]),
    ).toBe(1);
    expect(
      refers([
        [22, accepted],
        [23, notYet],
        [28, time],
      ]),
    ).toBe(2);
    expect(
      refers([
        [22, notYet],
        [23, accepted],
        [28, time],
      ]),
    ).toBe(2);
    // The waits grow: 5 ms, 10 ms, …
    const twice = [
      [22, accepted],
      [23, notYet],
      [28, time],
      [29, accepted],
      [30, notYet],
    ] as const;
    expect(refers([...twice, [39, time]])).toBe(2);
    expect(refers([...twice, [40, time]])).toBe(3);
    // The line has stopped, the leg is over, or the phone has left it: then it is not ours to repeat.
    expect(
      refers([
        [22, accepted],
        [23, IDLE],
        [24, notYet],
        [99, time],
      ]),
    ).toBe(1);
    expect(
      refers([
        [22, accepted],
        [23, notYet],
        [24, IDLE],
        [99, time],
      ]),
    ).toBe(1);
    expect(
      refers([
        [22, accepted],
        [23, notYet],
        [24, { kind: "leg-ended" }],
        [99, time],
      ]),
    ).toBe(1);
    expect(
      refers([
        [22, accepted],
        [23, notYet],
        [24, phone("idle")],
        [99, time],
      ]),
    ).toBe(1);
    expect(
      refers([
        [22, accepted],
        [23, { kind: "sipfrag", code: 503, final: true }],
        [99, time],
      ]),
    ).toBe(1);
  });

  test("is refused, not repeated for ever, by a PBX that is never ready", () => {
    const events: [number, AttemptEvent][] = [];
    for (let at = 22; at < DEADLINE; at += 200) {
      events.push([at, { kind: "refer-answered", code: 202 }], [at, { kind: "sipfrag", code: 400, final: true }]);
      events.push([at + 199, time]);
    }
    const { said, outcome } = play([...referred, ...events, [DEADLINE, time]]);
    expect(outcome).toMatchObject({ kind: "refused", code: 400 });
    expect(said.filter((c) => c.kind === "refer")).toHaveLength(7);
  });

  test("ends the leg when the PBX takes the transfer and does nothing", () => {
    const { said, outcome } = play([...referred, [22, { kind: "refer-answered", code: 202 }], [DEADLINE, time]]);
    expect(outcome?.kind).toBe("failed");
    expect(said.map((c) => c.kind)).toEqual(["invite", "refer", "end-leg", "done"]);
  });

  test("sends nothing at all when the phone is not idle", () => {
    const { said, outcome } = play([], "busy");
    expect(outcome).toEqual({ kind: "refused", reason: "the desk phone is busy" });
    expect(said).toHaveLength(1);
  });

  test.each([
    ["offline", "refused"],
    ["unknown", "refused"],
    ["ringing", "refused"],
    ["held", "refused"],
  ] as const)("a phone that is %s is %s before any SIP", (state, kind) => {
    const { commands } = begin(RINGING, state, DEADLINE);
    expect(commands).toHaveLength(1);
    expect(outcomeOf(commands)?.kind).toBe(kind);
  });

  test("cancels the call to the phone when the line stops before it answered", () => {
    const { said, outcome } = play([
      [5, phone("ringing")],
      [10, IDLE],
    ]);
    expect(outcome?.kind).toBe("too-late");
    expect(said.map((c) => c.kind)).toEqual(["invite", "end-leg", "done"]);
  });

  test("another ring of the same line is not the one that was pressed for", () => {
    expect(play([[10, { kind: "line", state: "ringing", ring: "another" }]]).outcome?.kind).toBe("too-late");
  });

  test.each([
    [486, "refused"],
    [480, "no-answer"],
    [408, "no-answer"],
    [404, "failed"],
    [401, "failed"],
    [503, "failed"],
  ] as const)("the phone's %i is %s, and there is no leg to end", (code, kind) => {
    const { said, outcome } = play([[10, { kind: "rejected", code }]]);
    expect(outcome).toMatchObject({ kind, code });
    expect(said.map((c) => c.kind)).toEqual(["invite", "done"]);
  });

  test("a phone that does not answer ends in no-answer at the deadline", () => {
    expect(play([[DEADLINE, time]]).outcome?.kind).toBe("no-answer");
  });

  test("a PBX that is lost from sight fails it at once", () => {
    const lost = { kind: "line", state: "unknown", ring: undefined } as const;
    expect(play([...referred, [30, lost]]).outcome?.kind).toBe("failed");
  });
});

const anyEvent: fc.Arbitrary<AttemptEvent> = fc.oneof(
  fc.constant<AttemptEvent>({ kind: "answered" }),
  fc.constantFrom(404, 486, 487, 503).map((code): AttemptEvent => ({ kind: "rejected", code })),
  fc.constantFrom(202, 408, 501, 603).map((code): AttemptEvent => ({ kind: "refer-answered", code })),
  fc
    .tuple(fc.constantFrom(100, 180, 200, 400, 404, 503), fc.boolean())
    .map(([code, final]): AttemptEvent => ({ kind: "sipfrag", code, final })),
  fc.constant<AttemptEvent>({ kind: "leg-ended" }),
  fc
    .tuple(fc.constantFrom(...LINE_STATES), fc.constantFrom("101", "another"))
    .map(([state, ring]): AttemptEvent => ({ kind: "line", state, ring: state === "ringing" ? ring : undefined })),
  fc.constantFrom(...LINE_STATES).map((state): AttemptEvent => ({ kind: "phone", state })),
  fc.constant<AttemptEvent>({ kind: "abort", reason: "stopping" }),
  fc.constant<AttemptEvent>({ kind: "time" }),
);

test("whatever happens in whatever order: one outcome in time, no leg left, no false picked-up, no REFER too many", () => {
  const schedule = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), anyEvent), { maxLength: 25 });
  fc.assert(
    fc.property(schedule, (events) => {
      let now = 0;
      let attempt: Attempt;
      let commands: readonly AttemptCommand[];
      const said: AttemptCommand[] = [];
      let notYets = 0;
      let [answered, over, lineRings, phoneTalks, doneAt] = [false, false, true, false, Number.NaN];
      ({ attempt, commands } = begin(RINGING, "idle", DEADLINE));
      said.push(...commands);
      const feed = (event: AttemptEvent) => {
        if (event.kind === "answered") answered = true;
        if (event.kind === "rejected" && !answered) over = true;
        if (event.kind === "leg-ended") over = true;
        if (event.kind === "line") lineRings = event.state === "ringing" && event.ring === "101";
        if (event.kind === "sipfrag" && event.final && event.code === 400) notYets++;
        if (event.kind === "phone") phoneTalks = event.state === "busy" || event.state === "held";
        ({ attempt, commands } = step(attempt, event, now));
        said.push(...commands);
        if (commands.some((c) => c.kind === "refer"))
          expect({ over, lineRings }).toEqual({ over: false, lineRings: true });
        const outcome = outcomeOf(commands);
        if (!outcome) return;
        doneAt = now;
        if (outcome.kind === "picked-up") expect({ over, phoneTalks }).toEqual({ over: true, phoneTalks: true });
      };
      let stopped = false;
      for (const [wait, event] of events) {
        now += wait;
        while (now > DEADLINE && Number.isNaN(doneAt)) {
          now = DEADLINE;
          feed({ kind: "time" });
        }
        feed(event);
        stopped ||= !lineRings;
      }
      now = Math.max(now, DEADLINE);
      feed({ kind: "time" });

      const count = (kind: AttemptCommand["kind"]) => said.filter((c) => c.kind === kind).length;
      expect(count("done")).toBe(1);
      expect(doneAt).toBeLessThanOrEqual(DEADLINE);
      expect(count("refer")).toBeLessThanOrEqual(Math.min(7, 1 + notYets));
      expect(count("end-leg")).toBeLessThanOrEqual(1);
      expect(over || count("end-leg") === 1).toBe(true);
      if (outcomeOf(said)?.kind === "picked-up") expect(stopped).toBe(true);
      expect(attempt.stage).toBe("done");
    }),
    { numRuns: 3000 },
  );
});
