import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DialogInfo } from "../../firmware/domain/dialog.ts";
import { cleared, EMPTY_ROSTER, fold, type Roster, ringOf } from "../../firmware/domain/roster.ts";
import { anyDialogs, anyInfo, anyRoster, dialog, full, partial } from "./dialog-arbitrary.ts";

function rosterOf(...documents: readonly DialogInfo[]): Roster {
  return documents.reduce((roster, document) => fold(roster, document).roster, EMPTY_ROSTER);
}

function ids(roster: Roster): string[] {
  return [...roster.dialogs.keys()].sort();
}

describe("fold of full state", () => {
  it("is idempotent", () => {
    fc.assert(
      fc.property(anyRoster, anyInfo, (roster, info) => {
        const document: DialogInfo = { ...info, state: "full" };
        const once = fold(roster, document);
        const twice = fold(once.roster, document);
        expect(twice.roster).toEqual(once.roster);
        if (once.verdict === "applied") expect(twice.verdict).toBe("applied");
      }),
    );
  });

  it("replaces all that was known, unless it is older", () => {
    fc.assert(
      fc.property(anyRoster, anyDialogs, fc.nat(6), (roster, dialogs, version) => {
        const { roster: next, verdict } = fold(roster, full(version, ...dialogs));
        if (version < (roster.version ?? 0)) {
          expect(verdict).toBe("stale");
          expect(next).toBe(roster);
        } else {
          expect(verdict).toBe("applied");
          expect(next.version).toBe(version);
          expect(next.gap).toBeUndefined();
          const live = dialogs.filter(({ state }) => state !== "terminated").map(({ id }) => id);
          expect(ids(next)).toEqual(live.sort());
        }
      }),
    );
  });

  it("takes an equal version with other content: a PBX that was killed counts again", () => {
    const { roster, verdict } = fold(
      rosterOf(full(1, dialog("101", "early", { direction: "recipient" }))),
      full(1, dialog("101", "terminated")),
    );
    expect(verdict).toBe("applied");
    expect(ids(roster)).toEqual([]);
  });
});

describe("fold of partial state", () => {
  it("gives what full states of the same calls give, as long as none is lost", () => {
    fc.assert(
      fc.property(anyDialogs, fc.array(anyDialogs, { maxLength: 6 }), (start, changes) => {
        const known = new Map(start.map((each) => [each.id, each]));
        let inParts = rosterOf(full(1, ...start));
        let inFull = inParts;
        for (const [i, change] of changes.entries()) {
          for (const each of change) known.set(each.id, each);
          const folded = fold(inParts, partial(i + 2, ...change));
          expect(folded.verdict).toBe("applied");
          inParts = folded.roster;
          inFull = fold(inFull, full(i + 2, ...known.values())).roster;
          for (const each of change) if (each.state === "terminated") known.delete(each.id);
        }
        expect(ids(inParts)).toEqual(ids(inFull));
        for (const [id, each] of inParts.dialogs) expect(inFull.dialogs.get(id)?.state).toBe(each.state);
      }),
    );
  });

  it("remembers a lost document until full state comes", () => {
    fc.assert(
      fc.property(
        fc.array(anyDialogs, { minLength: 2, maxLength: 8 }),
        fc.nat(7),
        fc.nat(5),
        (changes, lostAt, version) => {
          const lost = Math.min(lostAt, changes.length - 2);
          let roster = rosterOf(full(version));
          for (const [i, change] of changes.entries()) {
            if (i === lost) continue;
            const folded = fold(roster, partial(version + 1 + i, ...change));
            expect(folded.verdict).toBe(i === lost + 1 ? "gap" : "applied");
            expect(folded.roster.gap).toBe(i > lost ? true : undefined);
            roster = folded.roster;
          }
          expect(fold(roster, full(version + changes.length)).roster.gap).toBeUndefined();
        },
      ),
    );
  });

  it("merges across a gap, so that nothing known is lost", () => {
    const { roster, verdict } = fold(rosterOf(full(1, dialog("a", "confirmed"))), partial(3, dialog("b", "early")));
    expect(verdict).toBe("gap");
    expect(ids(roster)).toEqual(["a", "b"]);
  });

  it("is a gap before any full state", () => {
    const { roster, verdict } = fold(EMPTY_ROSTER, partial(0, dialog("a", "early")));
    expect(verdict).toBe("gap");
    expect(roster.gap).toBe(true);
    expect(ids(roster)).toEqual(["a"]);
  });

  it("with an equal version is a repetition where it says nothing new, else a gap", () => {
    const roster = rosterOf(full(1), partial(2, dialog("a", "early")));
    expect(fold(roster, partial(2, dialog("a", "early"))).verdict).toBe("applied");
    const renewed = fold(roster, partial(2, dialog("a", "terminated")));
    expect(renewed.verdict).toBe("gap");
    expect(ids(renewed.roster)).toEqual([]);
  });

  it("keeps the live one of two branches with one id", () => {
    const branches = [dialog("a", "confirmed"), dialog("a", "terminated")];
    expect(ids(rosterOf(full(1), partial(2, ...branches)))).toEqual(["a"]);
    expect(ids(rosterOf(full(1), partial(2, ...branches.reverse())))).toEqual(["a"]);
    expect(ids(rosterOf(full(1, ...branches)))).toEqual(["a"]);
  });
});

