import { describe, expect, test } from "vitest";
import { GRACE, STAY } from "../../../firmware/domain/attempt/attempt.ts";
import { RELEASE, RETURN, TRANSFER } from "../../../firmware/domain/attempt/transfer.ts";
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
  progress,
  referred,
  rejected,
  sipfrag,
  time,
} from "./heard.ts";

const play = (events: readonly Heard[], start = {}) => hearing(TRANSFER, events, start);

const BACK = "refer caller back";
/** As far as the phone's call: the caller is with the panel. */
const taken: readonly Heard[] = [at(5, line("gone")), at(6, answered("caller"))];
/** As far as the REFER that joins: the phone has answered. */
const reached: readonly Heard[] = [
  ...taken,
  at(10, phone("ringing")),
  at(20, answered("phone")),
  at(21, phone("busy")),
];
const JOINING = ["invite caller", "invite phone", "refer caller phone"];

describe("landing transfer takes the call", () => {
  test.each([
    [{ phone: "offline" }, "refused"],
    [{ phone: "unknown" }, "refused"],
    [{ phone: "busy" }, "refused"],
    [{ phone: "ringing" }, "refused"],
    [{ quarry: "gone" }, "too-late"],
    [{ quarry: "unknown" }, "refused"],
    [{ deadline: GRACE }, "failed"],
  ] as const)("and begins nothing with %j", (start, kind) => {
    const { said, outcome } = play([], start);
    expect([said, outcome?.kind]).toEqual([["done"], kind]);
  });

  test.each<[string, readonly Heard[], OutcomeKind]>([
    ["refused while the line rings on", [at(10, rejected("caller", 403)), at(10 + GRACE, time)], "refused"],
    ["refused, because the line has stopped", [at(9, line("gone")), at(10, rejected("caller", 403))], "too-late"],
    [
      "refused, and then the PBX tells that the line has stopped",
      [at(10, rejected("caller", 403)), at(90, line("gone"))],
      "too-late",
    ],
    ["603 for a call that has just been answered", [at(10, rejected("caller", 603)), at(90, line("gone"))], "too-late"],
    ["a code that the PBX does not know", [at(10, rejected("caller", 404)), at(10 + GRACE, time)], "failed"],
    ["a wrong password", [at(10, rejected("caller", 401)), at(10 + GRACE, time)], "failed"],
    ["refused just before the deadline", [at(3900, rejected("caller", 486)), at(DEADLINE, time)], "refused"],
  ])("%s", (_, events, kind) => {
    const { said, outcome } = play(events);
    expect(outcome?.kind).toBe(kind);
    expect(said).toEqual(["invite caller", "done"]);
  });

  test.each([
    [603, true],
    [501, true],
    [405, true],
    [403, false],
    [481, false],
    [486, false],
    [500, false],
    [503, false],
  ] as const)(
    "another landing may be tried after %i: %s, and only once the line has been seen to ring on",
    (code, definite) => {
      expect(play([at(10, rejected("caller", code)), at(609, time)]).outcome).toBeUndefined();
      expect(play([at(10, rejected("caller", code)), at(610, time)])).toMatchObject({ definite, outcome: { code } });
    },
  );

  test.each<[string, Heard, OutcomeKind]>([
    ["the deadline comes", at(DEADLINE, time), "failed"],
    ["the PBX is lost from sight", at(10, line("unknown")), "failed"],
    ["the panel stops", at(10, abort), "failed"],
  ])("and gives it up when %s; a 200 that crosses the CANCEL brings its caller back", (_, event, kind) => {
    const cancelled = ["invite caller", "end caller", "done"];
    expect(play([event])).toMatchObject({ said: cancelled, outcome: { kind }, stage: "over" });
    const late = play([
      event,
      at(4010, answered("caller")),
      at(4020, referred("caller")),
      at(4030, sipfrag("caller", 180, false)),
      at(4040, ended("caller")),
    ]);
    expect(late.said).toEqual([...cancelled, BACK, "end caller"]);
    expect([late.outcome?.kind, late.stage]).toEqual([kind, "over"]);
  });

  test("and does not ring the phone when the PBX has answered with too little time left", () => {
    const { said, outcome } = play([
      at(3500, answered("caller")),
      at(3510, referred("caller")),
      at(3520, sipfrag("caller", 180, false)),
    ]);
    expect(said).toEqual(["invite caller", BACK, "end caller", "done"]);
    expect(outcome?.kind).toBe("failed");
  });

  test.each(["busy", "ringing", "offline", "unknown"] as const)("and not a phone that is %s by then", (state) => {
    const { said, outcome } = play([
      at(3, phone(state)),
      ...taken,
      at(7, referred("caller")),
      at(8, sipfrag("caller", 180, false)),
    ]);
    expect(said).toEqual(["invite caller", BACK, "end caller", "done"]);
    expect(outcome?.kind).toBe("refused");
  });

  test("and lets a caller go whose phone rings where it should hand its call over", () => {
    const start = { replaces: true };
    const rung = play([at(5, progress("caller")), at(6, progress("caller")), at(9, rejected("caller", 487))], start);
    expect(rung).toMatchObject({ said: ["invite caller", "end caller", "done"], outcome: { kind: "refused" } });
    expect(play([at(5, progress("caller")), at(6, answered("caller"))], start).said.at(-1)).toBe(BACK);
    expect(play([at(5, progress("caller")), at(DEADLINE, time)], start).outcome?.kind).toBe("refused");
    expect(play([at(5, progress("caller"))]).said).toEqual(["invite caller"]);
  });
});

