import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dialog } from "../../firmware/domain/dialog.ts";
import {
  groupState,
  LINE_STATES,
  type LineFacts,
  type LineState,
  lineStateOf,
} from "../../firmware/domain/line-state.ts";
import { cleared, EMPTY_ROSTER, fold, isRinging } from "../../firmware/domain/roster.ts";
import { anyRoster, dialog, full, partial } from "./dialog-arbitrary.ts";

const anyFacts: fc.Arbitrary<LineFacts> = fc.record({
  link: fc.constantFrom("up", "up", "up", "down"),
  subscription: fc.constantFrom("active", "active", "active", "none", "pending", "lost"),
  roster: fc.option(anyRoster, { nil: undefined }),
  presence: fc.constantFrom(undefined, "open", "closed", "unknown"),
  messages: fc.constantFrom<LineFacts["messages"]>(undefined, true, false, "unknown"),
  stuck: fc.boolean(),
});

/** A line that is seen, with these dialogs. */
function seen(...dialogs: readonly Dialog[]): LineFacts {
  return { link: "up", subscription: "active", roster: fold(EMPTY_ROSTER, full(1, ...dialogs)).roster };
}

const rings = dialog("rings", "early", { direction: "recipient" });
const talks = dialog("talks", "confirmed");
const calls = dialog("calls", "early", { direction: "initiator" });
const holds = dialog("holds", "confirmed", { held: true });

