import { describe, expect, test } from "vitest";
import { GRACE, STAY } from "../../../firmware/domain/attempt/attempt.ts";
import { DESK_PHONE } from "../../../firmware/domain/attempt/desk-phone.ts";
import type { OutcomeKind } from "../../../firmware/domain/outcome.ts";
import {
  abort,
  answered,
  at,
  DEADLINE,
  ended,
  type Heard,
  hearing,
  line,
  phone,
  referred,
  rejected,
  sipfrag,
  time,
} from "./heard.ts";

const play = (events: readonly Heard[], start = {}) => hearing(DESK_PHONE, events, start);

/** As far as the REFER: the phone has answered our leg. */
const talking: readonly Heard[] = [at(5, phone("ringing")), at(20, answered("phone")), at(21, phone("busy"))];
const accepted: Heard = at(22, referred("phone"));
const notYet: Heard = at(23, sipfrag("phone", 400));
const WHOLE = ["invite phone", "refer phone quarry", "end phone", "done"];

describe("landing desk-phone", () => {
  test("is picked up when the line stops, our leg is over and the phone stays in a call", () => {
    const { said, outcome } = play([
      ...talking,
      accepted,
      at(23, sipfrag("phone", 503)),
      at(24, line("gone")),
      at(30, ended("phone")),
      at(30 + STAY, time),
    ]);
    expect(outcome?.kind).toBe("picked-up");
    expect(said).toEqual(WHOLE);
  });

  test.each<[string, readonly Heard[]]>([
    ["line, answer, leg", [at(22, line("gone")), at(23, referred("phone")), at(24, ended("phone"))]],
    ["leg, answer, line", [at(22, ended("phone")), at(23, referred("phone")), at(24, line("gone"))]],
    ["leg, line, and no answer", [at(22, ended("phone")), at(24, line("gone"))]],
  ])("needs no particular order: %s", (_, events) => {
    expect(play([...talking, ...events, at(24 + STAY, time)]).outcome?.kind).toBe("picked-up");
  });

  test.each<[string, readonly Heard[], OutcomeKind]>([
    [
      "the caller has hung up, so that the phone falls silent with our leg",
      [at(23, line("gone")), at(24, ended("phone")), at(25, phone("idle"))],
      "too-late",
    ],
    [
      "the phone is the first to fall silent",
      [at(23, phone("idle")), at(40, line("gone")), at(41, ended("phone")), at(41 + STAY, time)],
      "too-late",
    ],
    [
      "the phone goes off while it is being proven",
      [at(24, line("gone")), at(25, ended("phone")), at(30, phone("offline"))],
      "too-late",
    ],
    [
      "the phone is lost from sight while it is being proven",
      [at(24, line("gone")), at(25, ended("phone")), at(30, phone("unknown"))],
      "failed",
    ],
    [
      "the phone was lost from sight before",
      [at(23, phone("unknown")), at(24, line("gone")), at(25, ended("phone")), at(25 + STAY, time)],
      "failed",
    ],
    [
      "a second call rings at the phone and stops",
      [
        at(24, line("gone")),
        at(25, ended("phone")),
        at(30, phone("ringing")),
        at(25 + STAY, time),
        at(900, phone("busy")),
        at(901, time),
      ],
      "picked-up",
    ],
    [
      "a second call rings until the deadline",
      [at(24, line("gone")), at(25, ended("phone")), at(30, phone("ringing")), at(25 + STAY, time), at(DEADLINE, time)],
      "failed",
    ],
    [
      "the caller is put on hold at once",
      [at(24, line("gone")), at(25, ended("phone")), at(30, phone("held")), at(25 + STAY, time)],
      "picked-up",
    ],
    [
      "the deadline cuts the proof short",
      [at(3900, line("gone")), at(3905, ended("phone")), at(DEADLINE, time)],
      "failed",
    ],
    ["the end of our leg is not confirmed", [at(24, line("gone")), at(DEADLINE, time)], "failed"],
    [
      "the PBX lets the phone go and the line rings on",
      [at(23, sipfrag("phone", 503)), at(24, phone("idle")), at(23 + GRACE, time)],
      "refused",
    ],
    ["our leg is ended and the line rings on", [at(23, ended("phone")), at(23 + GRACE, time)], "refused"],
    [
      "the same, and the line stops within the grace",
      [at(23, ended("phone")), at(300, line("gone")), at(300 + STAY, time)],
      "picked-up",
    ],
    ["the doubt has no time to be settled", [at(3900, sipfrag("phone", 503)), at(DEADLINE, time)], "failed"],
    ["the PBX says 202 and nothing", [at(DEADLINE, time)], "failed"],
    ["the PBX is lost from sight", [at(30, line("unknown"))], "failed"],
    ["the panel stops", [at(30, abort)], "failed"],
  ])("after the REFER: %s", (_, events, kind) => {
    const { said, outcome } = play([...talking, accepted, ...events]);
    expect(outcome?.kind).toBe(kind);
    const byThem = events.findIndex(([, { kind }]) => kind === "leg-ended") === 0;
    expect(said).toEqual(byThem ? WHOLE.filter((word) => word !== "end phone") : WHOLE);
  });

  test.each<[string, readonly Heard[], number]>([
    ["not before its wait is over", [accepted, notYet, at(27, time)], 1],
    ["after its wait", [accepted, notYet, at(28, time)], 2],
    ["where the sipfrag overtook the 202", [at(22, sipfrag("phone", 400)), at(23, referred("phone")), at(28, time)], 2],
    [
      "and not before the second, longer wait",
      [accepted, notYet, at(28, time), at(29, referred("phone")), at(30, sipfrag("phone", 400)), at(39, time)],
      2,
    ],
    [
      "and after the second wait",
      [accepted, notYet, at(28, time), at(29, referred("phone")), at(30, sipfrag("phone", 400)), at(40, time)],
      3,
    ],
    ["not when the line has stopped since", [accepted, notYet, at(24, line("gone")), at(99, time)], 1],
    ["not when the line had stopped", [accepted, at(23, line("gone")), at(24, sipfrag("phone", 400)), at(99, time)], 1],
    ["not when the leg is over", [accepted, notYet, at(24, ended("phone")), at(99, time)], 1],
    ["not when the phone has left", [accepted, notYet, at(24, phone("idle")), at(99, time)], 1],
    ["not after any other sipfrag", [accepted, at(23, sipfrag("phone", 503)), at(99, time)], 1],
    ["not after a sipfrag that is not the last", [accepted, at(23, sipfrag("phone", 400, false)), at(99, time)], 1],
  ])("refers again after a sipfrag 400: %s", (_, events, times) => {
    expect(play([...talking, ...events]).said.filter((word) => word.startsWith("refer"))).toHaveLength(times);
  });

  test("is refused, not repeated for ever, by a PBX that is never ready", () => {
    const events: Heard[] = [];
    for (let now = 22; now < 3500; now += 330) {
      events.push(at(now, referred("phone")), at(now, sipfrag("phone", 400)), at(now + 329, time));
    }
    const { said, outcome } = play([...talking, ...events, at(DEADLINE, time)]);
    expect(outcome).toMatchObject({ kind: "refused", code: 400 });
    expect(said.filter((word) => word.startsWith("refer"))).toHaveLength(8);
  });

  test.each([
    [603, "refused", true],
    [501, "refused", true],
    [405, "refused", true],
    [403, "refused", false],
    [408, "failed", false],
    [481, "failed", false],
    [500, "failed", false],
    [503, "failed", false],
  ] as const)("a REFER that is answered %i is %s; another landing may be tried: %s", (code, kind, definite) => {
    const told = play([...talking, at(22, referred("phone", code)), at(30, ended("phone")), at(31, phone("idle"))]);
    expect(told.outcome).toMatchObject({ kind, code });
    expect(told.definite).toBe(definite);
    expect(told.said).toEqual(WHOLE);
  });

  test.each<[string, readonly Heard[], OutcomeKind]>([
    ["the phone does not fall silent", [at(30, ended("phone")), at(22 + GRACE, time)], "refused"],
    ["the line stops", [at(30, line("gone"))], "too-late"],
    ["the PBX is lost from sight", [at(30, line("unknown"))], "failed"],
    ["the deadline comes", [at(DEADLINE, time)], "refused"],
  ])("no other landing is tried after a definite no where %s", (_, events, kind) => {
    const told = play([...talking, at(22, referred("phone", 603)), ...events]);
    expect([told.outcome?.kind, told.definite]).toEqual([kind, false]);
  });

  test.each([
    ["busy", "the desk phone is busy"],
    ["held", "the desk phone is held"],
    ["ringing", "the desk phone is ringing"],
    ["offline", "the desk phone is not registered"],
    ["unknown", "the state of the desk phone is not known"],
  ] as const)("a phone that is %s is refused before any SIP", (state, reason) => {
    const { said, outcome, definite } = play([], { phone: state });
    expect(outcome).toEqual({ kind: "refused", reason });
    expect([said, definite]).toEqual([["done"], false]);
  });

  test("a phone that may be rung while it is busy is left to landing transfer", () => {
    const { said, outcome, definite } = play([], { phone: "busy", whenBusy: "ring" });
    expect([said, outcome?.kind, definite]).toEqual([["done"], "refused", true]);
  });

  test.each([
    [{ quarry: "gone" }, "too-late"],
    [{ quarry: "unknown" }, "refused"],
    [{ deadline: GRACE }, "failed"],
  ] as const)("begins nothing with %j", (start, kind) => {
    const { said, outcome } = play([], start);
    expect([said, outcome?.kind]).toEqual([["done"], kind]);
  });

  test.each<[string, Heard, OutcomeKind]>([
    ["the line stops", at(10, line("gone")), "too-late"],
    ["the PBX is lost from sight", at(10, line("unknown")), "failed"],
    ["the panel stops", at(10, abort), "failed"],
    ["no time is left for a proof", at(DEADLINE - GRACE, time), "no-answer"],
  ])("cancels the call to the phone when %s, and a 200 that crosses it begins nothing", (_, event, kind) => {
    const { said, outcome } = play([
      at(5, phone("ringing")),
      event,
      at(3999, answered("phone")),
      at(3999, ended("phone")),
    ]);
    expect(outcome?.kind).toBe(kind);
    expect(said).toEqual(["invite phone", "end phone", "done"]);
  });

  test.each([
    [486, "refused", false],
    [600, "refused", false],
    [603, "refused", true],
    [501, "failed", true],
    [405, "failed", true],
    [403, "refused", false],
    [480, "no-answer", false],
    [408, "no-answer", false],
    [404, "failed", false],
    [401, "failed", false],
    [488, "failed", false],
    [500, "failed", false],
    [503, "failed", false],
  ] as const)("the phone's %i is %s, with no leg to end; another landing may be tried: %s", (code, kind, definite) => {
    const told = play([at(10, rejected("phone", code))]);
    expect(told.outcome).toMatchObject({ kind, code });
    expect([told.said, told.definite]).toEqual([["invite phone", "done"], definite]);
  });

  test("a phone that declined is waited for, until the next landing can find it idle", () => {
    const told = play([at(5, phone("ringing")), at(10, rejected("phone", 603)), at(40, phone("idle"))]);
    expect([told.told, told.definite]).toEqual([40, true]);
  });
});
