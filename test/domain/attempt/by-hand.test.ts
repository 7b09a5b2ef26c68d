import { describe, expect, test } from "vitest";
import { GRACE, STAY } from "../../../firmware/domain/attempt/attempt.ts";
import { PARK } from "../../../firmware/domain/attempt/park.ts";
import { REMOTE_CONTROL } from "../../../firmware/domain/attempt/remote-control.ts";
import { REMOTE_DIAL } from "../../../firmware/domain/attempt/remote-dial.ts";
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
  obeyed,
  phone,
  referred,
  sipfrag,
  time,
} from "./heard.ts";

type Case = [what: string, events: readonly Heard[], kind: OutcomeKind];

const asked = ["ask phone", "done"];
/** The phone has heard, and calls. */
const calling: readonly Heard[] = [at(10, obeyed(200)), at(20, phone("busy"))];

describe("landing remote-control", () => {
  test.each<Case>([
    ["the phone has the call", [...calling, at(30, line("gone")), at(30 + GRACE, time)], "picked-up"],
    [
      "the line stops before the phone is seen in a call",
      [at(10, obeyed(200)), at(30, line("gone")), at(40, phone("busy")), at(40 + GRACE, time)],
      "picked-up",
    ],
    [
      "the phone's answer is lost",
      [at(10, obeyed(0)), at(20, phone("busy")), at(30, line("gone")), at(30 + GRACE, time)],
      "picked-up",
    ],
    [
      "the phone's answer never comes",
      [at(20, phone("busy")), at(30, line("gone")), at(30 + GRACE, time)],
      "picked-up",
    ],
    ["somebody else was faster", [...calling, at(30, line("gone")), at(200, phone("idle"))], "too-late"],
    [
      "the line stops, and the phone does nothing",
      [at(10, obeyed(200)), at(30, line("gone")), at(30 + GRACE, time)],
      "too-late",
    ],
    [
      "the phone begins a call that finds nothing",
      [at(30, line("gone")), at(40, phone("busy")), at(30 + GRACE, time), at(639, phone("idle"))],
      "too-late",
    ],
    [
      "the PBX refuses the phone, and the line rings on",
      [...calling, at(50, phone("idle")), at(50 + GRACE, time)],
      "refused",
    ],
    [
      "the same, before the phone's answer",
      [at(20, phone("busy")), at(50, phone("idle")), at(60, obeyed(200)), at(50 + GRACE, time)],
      "refused",
    ],
    [
      "the PBX lets the phone go, and then the line stops",
      [...calling, at(50, phone("idle")), at(90, line("gone")), at(90 + GRACE, time)],
      "too-late",
    ],
    ["the phone does not do what it was told", [at(10, obeyed(200)), at(DEADLINE, time)], "failed"],
    ["the phone does not answer", [at(DEADLINE, time)], "failed"],
    ["the phone cannot be asked", [at(10, obeyed(0)), at(DEADLINE, time)], "failed"],
    ["the phone fails", [at(10, obeyed(500)), at(DEADLINE, time)], "failed"],
    [
      "the phone fails to answer, having dialled",
      [at(10, obeyed(500)), at(20, phone("busy")), at(30, line("gone")), at(30 + GRACE, time)],
      "picked-up",
    ],
    ["there is no time for a proof", [...calling, at(3900, line("gone")), at(DEADLINE, time)], "failed"],
    ["the phone is lost from sight", [at(10, obeyed(200)), at(20, phone("unknown"))], "failed"],
    [
      "the phone is lost from sight during the proof",
      [...calling, at(30, line("gone")), at(40, phone("unknown"))],
      "failed",
    ],
    ["the PBX is lost from sight", [at(10, obeyed(200)), at(20, line("unknown"))], "failed"],
    ["the panel stops", [at(10, abort)], "failed"],
  ])("%s", (_, events, kind) => {
    const { outcome, said, definite } = hearing(REMOTE_CONTROL, events);
    expect([outcome?.kind, said, definite]).toEqual([kind, asked, false]);
  });

  test.each([
    [401, "refused"],
    [403, "refused"],
    [404, "failed"],
  ] as const)("a phone that says %i has done nothing, so that another landing may be tried", (code, kind) => {
    expect(hearing(REMOTE_CONTROL, [at(10, obeyed(code))])).toMatchObject({ outcome: { kind, code }, definite: true });
    expect(hearing(REMOTE_CONTROL, [at(9, phone("busy")), at(10, obeyed(code))]).definite).toBe(false);
  });

  test.each([
    [{ phone: "busy" }, "refused", false],
    [{ phone: "busy", whenBusy: "ring" }, "refused", true],
    [{ phone: "ringing" }, "refused", false],
    [{ phone: "offline" }, "refused", false],
    [{ phone: "unknown" }, "refused", false],
    [{ quarry: "gone" }, "too-late", false],
    [{ quarry: "unknown" }, "refused", false],
  ] as const)("asks nothing with %j", (start, kind, definite) => {
    expect(hearing(REMOTE_CONTROL, [], start)).toMatchObject({ outcome: { kind }, said: ["done"], definite });
  });
});