describe("landing transfer reaches the phone", () => {
  const back: readonly Heard[] = [at(3600, referred("caller")), at(3610, sipfrag("caller", 180, false))];

  test.each<[string, Heard, OutcomeKind, boolean]>([
    ["is busy", at(30, rejected("phone", 486)), "refused", false],
    ["is off", at(30, rejected("phone", 480)), "no-answer", false],
    ["declines", at(30, rejected("phone", 603)), "refused", false],
    ["does not answer in time", at(DEADLINE - RETURN, time), "no-answer", true],
    ["cannot be seen any more", at(30, line("unknown")), "failed", true],
    ["is called by a panel that stops", at(30, abort), "failed", true],
  ])("and gives the caller back when it %s", (_, event, kind, rings) => {
    const { said, outcome, definite } = play([...taken, event, ...back]);
    const cancel = rings ? ["end phone"] : [];
    expect(said).toEqual(["invite caller", "invite phone", ...cancel, BACK, "end caller", "done"]);
    expect(outcome).toMatchObject({ kind, reason: expect.stringContaining("sent back to the line") });
    expect(definite).toBe(false);
  });

  test("and hangs up on it when the caller has hung up", () => {
    const { said, outcome } = play([...taken, at(30, ended("caller"))]);
    expect(said).toEqual(["invite caller", "invite phone", "end phone", "done"]);
    expect(outcome).toEqual({ kind: "too-late", reason: "the caller hung up" });
  });
});

