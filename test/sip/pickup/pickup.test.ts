import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { STAY } from "../../../firmware/domain/attempt/attempt.ts";
import type { KeySettings } from "../../../firmware/domain/key-settings.ts";
import type { LineState } from "../../../firmware/domain/line-state.ts";
import type { Profile } from "../../../firmware/domain/profile.ts";
import type { DeskPhone, LandingName } from "../../../firmware/domain/settings.ts";
import type { Task } from "../../../firmware/domain/task.ts";
import { Pickup, type PickupParts, type Tried } from "../../../firmware/sip/pickup/pickup.ts";
import { ManualClock } from "../../../sim/manual-clock.ts";
import { RecordingLog } from "../../recording-log.ts";
import { answering, HttpPhone } from "./http-phone.ts";
import { ScriptedAgent, ScriptedLines } from "./scripted.ts";

const PHONE: DeskPhone = { line: "102", dial: "*80102", whenBusy: "refuse" };
const NO_CODES = { group: "*8", park: "{slot}", replaces: false };
const CODES = { directed: "**{line}", ringGroup: "*9{line}", ...NO_CODES };
const DEADLINE = 4000;

const key = (line: string): KeySettings => ({ id: line, label: line, kind: "line", line, pickup: true, idle: {} });

let clock: ManualClock;
let agent: ScriptedAgent;
let lines: ScriptedLines;
let stop: AbortController;
let audio: { opened: string[]; open(address: string): void; close(): void; port: number; speak(): void };

beforeEach(() => {
  clock = new ManualClock();
  agent = new ScriptedAgent();
  lines = new ScriptedLines({ "101": "ringing", "103": "idle", "102": "idle", "701": "busy" });
  stop = new AbortController();
  const opened: string[] = [];
  audio = { opened, port: 4000, speak() {}, open: (at) => opened.push(at), close: () => opened.push("closed") };
});

interface Wish {
  readonly landings?: readonly LandingName[];
  readonly codes?: Profile["pickup"];
  readonly phone?: DeskPhone | "none";
  readonly scope?: "pbx" | readonly string[];
}

function pickup({ landings = ["desk-phone"], codes = CODES, phone = PHONE, scope = [] }: Wish = {}): Pickup {
  const settings: PickupParts["settings"] = {
    pickup: { ...(phone !== "none" && { phone }), landings, method: "auto", deadline: DEADLINE },
    profile: {
      name: "test",
      title: "Test",
      watch: "dialog",
      pickup: codes,
      offline: "never",
      transfers: "pbx",
    },
    scope: { groups: {}, pickup: scope, hours: {} },
    keys: [key("101"), key("103")],
  };
  return new Pickup({ agent: agent.agent, clock, log: new RecordingLog(), lines, settings, audio });
}

const taking = (line = "101"): Extract<Task, { kind: "pickup" }> => ({
  kind: "pickup",
  line,
  ring: lines.view(line).ring,
});

/** One press, and what came of it. */
class Press {
  tried: Tried | undefined;

  constructor(made: Pickup, task: Task = taking()) {
    let within = true;
    void made.attempt(task, stop.signal).then((tried) => {
      if (within) throw new Error("resolved inside the call");
      this.tried = tried;
    });
    within = false;
  }

