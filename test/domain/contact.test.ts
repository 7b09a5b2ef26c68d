import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ContactChange, resettle, restingContact, type Settled, settle } from "../../firmware/domain/contact.ts";

/** Edges that alternate, at any distances; the contact starts open. */
const anyEdges: fc.Arbitrary<readonly ContactChange[]> = fc
  .array(fc.oneof(fc.nat(5), fc.nat(60), fc.double({ min: 0, max: 30, noNaN: true })), { maxLength: 40 })
  .map((waits) => {
    let at = 0;
    return waits.map((wait, i) => {
      at += wait;
      return { closed: i % 2 === 0, at };
    });
  });
const anyQuiet = fc.oneof(fc.nat(40), fc.double({ min: 0, max: 40, noNaN: true }));

/** All changes of a contact whose rechecks run `late` ms after the moment they were wanted for. */
function changesOf(edges: readonly ContactChange[], quiet: number, late = 0): ContactChange[] {
  const changes: ContactChange[] = [];
  let memory = restingContact(false);
  let recheckAt: number | undefined;
  const take = (settled: Settled): void => {
    memory = settled.memory;
    recheckAt = settled.recheckAt;
    if (settled.change !== undefined) changes.push(settled.change);
  };
  const recheckUntil = (until: number): void => {
    while (recheckAt !== undefined && recheckAt + late < until) {
      take(resettle(memory, recheckAt + late, quiet));
      if (recheckAt !== undefined) throw new Error("a recheck that was due asks for another");
    }
  };
  for (const edge of edges) {
    recheckUntil(edge.at);
    take(settle(memory, edge, quiet));
  }
  recheckUntil(Number.POSITIVE_INFINITY);
  return changes;
}

describe("settle", () => {
  it("makes one closing and one opening of a clean press, at its own moments", () => {
    const press = [
      { closed: true, at: 100.25 },
      { closed: false, at: 220.5 },
    ];
    expect(changesOf(press, 20)).toEqual(press);
  });

  it("takes the first edge of a bouncing press at once, and the rest not at all", () => {
    const edges = [0, 1, 2, 4, 7, 90, 91, 93].map((at, i) => ({ closed: i % 2 === 0, at }));
    const bouncing = [...edges.slice(0, 5), ...edges.slice(5)];
    expect(changesOf(bouncing, 20)).toEqual([
      { closed: true, at: 0 },
      { closed: false, at: 90 },
    ]);
  });

  it("tells of a tap that is over before the lock-out, when that ends", () => {
    const tap = [
      { closed: true, at: 10 },
      { closed: false, at: 14 },
    ];
    expect(changesOf(tap, 20)).toEqual([
      { closed: true, at: 10 },
      { closed: false, at: 30 },
    ]);
  });

  it("gives at most one change in each quiet interval, under any bounce", () => {
    fc.assert(
      fc.property(anyEdges, anyQuiet, (edges, quiet) => {
        const changes = changesOf(edges, quiet);
        for (const [i, change] of changes.entries()) {
          const next = changes[i + 1];
          expect(change.closed).toBe(i % 2 === 0);
          if (next !== undefined) expect(next.at).toBeGreaterThanOrEqual(change.at + quiet);
        }
      }),
    );
  });

  it("ends at the level that the contact rests at, within one quiet interval", () => {
    fc.assert(
      fc.property(anyEdges, anyQuiet, (edges, quiet) => {
        const last = changesOf(edges, quiet).at(-1);
        expect(last?.closed ?? false).toBe(edges.at(-1)?.closed ?? false);
        expect(last?.at ?? 0).toBeLessThanOrEqual((edges.at(-1)?.at ?? 0) + quiet);
      }),
    );
  });

  it("never waits with an edge after a quiet time", () => {
    fc.assert(
      fc.property(anyEdges, anyQuiet, (edges, quiet) => {
        const changes = changesOf(edges, quiet);
        for (const [i, edge] of edges.entries()) {
          const before = i === 0 ? Number.NEGATIVE_INFINITY : (edges[i - 1]?.at ?? 0);
          if (edge.at > before + 2 * quiet) expect(changes).toContainEqual(edge);
        }
      }),
    );
  });

  it("gives the same changes however late its rechecks run", () => {
    fc.assert(
      fc.property(anyEdges, anyQuiet, fc.nat(200), (edges, quiet, late) => {
        expect(changesOf(edges, quiet, late)).toEqual(changesOf(edges, quiet));
      }),
    );
  });

  it("passes everything on where the kernel debounces", () => {
    fc.assert(
      fc.property(anyEdges, (edges) => {
        expect(changesOf(edges, 0)).toEqual(edges);
      }),
    );
  });

  it("says nothing of edges that repeat a level, nor of a key that is closed at start-up", () => {
    const stuck = restingContact(true);
    expect(settle(stuck, { closed: true, at: 5 }, 20)).toEqual({ memory: stuck });
    expect(resettle(stuck, 100, 20)).toEqual({ memory: stuck });
    expect(settle(stuck, { closed: false, at: 5 }, 20).change).toEqual({ closed: false, at: 5 });
  });
});