describe("landing transfer joins the caller and the phone", () => {
  const accepted: Heard = at(22, referred("caller"));

  test.each<[string, readonly Heard[], readonly string[]]>([
    [
      "sipfrag 200",
      [
        accepted,
        at(23, sipfrag("caller", 200)),
        at(23 + RELEASE, time),
        at(30 + RELEASE, ended("phone")),
        at(30 + RELEASE + STAY, time),
      ],
      ["end phone", "end caller"],
    ],
    [
      "sipfrag 200, and the PBX ends the phone's leg, which is not ended a moment before",
      [accepted, at(23, sipfrag("caller", 200)), at(22 + RELEASE, ended("phone")), at(22 + RELEASE + STAY, time)],
      ["end caller"],
    ],
    [
      "sipfrag 200, and the PBX ends both legs",
      [accepted, at(23, sipfrag("caller", 200)), at(24, ended("caller")), at(30, ended("phone")), at(30 + STAY, time)],
      [],
    ],
    [
      "both legs ended, and no word",
      [accepted, at(23, ended("caller")), at(24, ended("phone")), at(24 + STAY, time)],
      [],
    ],
    ["the phone's leg ended, and no word", [accepted, at(24, ended("phone")), at(24 + STAY, time)], ["end caller"]],
    [
      "the caller's leg ended, and no word",
      [accepted, at(24, ended("caller")), at(24 + GRACE, time), at(640, ended("phone")), at(640 + STAY, time)],
      ["end phone"],
    ],
    [
      "a last NOTIFY without a status",
      [
        accepted,
        at(23, sipfrag("caller", 0)),
        at(23 + RELEASE, time),
        at(30 + RELEASE, ended("phone")),
        at(30 + RELEASE + STAY, time),
      ],
      ["end phone", "end caller"],
    ],
  ])("with %s: picked up once the phone stays in its call", (_, events, endings) => {
    const { said, outcome } = play([...reached, ...events]);
    expect(outcome?.kind).toBe("picked-up");
    expect(said).toEqual([...JOINING, ...endings, "done"]);
  });

  test.each<[string, readonly Heard[], OutcomeKind]>([
    ["the REFER is refused", [at(22, referred("caller", 603))], "refused"],
    ["the REFER fails", [at(22, referred("caller", 500))], "failed"],
    ["the last sipfrag says no", [accepted, at(23, sipfrag("caller", 503))], "failed"],
    [
      "the last sipfrag lies",
      [accepted, at(23, sipfrag("caller", 200)), at(30, ended("phone")), at(31, phone("idle"))],
      "failed",
    ],
    ["the phone hangs up", [accepted, at(23, ended("phone")), at(24, phone("idle"))], "failed"],
    [
      "the phone hangs up, and nothing tells of it but its leg",
      [at(23, phone("idle")), at(24, ended("phone")), at(24 + STAY, time)],
      "failed",
    ],
  ])("and gives the caller back when %s", (_, events, kind) => {
    const back: readonly Heard[] = [
      at(1200, time),
      at(1210, referred("caller")),
      at(1220, sipfrag("caller", 180, false)),
    ];
    const { said, outcome } = play([...reached, ...events, ...back]);
    expect(outcome?.kind).toBe(kind);
    expect(said.slice(-3)).toEqual([BACK, "end caller", "done"]);
  });

  test("and refers again only after a sipfrag 400", () => {
    const early: readonly Heard[] = [accepted, at(23, sipfrag("caller", 400)), at(28, time)];
    const overtaken: readonly Heard[] = [at(22, sipfrag("caller", 400)), at(23, referred("caller")), at(28, time)];
    for (const events of [early, overtaken]) {
      expect(play([...reached, ...events]).said).toEqual([...JOINING, "refer caller phone"]);
    }
  });

  test("and is too late when the caller has hung up", () => {
    const { said, outcome } = play([
      ...reached,
      accepted,
      at(23, ended("caller")),
      at(23 + GRACE, time),
      at(640, ended("phone")),
      at(641, phone("idle")),
    ]);
    expect(said).toEqual([...JOINING, "end phone", "done"]);
    expect(outcome?.kind).toBe("too-late");
  });

  test("and keeps the caller where the PBX is lost, until it can be given back", () => {
    const lost: readonly Heard[] = [
      accepted,
      at(23, line("unknown")),
      at(24, ended("phone")),
      at(523, time),
      at(523, referred("caller", 503)),
      at(1023, time),
      at(1023, referred("caller", 503)),
    ];
    const gone = play([...reached, ...lost]);
    expect([gone.stage, gone.outcome, gone.said.includes("end caller")]).toEqual(["returning", undefined, false]);
    const returned: readonly Heard[] = [
      at(1500, line("gone")),
      at(1523, time),
      at(1530, referred("caller")),
      at(1540, sipfrag("caller", 180, false)),
    ];
    const { outcome, said } = play([...reached, ...lost, ...returned]);
    expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("sent back") });
    expect(said.slice(-2)).toEqual(["end caller", "done"]);
  });

  test("and tells at the deadline, but goes on bringing the caller back", () => {
    const late = play([...reached, accepted, at(DEADLINE, time)]);
    expect([late.told, late.outcome?.kind, late.stage]).toEqual([DEADLINE, "failed", "returning"]);
    const { said, stage } = play([
      ...reached,
      accepted,
      at(DEADLINE, time),
      at(4500, time),
      at(4510, referred("caller")),
      at(4520, sipfrag("caller", 200)),
    ]);
    expect(said).toEqual([...JOINING, "end phone", "done", BACK, "end caller"]);
    expect(stage).toBe("over");
  });

  test.each([
    ["before the PBX has ended the phone's leg", 29],
    ["a moment before the proof", 31],
  ])("and waits for the proof when the panel stops %s", (_, when) => {
    const joined: readonly Heard[] = [accepted, at(23, sipfrag("caller", 200))];
    const stops = [at(30, ended("phone")), at(when, abort)].sort((one, other) => one[0] - other[0]);
    expect(play([...reached, ...joined, ...stops, at(30 + STAY, time)]).outcome?.kind).toBe("picked-up");
  });

  test("and says at the deadline that a join was not proven, where nothing shows it", () => {
    const told: readonly Heard[] = [at(DEADLINE - 10, referred("caller")), at(DEADLINE - 9, sipfrag("caller", 200))];
    const { outcome, said } = play([...reached, ...told, at(DEADLINE, time)]);
    expect(outcome?.reason).not.toContain("did nothing");
    expect(said).toEqual([...JOINING, "end phone", BACK, "done"]);
  });

  test("and believes no call of a phone that had one before, unless the PBX says that they are joined", () => {
    const start = { phone: "busy", whenBusy: "ring" } as const;
    const proven = (word: readonly Heard[]) =>
      play([...reached, accepted, ...word, at(24, ended("caller")), at(25, ended("phone")), at(25 + STAY, time)], start)
        .outcome?.kind;
    expect(proven([at(23, sipfrag("caller", 200))])).toBe("picked-up");
    expect(proven([])).toBe("failed");
  });
});
