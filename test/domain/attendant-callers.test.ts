import { beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "../../firmware/domain/caller.ts";
import type { Effect } from "../../firmware/domain/effect.ts";
import type { LineState } from "../../firmware/domain/line-state.ts";
import { Attended, kinds, MONDAY } from "./attended.ts";

const anna: Caller = { name: "Anna Meier", number: "205" };
const ben: Caller = { number: "•••• 67" };

let panel: Attended;
/** Who is behind each lamp, as it was shown last. */
let behind: Map<string, Caller | undefined>;
beforeEach(() => {
  panel = new Attended();
  panel.calm(0);
  behind = new Map();
});

function told(line: string, state: LineState, at: number, caller?: Caller): readonly Effect[] {
  const ring = state === "ringing" ? `ring of ${line}` : undefined;
  const effects = panel.take({ kind: "line", line, state, ring, caller, local: MONDAY, at });
  for (const effect of effects) if (effect.kind === "show") behind.set(effect.key, effect.caller);
  return effects;
}

describe("who is behind a lamp", () => {
  test("is shown on each key of the line as long as the call lasts, and no longer", () => {
    told("101", "ringing", 10, anna);
    expect([behind.get("1"), behind.get("3"), behind.get("11")]).toEqual([anna, anna, anna]);
    told("101", "busy", 20, anna);
    expect([behind.get("1"), behind.get("3")]).toEqual([anna, anna]);
    told("101", "idle", 30);
    expect(new Set(behind.values())).toEqual(new Set([undefined]));
  });

  test("goes with the sight of the line", () => {
    told("101", "ringing", 10, anna);
    told("101", "unknown", 20);
    expect(new Set(behind.values())).toEqual(new Set([undefined]));
  });

  test("is told anew where it is another one in the same state, which lights nothing anew", () => {
    told("101", "ringing", 10, anna);
    panel.press("2", 15);
    panel.press("3", 15);
    expect(panel.lamps.get("3")).toBe("refused");
    const effects = told("101", "ringing", 20, ben);
    expect(kinds(effects)).toEqual(["show", "show", "show"]);
    expect([behind.get("1"), behind.get("3"), behind.get("11")]).toEqual([ben, ben, ben]);
    // That it rings is no news, and what became of the press is still to be seen.
    expect(panel.lamps.get("3")).toBe("refused");
    expect(told("101", "ringing", 30, { ...ben })).toEqual([]);
  });

  test("of a parked call stands on the key of its slot", () => {
    told("701", "busy", 10, anna);
    expect(behind.get("12")).toEqual(anna);
  });

  test("is with a module that comes back, and not with one that is gone", () => {
    told("101", "ringing", 10, anna);
    const module = (gone: readonly string[]) =>
      panel.take({ kind: "module", name: "left", why: undefined, gone: new Set(gone), at: 20 });
    expect(module(["1"]).find(({ kind }) => kind === "lost")).not.toHaveProperty("caller");
    expect(module([])).toContainEqual(expect.objectContaining({ kind: "show", key: "1", caller: anna }));
  });
});

describe("a group's key", () => {
  test("names whom a press would take: who rings longest, and then the next", () => {
    told("103", "ringing", 10, ben);
    told("101", "ringing", 20, anna);
    expect(behind.get("11")).toEqual(ben);
    expect(panel.press("11", 25)).toContainEqual(
      expect.objectContaining({ kind: "attempt", task: expect.objectContaining({ line: "103" }) }),
    );
    told("103", "busy", 30, ben);
    expect(behind.get("11")).toEqual(anna);
  });

  test("names nobody where that is not to be told, though it may be of another that rings", () => {
    told("103", "ringing", 10);
    told("101", "ringing", 20, anna);
    expect(behind.get("11")).toBeUndefined();
    expect(behind.get("1")).toEqual(anna);
  });

  test("names one that may be taken before one that may not, however long that rings", () => {
    told("105", "ringing", 10, ben);
    expect(behind.get("11")).toEqual(ben);
    told("101", "ringing", 20, anna);
    expect(behind.get("11")).toEqual(anna);
  });

  test("names nobody who talks there", () => {
    told("101", "busy", 10, anna);
    expect(behind.get("1")).toEqual(anna);
    expect(behind.get("11")).toBeUndefined();
  });
});