describe("lineStateOf", () => {
  const table: ReadonlyArray<readonly [string, LineState, LineFacts]> = [
    ["no dialogs", "idle", seen()],
    ["an ended dialog", "idle", seen(dialog("a", "terminated"))],
    ["an empty body", "idle", { ...seen(), roster: cleared(EMPTY_ROSTER) }],
    ["messages", "waiting", { ...seen(), messages: true }],
    ["no phone", "offline", { ...seen(), presence: "closed", messages: true }],
    ["a phone", "idle", { ...seen(), presence: "open", messages: false }],
    ["it is not known whether there is a phone", "unknown", { ...seen(), presence: "unknown" }],
    ["it is not known whether there are messages", "unknown", { ...seen(), messages: "unknown", presence: "open" }],
    [
      "no phone, and it is not known whether there are messages",
      "offline",
      { ...seen(), presence: "closed", messages: "unknown" },
    ],
    ["a call, and nothing known beside it", "busy", { ...seen(talks), presence: "unknown", messages: "unknown" }],
    ["a call that rings, and nothing known beside it", "ringing", { ...seen(rings), presence: "unknown" }],
    ["a call that rings for too long", "unknown", { ...seen(rings), stuck: true }],
    ["no phone registered, but a call", "busy", { ...seen(talks), presence: "closed" }],
    ["a call that rings", "ringing", seen(rings)],
    ["a call that rings, of no told direction", "ringing", seen(dialog("a", "early"))],
    ["a call that rings at BroadWorks", "ringing", seen(dialog("a", "proceeding", { direction: "recipient" }))],
    ["a call in progress, of no told direction", "busy", seen(dialog("a", "proceeding"))],
    ["a call on its way here", "busy", seen(dialog("a", "trying", { direction: "recipient" }))],
    ["a call on its way out", "busy", seen(dialog("a", "trying", { direction: "initiator" }))],
    ["a call out, in progress", "busy", seen(dialog("a", "proceeding", { direction: "initiator" }))],
    ["a call out that rings there", "busy", seen(calls)],
    ["an answered call", "busy", seen(talks)],
    ["a held call", "held", seen(holds)],
    ["a call that rings and a held flag", "ringing", seen({ ...rings, held: true })],
    ["a call out and a held flag", "busy", seen({ ...calls, held: true })],
    ["one held, one talking", "busy", seen(holds, talks)],
    ["one talking, one held", "busy", seen(talks, holds)],
    ["one held, one called", "busy", seen(holds, calls)],
    ["one talking, one ringing", "ringing", seen(talks, rings)],
    ["all of it", "ringing", seen(holds, calls, talks, rings)],
    ["no link", "unknown", { ...seen(rings), link: "down" }],
    ["no subscription", "unknown", { ...seen(rings), subscription: "none" }],
    ["a subscription not granted yet", "unknown", { ...seen(rings), subscription: "pending" }],
    ["a lost subscription", "unknown", { ...seen(), subscription: "lost", presence: "closed" }],
    ["no NOTIFY since the loss", "unknown", { ...seen(), roster: undefined }],
    ["no document yet", "unknown", { ...seen(), roster: EMPTY_ROSTER }],
  ];

  it.each(table)("%s: %s", (_, state, facts) => {
    expect(lineStateOf(facts)).toBe(state);
  });

  it("shows a call after a gap, but no calm", () => {
    const jumped = fold(seen().roster ?? EMPTY_ROSTER, partial(3, rings)).roster;
    expect(lineStateOf({ ...seen(), roster: jumped })).toBe("ringing");
    const ended = fold(jumped, partial(4, { ...rings, state: "terminated" })).roster;
    expect(lineStateOf({ ...seen(), roster: ended, presence: "closed" })).toBe("unknown");
    expect(lineStateOf({ ...seen(), roster: fold(ended, full(5)).roster })).toBe("idle");
  });

  it("is unknown exactly where the line is not seen, or not believed", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { link, subscription, roster, presence, messages, stuck } = facts;
        const heard = link === "up" && subscription === "active" && roster !== undefined;
        const half = presence === "unknown" || (presence !== "closed" && messages === "unknown");
        const blind = !heard || (roster.dialogs.size === 0 && (roster.gap === true || half));
        const unbelieved = heard && stuck === true && [...roster.dialogs.values()].some(isRinging);
        expect(lineStateOf(facts) === "unknown").toBe(blind || unbelieved);
      }),
    );
  });

  it("is calm only with no call and nothing missing", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const state = lineStateOf(facts);
        if (state !== "idle" && state !== "waiting" && state !== "offline") return;
        expect(facts.roster?.dialogs.size).toBe(0);
        expect(facts.roster?.gap).toBeUndefined();
        expect(state === "offline").toBe(facts.presence === "closed");
      }),
    );
  });

  it("does not depend on the order of dialogs", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        if (facts.roster === undefined) return;
        const reversed = { ...facts.roster, dialogs: new Map([...facts.roster.dialogs].reverse()) };
        expect(lineStateOf({ ...facts, roster: reversed })).toBe(lineStateOf(facts));
      }),
    );
  });

  it("rings for any line with a call that rings, whatever else it does", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const base = { ...seen(), stuck: false };
        if (facts.roster === undefined) return;
        const dialogs = [...facts.roster.dialogs.values(), rings];
        expect(
          lineStateOf({ ...facts, ...base, roster: { version: 1, dialogs: new Map(dialogs.map((d) => [d.id, d])) } }),
        ).toBe("ringing");
      }),
    );
  });
});

describe("groupState", () => {
  it("of no lines is unknown", () => {
    expect(groupState([])).toBe("unknown");
  });

  it("of one line is its state", () => {
    for (const state of LINE_STATES) expect(groupState([state])).toBe(state);
  });

  const table: ReadonlyArray<readonly [LineState, readonly LineState[]]> = [
    ["ringing", ["idle", "unknown", "ringing", "busy"]],
    ["unknown", ["idle", "unknown", "busy", "held"]],
    ["busy", ["idle", "held", "busy", "waiting", "offline"]],
    ["held", ["idle", "held", "waiting", "offline"]],
    ["waiting", ["idle", "waiting", "offline"]],
    ["offline", ["idle", "offline"]],
  ];

  it.each(table)("is %s for %j", (state, states) => {
    expect(groupState(states)).toBe(state);
  });

  it("does not depend on order or number", () => {
    const anyStates = fc.array(fc.constantFrom(...LINE_STATES), { minLength: 1 });
    fc.assert(
      fc.property(anyStates, (states) => {
        expect(groupState([...states].reverse().concat(states))).toBe(groupState(states));
        expect(states).toContain(groupState(states));
      }),
    );
  });
});
