import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, type Situation, TOO_LATE } from "../../firmware/domain/intent.ts";
import type { GroupKey, LineKey, ParkKey } from "../../firmware/domain/key-settings.ts";
import { LINE_STATES, type LineState } from "../../firmware/domain/line-state.ts";
import type { Scope } from "../../firmware/domain/scope.ts";
import { type LineView, unseen } from "../../firmware/domain/view.ts";

const key: LineKey = { kind: "line", id: "1", line: "101", label: "Reception", pickup: true, idle: {} };
const dialKey: LineKey = { ...key, idle: { short: "101", long: "*80101" } };
const groupKey: GroupKey = {
  kind: "group",
  id: "11",
  group: "desk",
  label: "Any",
  lines: ["101", "103", "105"],
  pickup: true,
};
const parkKey: ParkKey = { kind: "park", id: "12", slot: "701", label: "Park 1" };
const scope: Scope = { groups: { desk: ["101", "102", "103"], private: ["105"] }, pickup: ["desk"], hours: {} };

const was = (state: LineState, more: Partial<LineView> = {}): LineView => ({
  ...unseen(0),
  state,
  known: state,
  ...more,
});
const ringing = was("ringing", { since: 1000, epoch: 3, ring: "a", ringSince: 1000 });
const idle = was("idle", { since: 5000, epoch: 3, lastRang: 5000 });
const calm = was("idle");

/** A press of key 1 at 10,000 while everything is idle, but for what is said. */
function pressed(more: Partial<Omit<Situation, "view">>, views: Readonly<Record<string, LineView>> = {}) {
  return decide({
    press: "down",
    key,
    waitingSince: undefined,
    view: (line) => views[line] ?? calm,
    scope,
    phone: "102",
    pending: undefined,
    local: { weekday: 3, minute: 720 },
    now: 10_000,
    ...more,
  });
}
const answer = (asked: string, kind: string, reason: string) => ({
  kind: "answer",
  asked,
  outcome: { kind, reason: expect.stringContaining(reason) },
});

describe("a press of a line's key", () => {
  test("takes this ring, as the contact closes", () => {
    const views = { "101": ringing };
    const taken = { kind: "attempt", task: { kind: "pickup", line: "101", ring: "a" } };
    for (const each of [key, dialKey]) {
      expect(pressed({ key: each }, views)).toEqual(taken);
      expect(pressed({ key: each, press: "short" }, views)).toEqual({ kind: "nothing" });
      expect(pressed({ key: each, press: "long" }, views)).toEqual({ kind: "nothing" });
    }
  });

  test("is too late just after the ring ended, also where it could dial; later it is refused", () => {
    const at = (now: number, view: LineView, each = key) => pressed({ key: each, now }, { "101": view });
    for (const each of [key, dialKey]) {
      expect(at(5000 + TOO_LATE, idle, each)).toEqual(answer("pickup", "too-late", "101 has stopped ringing"));
      // Answered by the phone itself: busy now, and no barge.
      expect(at(5010, { ...idle, state: "busy" }, each)).toEqual(answer("pickup", "too-late", "101"));
      expect(at(7000, { ...idle, state: "busy" }, each)).toEqual(answer("pickup", "refused", "101 is busy"));
    }
    expect(at(5001 + TOO_LATE, idle)).toEqual(answer("pickup", "refused", "101 is idle, nothing rings there"));
    expect(at(5001 + TOO_LATE, idle, dialKey)).toEqual({ kind: "wait" });
  });

  test("says which rule stands in the way", () => {
    const views = { "101": ringing, "105": ringing, "102": ringing };
    const watching = answer("pickup", "refused", "key 1 only watches line 101");
    expect(pressed({ key: { ...key, pickup: false } }, views)).toEqual(watching);
    expect(pressed({ key: { ...key, pickup: false } })).toEqual(watching);
    expect(pressed({ key: { ...key, line: "105" } }, views)).toEqual(answer("pickup", "refused", "105 is in none"));
    expect(pressed({ key: { ...key, line: "102" } }, views)).toEqual(answer("pickup", "refused", "desk phone's own"));
    expect(pressed({ pending: "pickup" }, views)).toEqual(answer("pickup", "refused", "a pickup is under way"));
    const hours = { desk: [{ weekdays: [0], from: 0, to: 1440, text: "Sun" }] };
    expect(pressed({ scope: { ...scope, hours } }, views)).toEqual(answer("pickup", "refused", "desk Sun"));
  });

  test("dials on an idle line, short and long apart, also where it may not pick up", () => {
    for (const each of [dialKey, { ...dialKey, pickup: false }]) {
      const then = (press: "short" | "long") => pressed({ key: each, press, waitingSince: 9_900 });
      expect(pressed({ key: each })).toEqual({ kind: "wait" });
      expect(pressed({ key: each }, { "101": was("waiting") })).toEqual({ kind: "wait" });
      expect(then("short")).toEqual({ kind: "attempt", task: { kind: "dial", line: "101", number: "101" } });
      expect(then("long")).toEqual({ kind: "attempt", task: { kind: "dial", line: "101", number: "*80101" } });
    }
    const short = { ...key, idle: { short: "101" } };
    expect(pressed({ key: short, press: "long", waitingSince: 9_000 })).toEqual(
      answer("dial", "refused", "a long press of key 1 dials nothing"),
    );
  });

  test("never dials where something happened while it lasted", () => {
    const then = (view: LineView, pending?: "park") =>
      pressed({ key: dialKey, press: "short", waitingSince: 9_500, pending }, { "101": view });
    expect(then(ringing)).toEqual(answer("dial", "refused", "began to ring"));
    expect(then(was("idle", { lastRang: 9_700 }))).toEqual(answer("dial", "too-late", "has stopped"));
    expect(then(was("busy"))).toEqual(answer("dial", "refused", "101 is busy"));
    expect(then(was("unknown"))).toEqual(answer("dial", "refused", "not known"));
    expect(then(calm, "park")).toEqual(answer("dial", "refused", "a call is being parked"));
  });

  test("while another is under way is refused at once, so that its release cannot dial", () => {
    expect(pressed({ key: dialKey, pending: "pickup" })).toEqual(answer("dial", "refused", "a pickup is under way"));
  });
});

