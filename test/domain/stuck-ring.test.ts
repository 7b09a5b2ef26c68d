import { describe, expect, it } from "vitest";
import type { Dialog } from "../../firmware/domain/dialog.ts";
import { EMPTY_ROSTER, fold } from "../../firmware/domain/roster.ts";
import { doubted, isAsked, isStuck, NO_RINGS, nextDoubt, ringsAfter } from "../../firmware/domain/stuck-ring.ts";
import { dialog, full } from "./dialog-arbitrary.ts";

const roster = (...dialogs: readonly Dialog[]) => fold(EMPTY_ROSTER, full(1, ...dialogs)).roster;
const a = dialog("a", "early", { direction: "recipient" });
const b = dialog("b", "early", { direction: "recipient" });

describe("a ring that gets old", () => {
  it("is believed, then asked about, then stuck when the PBX says all of it again", () => {
    const young = ringsAfter(NO_RINGS, roster(a), true, 1000);
    expect([nextDoubt(young, 100), isAsked(young), isStuck(young)]).toEqual([1100, false, false]);
    expect(doubted(young, 100, 1099)).toBe(young);
    const old = doubted(young, 100, 1100);
    expect([nextDoubt(old, 100), isAsked(old), isStuck(old)]).toEqual([undefined, true, false]);
    // A change elsewhere is no answer.
    expect(isStuck(ringsAfter(old, roster(a), false, 1101))).toBe(false);
    const stuck = ringsAfter(old, roster(a), true, 1102);
    expect([isAsked(stuck), isStuck(stuck)]).toEqual([false, true]);
    expect(isStuck(ringsAfter(stuck, roster(a), true, 9999))).toBe(true);
  });

  it("said again before it is old is as old as it was", () => {
    const again = ringsAfter(ringsAfter(NO_RINGS, roster(a), true, 0), roster(a), true, 90);
    expect(nextDoubt(again, 100)).toBe(100);
  });

  it("is forgotten with its call, whatever state that goes to", () => {
    const stuck = ringsAfter(doubted(ringsAfter(NO_RINGS, roster(a), true, 0), 100, 100), roster(a), true, 101);
    for (const next of [roster(), roster({ ...a, state: "confirmed" })]) {
      expect(ringsAfter(stuck, next, true, 102).size).toBe(0);
    }
    const again = ringsAfter(ringsAfter(stuck, roster(), true, 102), roster(a), true, 103);
    expect([isStuck(again), nextDoubt(again, 100)]).toEqual([false, 203]);
  });

  it("does not hide another one, and is stuck still when that has gone", () => {
    const stuck = ringsAfter(doubted(ringsAfter(NO_RINGS, roster(a), true, 0), 100, 100), roster(a), true, 101);
    const both = ringsAfter(stuck, roster(a, b), true, 150);
    expect([isStuck(both), nextDoubt(both, 100)]).toEqual([false, 250]);
    expect(isStuck(ringsAfter(both, roster(a), true, 160))).toBe(true);
  });

  it("is told from the next one by its call-id where there is one", () => {
    const stuck = ringsAfter(
      doubted(ringsAfter(NO_RINGS, roster({ ...a, callId: "x" }), true, 0), 100, 100),
      roster({ ...a, callId: "x" }),
      true,
      101,
    );
    expect(isStuck(stuck)).toBe(true);
    expect(isStuck(ringsAfter(stuck, roster({ ...a, callId: "y" }), true, 102))).toBe(false);
  });

  it("nothing rings: nothing is stuck", () => {
    expect([isStuck(NO_RINGS), isAsked(NO_RINGS), nextDoubt(NO_RINGS, 100)]).toEqual([false, false, undefined]);
  });
});