  async end(): Promise<Tried> {
    await settled();
    if (!this.tried) throw new Error(`not over; sent: ${agent.done.join(", ")}`);
    return this.tried;
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const sees = (states: Readonly<Record<string, LineState>>) => {
  for (const [line, state] of Object.entries(states)) lines.see(line, state);
};

/** The phone answers, and the PBX accepts the REFER or does not. */
function refer(code: number): void {
  const leg = agent.leg("*80102");
  leg.answer();
  lines.see("102", "busy");
  leg.answerRefer(code);
}

/** A REFER refused for good; the phone is free again. */
function forbidden(code = 603): void {
  refer(code);
  agent.leg("*80102").over();
  lines.see("102", "idle");
}

function taken(): void {
  refer(202);
  lines.see("101", "idle");
  agent.leg("*80102").over();
  clock.advance(STAY);
}

describe("one landing", () => {
  test("has its INVITE out before attempt() returns, and tells method, reason, landing and steps", async () => {
    const press = new Press(pickup());
    expect(agent.done).toEqual(["INVITE sip:*80102@pbx.test"]);
    taken();
    const { outcome, trial } = await press.end();
    expect(outcome.kind).toBe("picked-up");
    expect(trial).toMatchObject({
      method: "feature-code",
      because: "profile test does not allow ringing calls to be replaced",
      landing: "desk-phone",
    });
    expect(trial.steps.map(({ step }) => step)).toEqual(["calling", "referring", "watching", "settling"]);
    expect([lines.listeners, clock.pending]).toEqual([0, 0]);
  });

  test("no ring but the one that was meant is taken", async () => {
    const task = taking();
    lines.see("101", "idle");
    lines.see("101", "ringing");
    const press = new Press(pickup(), task);
    expect((await press.end()).outcome.kind).toBe("too-late");
    expect(agent.done).toEqual([]);
  });

  test("nothing can be done without a phone, or without a code", async () => {
    for (const [wish, why] of [
      [{ codes: NO_CODES }, "no code for directed pickup"],
      [{ landings: [] }, "no landing"],
      [{ phone: "none" }, "no desk phone is configured"],
    ] as const) {
      const { outcome, trial } = await new Press(pickup(wish)).end();
      expect([outcome, trial]).toEqual([{ kind: "failed", reason: expect.stringContaining(why) }, { steps: [] }]);
    }
    expect(agent.done).toEqual([]);
  });
});

describe("the next landing", () => {
  let desk: HttpPhone;
  beforeEach(async () => {
    desk = await new HttpPhone().start();
    desk.behave = answering(403);
  });
  afterEach(() => desk.stop());
  const both = (first: LandingName = "desk-phone"): Pickup =>
    pickup({
      landings: [first, "remote-control"],
      phone: { ...PHONE, remote: { dial: desk.url("/dial?to={number}") } },
    });

  test.each([603, 405, 501])(
    "is tried after a REFER refused with %i, and its steps follow on the first one's",
    async (code) => {
      const press = new Press(both());
      forbidden(code);
      await expect.poll(() => press.tried).toBeDefined();
      const { outcome, trial } = await press.end();
      expect(desk.heard.map(({ line }) => line)).toEqual(["GET /dial?to=**101"]);
      expect(outcome).toMatchObject({ kind: "refused", code: 403 });
      expect(trial.landing).toBe("remote-control");
      expect(trial.steps.map(({ step }) => step)).toEqual(["calling", "referring", "clearing", "asking"]);
    },
  );

  test.each<[string, () => void]>([
    ["after 403, which may be of the target", () => refer(403)],
    ["after a timeout of the REFER", () => refer(408)],
    ["after a phone that does not answer", () => clock.advance(DEADLINE)],
    ["after a phone that is busy", () => agent.leg("*80102").refuse(486)],
    ["after an abort", () => stop.abort()],
    [
      "once the line does not ring any more",
      () => {
        refer(603);
        lines.see("101", "idle");
        agent.leg("*80102").over();
        lines.see("102", "idle");
      },
    ],
    [
      "for another ring at the same line",
      () => {
        refer(603);
        sees({ "101": "idle" });
        sees({ "101": "ringing" });
        agent.leg("*80102").over();
        lines.see("102", "idle");
      },
    ],
    [
      "where hardly any time is left",
      () => {
        clock.advance(3500);
        agent.leg("*80102").refuse(603);
      },
    ],
  ])("is not tried %s", async (_, happens) => {
    const press = new Press(both());
    happens();
    const { trial } = await press.end();
    expect(trial.landing).toBe("desk-phone");
    expect(desk.heard).toEqual([]);
  });

  test("is not the same one again where another stands in for it", async () => {
    const press = new Press(pickup({ landings: ["transfer", "desk-phone"] }));
    forbidden();
    expect((await press.end()).outcome).toMatchObject({ kind: "refused", code: 603 });
    expect(agent.done.filter((done) => done.startsWith("INVITE"))).toHaveLength(1);
  });

  test("is told to dial, where the first one replaces", async () => {
    lines.tell("101", [{ callId: "c", localTag: "l", remoteTag: "r", remote: { identity: "sip:100@x" } }]);
    const made = pickup({
      landings: ["desk-phone", "remote-control"],
      codes: { ...CODES, replaces: true },
      phone: { ...PHONE, remote: { dial: desk.url("/dial?to={number}") } },
    });
    const press = new Press(made);
    forbidden();
    expect(agent.done[1]).toContain("?Replaces=");
    await expect.poll(() => press.tried).toBeDefined();
    expect(desk.heard.map(({ line }) => line)).toEqual(["GET /dial?to=**101"]);
    expect(press.tried?.trial).toMatchObject({ method: "feature-code", because: "the desk phone can only dial" });
  });
});

describe("the right to transfer", () => {
  const made = () => {
    const one = pickup({ landings: ["transfer"] });
    one.start();
    return one;
  };

  test("is shown where no caller is at stake, and only then does the panel take one", async () => {
    const one = made();
    const first = new Press(one);
    taken();
    const { outcome, trial } = await first.end();
    expect(outcome.kind).toBe("picked-up");
    expect(trial).toMatchObject({ landing: "desk-phone", because: expect.stringContaining("stands in for transfer") });

    sees({ "102": "idle", "101": "ringing" });
    new Press(one);
    expect(agent.done.at(-1)).toBe("INVITE sip:**101@pbx.test");
    agent.leg("**101").refuse(487);
  });

  test("is shown by a dialled call as well", async () => {
    const one = made();
    const press = new Press(one, { kind: "dial", line: "103", number: "9" });
    refer(202);
    agent.leg("*80102").sipfrag(200, true);
    agent.leg("*80102").over();
    clock.advance(STAY);
    expect((await press.end()).outcome.kind).toBe("done");
    lines.see("102", "idle");
    new Press(one);
    expect(agent.done.at(-1)).toBe("INVITE sip:**101@pbx.test");
  });

  test.each([
    ["403, which may be of the target", 403],
    ["603", 603],
    ["408", 408],
  ])("is not shown by %s", async (_, code) => {
    const one = made();
    const first = new Press(one);
    forbidden(code);
    await first.end();
    new Press(one);
    expect(agent.done.at(-1)).toBe("INVITE sip:*80102@pbx.test");
  });

  test("has to be shown anew after every loss of the link", async () => {
    const one = made();
    const first = new Press(one);
    taken();
    await first.end();
    agent.link(false);
    agent.link(true);
    sees({ "102": "idle", "101": "ringing" });
    new Press(one);
    expect(agent.done.at(-1)).toBe("INVITE sip:*80102@pbx.test");
  });

  test("is not used for a parked call, which would have nowhere to go back to", async () => {
    const one = made();
    const first = new Press(one);
    taken();
    await first.end();
    lines.see("102", "idle");
    new Press(one, { kind: "retrieve", slot: "701" });
    expect(agent.done.at(-1)).toBe("INVITE sip:*80102@pbx.test");
    agent.leg("*80102").answer();
    expect(agent.done.at(-1)).toBe("REFER sip:701@pbx.test");
  });
});

describe("the port for audio", () => {
  test("is open while there is a link, where the panel may take a call itself", () => {
    const one = pickup({ landings: ["transfer"] });
    one.start();
    agent.link(false);
    agent.link(true);
    one.stop();
    expect(audio.opened).toEqual(["192.0.2.7", "closed", "192.0.2.7", "closed"]);
    expect(agent.listeners).toBe(0);
  });

  test("is never opened where it may not", () => {
    const one = pickup({ landings: ["desk-phone"] });
    one.start();
    agent.link(true);
    expect(audio.opened).toEqual([]);
    one.stop();
  });
});

describe("ring groups", () => {
  const code = () => agent.done.filter((done) => done.startsWith("REFER")).map((done) => /sip:(.*)@/.exec(done)?.[1]);

  test("one that can be seen takes its own code at once", () => {
    for (const line of ["101", "103"]) lines.tell(line, [{ remote: { identity: "sip:100@x" } }]);
    new Press(pickup());
    agent.leg("*80102").answer();
    expect(code()).toEqual(["*9101"]);
  });

  test("one that cannot is found by the next press on the same ring, and each further press tries the other code", async () => {
    const one = pickup();
    for (let i = 0; i < 3; i++) {
      const press = new Press(one);
      forbidden();
      await press.end();
    }
    expect(code()).toEqual(["**101", "*9101", "**101"]);
    sees({ "101": "idle" });
    sees({ "101": "ringing" });
    const next = new Press(one);
    forbidden();
    await next.end();
    expect(code().at(-1)).toBe("**101");
  });

  test("a press that sent nothing says nothing of the code", async () => {
    const one = pickup();
    lines.see("102", "busy");
    await new Press(one).end();
    lines.see("102", "idle");
    new Press(one);
    agent.leg("*80102").answer();
    expect(code()).toEqual(["**101"]);
  });
});

describe("a group code", () => {
  const wish: Wish = { codes: NO_CODES, scope: "pbx" };
  const group = (): Task => ({ ...taking(), group: ["101", "103"] });

  test("takes what the PBX thinks, so that each of what rings may be it", async () => {
    lines.see("103", "ringing");
    const press = new Press(pickup(wish), group());
    refer(202);
    expect(agent.done[1]).toBe("REFER sip:*8@pbx.test");
    lines.see("103", "idle");
    agent.leg("*80102").over();
    clock.advance(STAY);
    expect((await press.end()).outcome.kind).toBe("picked-up");
  });

  test("is not used where the panel's own scope decides", async () => {
    const press = new Press(pickup({ ...wish, scope: ["101", "103"] }), group());
    expect((await press.end()).outcome.kind).toBe("failed");
    expect(agent.done).toEqual([]);
  });
});

test("parking needs the phone's own remote control, and says so", async () => {
  const press = new Press(pickup(), { kind: "park", slot: "702" });
  expect((await press.end()).outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("remote") });
  expect(agent.done).toEqual([]);
});