describe("a press of a group's key", () => {
  const since = (ringSince: number, ring = "a") => was("ringing", { ring, ringSince });
  const group = (views: Readonly<Record<string, LineView>>, more: Partial<Situation> = {}) =>
    pressed({ key: groupKey, ...more }, views);

  test("takes what rings longest, and names all that it could take", () => {
    const task = { kind: "pickup", line: "103", ring: "b", group: ["103", "101"] };
    expect(group({ "101": since(600), "103": since(500, "b") })).toEqual({ kind: "attempt", task });
  });

  test("passes over a member that may not be picked up, and names the rule where there is no other", () => {
    const task = { kind: "pickup", line: "101", ring: "a", group: ["101"] };
    expect(group({ "105": since(100), "101": since(600) })).toEqual({ kind: "attempt", task });
    expect(group({ "105": since(100) })).toEqual(answer("pickup", "refused", "105 is in none"));
    const own = { ...groupKey, lines: ["102", "101"] };
    expect(group({ "102": since(100) }, { key: own })).toEqual(answer("pickup", "refused", "desk phone's own"));
    expect(group({}, { key: { ...groupKey, lines: ["105"] } })).toEqual(answer("pickup", "refused", "105 is in none"));
  });

  test("is too late just after the last ring, and refused later", () => {
    const rang = { "101": was("busy", { lastRang: 9_000 }), "103": was("unknown") };
    expect(group(rang)).toEqual(answer("pickup", "too-late", "what rang in group desk has stopped"));
    expect(group(rang, { now: 11_000 })).toEqual(answer("pickup", "refused", "line 103 is not known"));
    expect(group({})).toEqual(answer("pickup", "refused", "nothing rings in group desk"));
    expect(group({ "101": ringing }, { pending: "dial" })).toEqual(answer("pickup", "refused", "being made to call"));
    const watching = { ...groupKey, pickup: false };
    expect(group({ "101": ringing }, { key: watching })).toEqual(
      answer("pickup", "refused", "only watches group desk"),
    );
  });
});

