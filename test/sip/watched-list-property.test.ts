import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LIST } from "./listed.ts";
import { listOf, type TestMember, uriOf } from "./lists.ts";
import { dialog, full, partial, RINGING, watching } from "./watching.ts";

describe("over any sequence of events", () => {
  const LINES = ["101", "102", "103"] as const;
  const line = fc.constantFrom(...LINES);
  const body = fc.constantFrom(
    full(0),
    full(1, RINGING),
    full(2, dialog("confirmed")),
    partial(3, RINGING),
    "<broken",
    "",
  );
  const told = fc.record({
    line,
    body,
    instances: fc.option(fc.constantFrom("", '<instance id="a" state="pending"/>'), { freq: 4 }),
  });
  const step = fc.oneof(
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("link" as const), up: fc.constantFrom(true, true, false) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("time" as const), by: fc.constantFrom(1, 600, 7_000, 100_000) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("answer" as const),
        which: fc.nat(),
        status: fc.constantFrom(200, 200, 200, 404, 481, 503),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("list" as const),
        which: fc.nat(),
        version: fc.nat(4),
        whole: fc.boolean(),
        members: fc.uniqueArray(told, { selector: (one) => one.line, maxLength: 3 }),
        state: fc.constantFrom("active", "active", "active", "pending", "terminated"),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("line" as const),
        which: fc.nat(),
        body,
        state: fc.constantFrom("active", "active", "terminated"),
      }),
    },
  );

  it("no line leaves unknown, and none rings, but by a report on it, received since, over a link that is up", () => {
    let left = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        const { agent, clock, watcher, states } = watching(LINES, {}, LIST);
        let telling: readonly string[] = [];
        const last = new Map<string, string>(LINES.map((one) => [one, "unknown"]));
        watcher.onReport((report) => {
          if (report.state !== "unknown") {
            expect(agent.up).toBe(true);
            expect(telling).toContain(report.line);
            if (last.get(report.line) === "unknown") left++;
          }
          last.set(report.line, report.state);
        });
        watcher.start();
        const of = (wanted: (name: string) => boolean, which: number) => {
          const fit = agent.asked.filter(({ spec }) => wanted(/^sip:([^@]*)@/.exec(spec.to ?? "")?.[1] ?? ""));
          return fit.at(-1 - (which % Math.min(3, fit.length || 1)));
        };
        for (const one of steps) {
          if (one.kind === "link") agent.link(one.up);
          else if (one.kind === "time") clock.advance(one.by);
          else if (one.kind === "answer")
            agent.unanswered[one.which % Math.max(1, agent.unanswered.length)]?.answer(one.status);
          else {
            const asked = of((name) => (name === LIST) === (one.kind === "list"), one.which);
            if (asked === undefined) continue;
            const active = one.state === "active";
            if (one.kind === "list") {
              const members = one.members.map(
                (own): TestMember => ({
                  uri: uriOf(own.line),
                  body: own.body,
                  ...(own.instances !== null && { instances: own.instances }),
                }),
              );
              const says = one.members.filter(
                ({ instances, body: text }) => instances === null && text.startsWith("<dialog-info"),
              );
              telling = active ? says.map((own) => own.line) : [];
              agent.notify(asked.callId, {
                state: one.state,
                ...listOf({ version: one.version, full: one.whole, members }),
              });
            } else {
              telling = active ? LINES.filter((own) => asked.spec.to === agent.uri(own)) : [];
              agent.notify(asked.callId, { state: one.state, body: one.body });
            }
            telling = [];
          }
          if (!agent.up) expect(states()).toEqual(["unknown", "unknown", "unknown"]);
        }
        void watcher.stop();
        expect(states()).toEqual(["unknown", "unknown", "unknown"]);
      }),
      { numRuns: 400 },
    );
    // The property says something only where lines do come back.
    expect(left).toBeGreaterThan(300);
  });
});