describe("dialling by remote control", () => {
  test.each<Case>([
    ["the phone calls", [...calling, at(20 + STAY, time)], "done"],
    ["its answer never comes", [at(20, phone("busy")), at(20 + STAY, time)], "done"],
    ["its call ends at once", [...calling, at(60, phone("idle"))], "failed"],
    ["it does nothing", [at(10, obeyed(200)), at(DEADLINE, time)], "failed"],
    ["it refuses", [at(10, obeyed(403))], "refused"],
    ["it cannot be asked", [at(10, obeyed(0)), at(DEADLINE, time)], "failed"],
    ["it fails to answer, having dialled", [at(10, obeyed(502)), at(20, phone("busy")), at(20 + STAY, time)], "done"],
    ["it calls just before the deadline", [at(3900, phone("busy")), at(DEADLINE, time)], "failed"],
    ["it is lost from sight", [...calling, at(60, phone("unknown"))], "failed"],
    ["the panel stops", [...calling, at(60, abort)], "failed"],
  ])("%s", (_, events, kind) => {
    expect(hearing(REMOTE_DIAL, events)).toMatchObject({ outcome: { kind }, said: asked });
  });

  test.each(["busy", "ringing", "offline", "unknown"] as const)("asks nothing of a phone that is %s", (state) => {
    expect(hearing(REMOTE_DIAL, [], { phone: state })).toMatchObject({ outcome: { kind: "refused" }, said: ["done"] });
  });
});

describe("parking the desk phone's call", () => {
  test.each<Case>([
    [
      "the slot is taken and the phone is free",
      [at(10, obeyed(200)), at(20, phone("idle")), at(30, line("gone"))],
      "done",
    ],
    ["in the other order", [at(10, obeyed(200)), at(20, line("gone")), at(30, phone("idle"))], "done"],
    [
      "the next call rings at the phone already",
      [at(10, obeyed(200)), at(20, line("gone")), at(30, phone("ringing"))],
      "done",
    ],
    ["its answer is lost", [at(10, obeyed(0)), at(20, phone("idle")), at(30, line("gone"))], "done"],
    ["it fails to answer, having parked", [at(10, obeyed(500)), at(20, phone("idle")), at(30, line("gone"))], "done"],
    ["the phone hangs up instead", [at(10, obeyed(200)), at(20, phone("idle")), at(DEADLINE, time)], "failed"],
    ["somebody else takes the slot", [at(10, obeyed(200)), at(20, line("gone")), at(DEADLINE, time)], "failed"],
    ["the phone refuses", [at(10, obeyed(403))], "refused"],
    ["the phone does not answer", [at(DEADLINE, time)], "failed"],
    ["the slot is lost from sight", [at(10, obeyed(200)), at(20, line("unknown"))], "failed"],
    [
      "the phone is lost from sight",
      [at(10, obeyed(200)), at(20, phone("unknown")), at(30, line("gone")), at(DEADLINE, time)],
      "failed",
    ],
    ["the panel stops", [at(10, abort)], "failed"],
  ])("%s", (_, events, kind) => {
    expect(hearing(PARK, events, { phone: "busy" })).toMatchObject({ outcome: { kind }, said: asked });
  });

  test.each([
    [{ phone: "idle" }, "refused"],
    [{ phone: "unknown" }, "refused"],
    [{ phone: "busy", quarry: "gone" }, "refused"],
    [{ phone: "busy", quarry: "unknown" }, "refused"],
  ] as const)("asks nothing with %j", (start, kind) => {
    expect(hearing(PARK, [], start)).toMatchObject({ outcome: { kind }, said: ["done"] });
  });
});

test("what happens to legs means nothing to those that have none", () => {
  const strange: readonly Heard[] = [
    at(1, answered("phone")),
    at(2, referred("phone", 603)),
    at(3, sipfrag("phone", 503)),
    at(4, ended("phone")),
  ];
  expect(hearing(REMOTE_CONTROL, strange).said).toEqual(["ask phone"]);
  expect(hearing(REMOTE_DIAL, strange).said).toEqual(["ask phone"]);
  expect(hearing(PARK, strange, { phone: "busy" }).said).toEqual(["ask phone"]);
});
