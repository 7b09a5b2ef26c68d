import { describe, expect, test } from "vitest";
import { GRACE, STAY } from "../../../firmware/domain/attempt/attempt.ts";
import { DIAL } from "../../../firmware/domain/attempt/dial.ts";
import type { OutcomeKind } from "../../../firmware/domain/outcome.ts";
import {
  abort,
  answered,
  at,
  DEADLINE,
  ended,
  type Heard,
  hearing,
  phone,
  referred,
  rejected,
  sipfrag,
  time,
} from "./heard.ts";

/** As far as the REFER: the phone has answered our leg. */
const talking: readonly Heard[] = [at(5, phone("ringing")), at(20, answered("phone")), at(21, phone("busy"))];
const accepted: Heard = at(22, referred("phone"));
const WHOLE = ["invite phone", "refer phone quarry", "end phone", "done"];

describe("dialling through the desk phone", () => {
  test.each<[string, readonly Heard[], OutcomeKind]>([
    [
      "the number rings",
      [accepted, at(30, sipfrag("phone", 180, false)), at(40, ended("phone")), at(40 + STAY, time)],
      "done",
    ],
    [
      "the PBX says nothing after its 202",
      [accepted, at(22 + GRACE, time), at(640, ended("phone")), at(640 + STAY, time)],
      "done",
    ],
    [
      "the PBX tries it, and then says nothing",
      [
        accepted,
        at(23, sipfrag("phone", 100, false)),
        at(22 + GRACE, time),
        at(640, ended("phone")),
        at(640 + STAY, time),
      ],
      "done",
    ],
    [
      "the PBX says 503 for what worked",
      [accepted, at(30, sipfrag("phone", 503)), at(40, ended("phone")), at(40 + STAY, time)],
      "done",
    ],
    [
      "there is no such number",
      [accepted, at(30, sipfrag("phone", 404)), at(40, ended("phone")), at(45, phone("idle"))],
      "failed",
    ],
    [
      "the phone is lost from sight",
      [accepted, at(30, sipfrag("phone", 180, false)), at(40, ended("phone")), at(45, phone("unknown"))],
      "failed",
    ],
    ["the REFER is refused", [at(22, referred("phone", 603))], "refused"],
    ["the REFER fails", [at(22, referred("phone", 500))], "failed"],
    ["the REFER is not answered", [at(DEADLINE, time)], "failed"],
    ["the end of our leg is not confirmed", [accepted, at(30, sipfrag("phone", 200)), at(DEADLINE, time)], "failed"],
    ["the panel stops", [accepted, at(30, abort)], "failed"],
  ])("%s", (_, events, kind) => {
    const { outcome, said } = hearing(DIAL, [...talking, ...events]);
    expect([outcome?.kind, said]).toEqual([kind, WHOLE]);
  });

  test("the PBX ends our leg itself", () => {
    const { outcome, said } = hearing(DIAL, [...talking, accepted, at(30, ended("phone")), at(30 + STAY, time)]);
    expect([outcome?.kind, said]).toEqual(["done", ["invite phone", "refer phone quarry", "done"]]);
  });

  test("refers again after a sipfrag 400, and after nothing else", () => {
    const early = hearing(DIAL, [...talking, accepted, at(23, sipfrag("phone", 400)), at(28, time)]);
    expect(early.said).toEqual(["invite phone", "refer phone quarry", "refer phone quarry"]);
    const over = hearing(DIAL, [
      ...talking,
      accepted,
      at(23, sipfrag("phone", 400)),
      at(24, ended("phone")),
      at(28, time),
    ]);
    expect(over.said).toEqual(["invite phone", "refer phone quarry"]);
  });

  test.each<[string, Heard, OutcomeKind, readonly string[]]>([
    ["is busy", at(10, rejected("phone", 486)), "refused", []],
    ["is off", at(10, rejected("phone", 480)), "no-answer", []],
    ["does not answer with time for a proof", at(DEADLINE - GRACE, time), "no-answer", ["end phone"]],
    ["is called by a panel that stops", at(10, abort), "failed", ["end phone"]],
  ])("a phone that %s", (_, event, kind, endings) => {
    const { outcome, said } = hearing(DIAL, [at(5, phone("ringing")), event, at(3990, answered("phone"))]);
    expect([outcome?.kind, said]).toEqual([kind, ["invite phone", ...endings, "done"]]);
  });

  test.each(["busy", "held", "ringing", "offline", "unknown"] as const)(
    "sends nothing to a phone that is %s",
    (state) => {
      expect(hearing(DIAL, [], { phone: state })).toMatchObject({ outcome: { kind: "refused" }, said: ["done"] });
    },
  );
});
