import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CADENCE_NAMES, type CadenceName, litAt, nextChange, type Start } from "../../firmware/domain/cadence.ts";
import { limit, NO_FLASHES } from "../../firmware/domain/flash-limit.ts";

interface Switch {
  readonly at: number;
  readonly cadence: CadenceName;
}

interface Turn {
  readonly at: number;
  readonly lit: boolean;
}

/**
 * One lamp under a renderer that looks only when it has to: at each switch, where the cadence turns, and where the limit
 * asks for it.
 */
function render(switches: readonly Switch[], until: number): { turns: Turn[]; denied: number } {
  const turns: Turn[] = [];
  const left = [...switches];
  let denied = 0;
  let memory = NO_FLASHES;
  let cadence: CadenceName = "dark";
  let start: Start | undefined;
  let now = left[0]?.at ?? until;
  while (now < until) {
    while (left[0] !== undefined && left[0].at <= now) {
      cadence = left[0].cadence;
      start = { at: now, wasLit: memory.lit };
      left.shift();
    }
    const limited = limit(memory, litAt(cadence, now, start), now);
    if (limited.lit !== memory.lit) turns.push({ at: now, lit: limited.lit });
    if (limited.recheckAt !== undefined) denied++;
    memory = limited.memory;
    const changeAt = nextChange(cadence, now, start) ?? until;
    const next = Math.min(changeAt, limited.recheckAt ?? until, left[0]?.at ?? until);
    if (next <= now) throw new Error("the lamp asks to be looked at again in no time");
    now = next;
  }
  return { turns, denied };
}

function startsOf(turns: readonly Turn[]): number[] {
  return turns.filter(({ lit }) => lit).map(({ at }) => at);
}

/** No half-open second holds four starts, told without the limit's own arithmetic. */
function expectAtMostThreeASecond(starts: readonly number[]): void {
  for (const [i, first] of starts.entries()) {
    const fourth = starts[i + 3];
    if (fourth !== undefined) expect(fourth).toBeGreaterThanOrEqual(first + 1000);
  }
}

const anySwitches = fc
  .array(
    fc.record({
      wait: fc.oneof(fc.nat(60), fc.nat(2500), fc.double({ min: 0, max: 300, noNaN: true })),
      cadence: fc.constantFrom(...CADENCE_NAMES),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .chain((steps) => fc.double({ min: 0, max: 1e7, noNaN: true }).map((from) => ({ steps, from })))
  .map(({ steps, from }) => {
    let at = from;
    return steps.map(({ wait, cadence }) => {
      at += wait;
      return { at, cadence };
    });
  });

describe("limit", () => {
  it("lets no lamp start more than three flashes in any second, over all cadences and any switching", () => {
    fc.assert(
      fc.property(anySwitches, (switches) => {
        const { turns } = render(switches, (switches.at(-1)?.at ?? 0) + 5000);
        expectAtMostThreeASecond(startsOf(turns));
      }),
      { numRuns: 500 },
    );
  });

  it("lets no lamp start more than three flashes in any second, whatever is wanted", () => {
    const anyWishes = fc.array(fc.record({ wait: fc.double({ min: 0, max: 400, noNaN: true }), want: fc.boolean() }));
    fc.assert(
      fc.property(anyWishes, (wishes) => {
        const starts: number[] = [];
        let memory = NO_FLASHES;
        let now = 0;
        for (const { wait, want } of wishes) {
          now += wait;
          const limited = limit(memory, want, now);
          if (limited.lit && !memory.lit) starts.push(now);
          if (!want) expect(limited.lit).toBe(false);
          expect(limited.lit).toBe(limited.memory.lit);
          memory = limited.memory;
        }
        expectAtMostThreeASecond(starts);
      }),
    );
  });

  it("fulfils a steady wish within a second, at the moment it names", () => {
    fc.assert(
      fc.property(anySwitches, (switches) => {
        const from = switches.at(-1)?.at ?? 0;
        const { turns } = render([...switches, { at: from + 1, cadence: "steady" }], from + 3000);
        const last = turns.at(-1);
        expect(last?.lit).toBe(true);
        expect(last?.at).toBeLessThanOrEqual(from + 1 + 1000);
      }),
    );
  });

  it("lets a cadence that lasts alone", () => {
    for (const cadence of CADENCE_NAMES) {
      for (let at = 0; at < 2000; at += 13) expect(render([{ at, cadence }], at + 6000).denied).toBe(0);
    }
  });

  it("leaves what a press at a ringing key brings alone", () => {
    for (let pressed = 4000; pressed < 6000; pressed += 97) {
      for (const cadence of ["refused", "too-late", "failed", "steady"] as const) {
        for (let wait = 60; wait < 4000; wait += 170) {
          const switches: Switch[] = [
            { at: 0, cadence: "flash" },
            { at: pressed, cadence },
            { at: pressed + 4000, cadence: "flash" },
          ];
          expect(render(switches, pressed + wait + 5000).denied).toBe(0);
        }
      }
    }
  });

  it("goes dark at once and remembers nothing new by asking again", () => {
    const lit = limit(NO_FLASHES, true, 0);
    expect(limit(lit.memory, true, 1).memory).toBe(lit.memory);
    expect(limit(lit.memory, false, 0.5)).toEqual({ memory: { lit: false, starts: [0] }, lit: false });
  });
});