describe("a roster", () => {
  it("never holds a terminated dialog, and stays as it is under a stale document", () => {
    fc.assert(
      fc.property(anyRoster, anyInfo, (roster, info) => {
        const folded = fold(roster, info);
        for (const each of folded.roster.dialogs.values()) expect(each.state).not.toBe("terminated");
        expect(folded.verdict === "stale").toBe(roster.version !== undefined && info.version < roster.version);
        if (folded.verdict === "stale") expect(folded.roster).toBe(roster);
      }),
    );
  });

  it("keeps call-id and tags that a dialog told while it was early", () => {
    const tags = { callId: "c1", localTag: "l1", remoteTag: "r1" };
    for (const later of [full(2, dialog("a", "confirmed")), partial(2, dialog("a", "confirmed", { callId: "c1" }))]) {
      const roster = rosterOf(full(1, dialog("a", "early", tags)), later);
      expect(roster.dialogs.get("a")).toEqual(dialog("a", "confirmed", tags));
    }
  });

  it("takes newer tags of the same dialog: the last branch that rings has them", () => {
    const roster = rosterOf(
      full(1, dialog("a", "early", { callId: "c1", remoteTag: "r1" })),
      full(2, dialog("a", "early", { callId: "c1", remoteTag: "r2" })),
    );
    expect(roster.dialogs.get("a")?.remoteTag).toBe("r2");
  });

  it("does not give an old call's tags to another call under the same id", () => {
    const tags = { callId: "c1", localTag: "l1", remoteTag: "r1" };
    const renamed = rosterOf(full(1, dialog("a", "early", tags)), full(2, dialog("a", "early", { callId: "c2" })));
    expect(renamed.dialogs.get("a")).toEqual(dialog("a", "early", { callId: "c2" }));
    const rung = rosterOf(full(1, dialog("a", "confirmed", tags)), full(2, dialog("a", "early")));
    expect(rung.dialogs.get("a")).toEqual(dialog("a", "early"));
    const ended = rosterOf(full(1, dialog("a", "early", tags)), full(2), full(3, dialog("a", "early")));
    expect(ended.dialogs.get("a")).toEqual(dialog("a", "early"));
  });

  it("is empty and whole after an empty body, and keeps its version", () => {
    fc.assert(
      fc.property(anyRoster, (roster) => {
        const { dialogs, gap, version } = cleared(roster);
        expect(dialogs.size).toBe(0);
        expect(gap).toBeUndefined();
        expect(version).toBe(roster.version);
      }),
    );
  });
});

describe("ringOf", () => {
  const ringing = { direction: "recipient", callId: "c1" } as const;

  it("is undefined while nothing rings", () => {
    expect(ringOf(EMPTY_ROSTER)).toBeUndefined();
    const outgoing = dialog("b", "early", { direction: "initiator" });
    const notYet = dialog("c", "trying", { direction: "recipient" });
    expect(ringOf(rosterOf(full(1, dialog("a", "confirmed"), outgoing, notYet)))).toBeUndefined();
  });

  it("does not depend on the order of dialogs, nor on the other calls of the line", () => {
    const first = dialog("a", "early", ringing);
    const second = dialog("b", "proceeding", { direction: "recipient" });
    const ring = ringOf(rosterOf(full(1, first, second)));
    expect(ring).toBeDefined();
    expect(ringOf(rosterOf(full(1, second, first)))).toBe(ring);
    expect(ringOf(rosterOf(full(1, second, dialog("z", "confirmed"), first)))).toBe(ring);
  });

  it("stays while the call rings on, and differs for another call", () => {
    const roster = rosterOf(full(1, dialog("a", "early", ringing)));
    expect(ringOf(fold(roster, full(2, dialog("a", "early", { direction: "recipient" }))).roster)).toBe(ringOf(roster));
    const other = rosterOf(full(1, dialog("a", "early", { ...ringing, callId: "c2" })));
    expect(ringOf(other)).not.toBe(ringOf(roster));
    expect(ringOf(rosterOf(full(1, dialog("b", "early", ringing))))).not.toBe(ringOf(roster));
  });

  it("is the same for equal sets of ringing calls, and only for them", () => {
    fc.assert(
      fc.property(anyRoster, anyRoster, (a, b) => {
        expect(ringOf(a) === ringOf(b)).toBe(ringingCalls(a) === ringingCalls(b));
      }),
    );
  });
});

/** The ringing calls of a roster, told in another way than ringOf does. */
function ringingCalls(roster: Roster): string {
  const calls: string[] = [];
  for (const { id, state, direction, callId } of roster.dialogs.values()) {
    const alerting =
      state === "early" ? direction !== "initiator" : state === "proceeding" && direction === "recipient";
    if (alerting) calls.push(`${id}/${callId}`);
  }
  return calls.sort().join();
}