describe("a press of a park key", () => {
  const slot = (at: LineView, phone: LineState = "busy", more: Partial<Situation> = {}) =>
    pressed({ key: parkKey, ...more }, { "701": at, "102": was(phone) });

  test("fetches what is parked, and parks where there is room", () => {
    for (const state of ["busy", "held"] as const) {
      expect(slot(was(state), "idle")).toEqual({ kind: "attempt", task: { kind: "retrieve", slot: "701" } });
      expect(slot(calm, state)).toEqual({ kind: "attempt", task: { kind: "park", slot: "701" } });
    }
  });

  test("is too late where the call has just been fetched, and parks nothing in its place", () => {
    const emptied = was("idle", { lastInCall: 9_000 });
    expect(slot(emptied)).toEqual(answer("retrieve", "too-late", "slot 701 has just gone"));
    expect(slot(emptied, "busy", { now: 10_501 })).toMatchObject({ kind: "attempt", task: { kind: "park" } });
  });

  test("is refused where nothing is to be done", () => {
    expect(slot(calm, "idle")).toEqual(answer("park", "refused", "nothing to park: the desk phone is idle"));
    expect(slot(calm, "unknown")).toEqual(answer("park", "refused", "desk phone's state is unknown"));
    expect(slot(calm, "busy", { phone: undefined })).toEqual(answer("park", "refused", "pickup.phone"));
    expect(slot(was("unknown"))).toEqual(answer("retrieve", "refused", "slot 701 is not known"));
    expect(slot(was("offline"))).toEqual(answer("park", "refused", "slot 701 is offline"));
    expect(slot(was("busy"), "idle", { pending: "pickup" })).toEqual(answer("retrieve", "refused", "under way"));
    expect(slot(calm, "busy", { pending: "pickup" })).toEqual(answer("park", "refused", "under way"));
  });
});

test("a press of a panel key asks of the panel, whatever else is under way", () => {
  for (const action of ["acknowledge", "lamp-test"] as const) {
    const panel = { kind: "panel", id: "15", label: "Panel", action } as const;
    expect(pressed({ key: panel, pending: "pickup" })).toEqual({ kind: action });
    expect(pressed({ key: panel, press: "short" })).toEqual({ kind: "nothing" });
  }
});

test("no press is swallowed while it goes down, and each attempt is one that is due", () => {
  const moment = fc.option(fc.nat(20_000), { nil: undefined });
  const view: fc.Arbitrary<LineView> = fc
    .record({ state: fc.constantFrom(...LINE_STATES), lastRang: moment, lastInCall: moment, ringSince: fc.nat(9) })
    .map(({ state, ringSince, ...ends }) => was(state, state === "ringing" ? { ...ends, ring: "a", ringSince } : ends));
  const lines = ["101", "102", "103", "105", "701"] as const;
  const views = fc.record({ "101": view, "102": view, "103": view, "105": view, "701": view });
  const lineKey = fc
    .tuple(fc.constantFrom(...lines), fc.boolean(), fc.constantFrom({}, { short: "7" }, { long: "8" }))
    .map(([line, pickup, idleActions]): LineKey => ({ ...key, line, pickup, idle: idleActions }));
  const anyKey = fc.oneof(lineKey, fc.constantFrom(groupKey, parkKey));
  const pending = fc.constantFrom("pickup" as const, undefined);
  fc.assert(
    fc.property(views, anyKey, pending, fc.nat(30_000), (seen, each, under, now) => {
      const intent = pressed({ key: each, pending: under, now }, seen);
      expect(intent.kind).not.toBe("nothing");
      const late = (end: number | undefined) => end !== undefined && now - end <= TOO_LATE;
      if (intent.kind === "wait") {
        if (each.kind !== "line") throw new Error("only a line's key waits");
        const { state, lastRang } = seen[each.line as "101"];
        expect(["idle", "waiting"]).toContain(state);
        expect(late(lastRang) || Object.keys(each.idle).length === 0 || under !== undefined).toBe(false);
      }
      if (intent.kind !== "attempt") return;
      const { task } = intent;
      expect(under).toBeUndefined();
      if (task.kind === "pickup") {
        for (const line of task.group ?? [task.line]) {
          expect(seen[line as "101"].state).toBe("ringing");
          expect(["101", "103"]).toContain(line);
        }
      }
      if (task.kind === "retrieve") expect(["busy", "held"]).toContain(seen["701"].state);
      if (task.kind === "park") expect(late(seen["701"].lastInCall)).toBe(false);
      expect(task.kind).not.toBe("dial");
    }),
    { numRuns: 2000 },
  );
});
