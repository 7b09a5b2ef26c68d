import { describe, expect, it } from "vitest";
import { LIST_PATIENCE } from "../../firmware/sip/watched-list.ts";
import { LIST, listed } from "./listed.ts";
import { member } from "./lists.ts";
import { full, RINGING } from "./watching.ts";

const EVERYBODY = [member("101"), member("102"), member("103")];

describe("a list that is refused", () => {
  it.each([
    [404, "the PBX has no list blflist that panel1 may watch: add it there, or take pbx.list out"],
    [489, "the PBX has no list blflist that panel1 may watch: add it there, or take pbx.list out"],
    [420, "the PBX has no list blflist that panel1 may watch: add it there, or take pbx.list out"],
    [403, "the PBX does not let panel1 watch list blflist: give that account the right to subscribe to it"],
    [603, "the PBX declines subscriptions of panel1, to list blflist too: allow them for that account"],
  ])("%i: every line asks for itself at once, and the fault says what would mend it", (status, why) => {
    const { watcher, askedFor, states, alone, faults, tell } = listed();
    watcher.start();
    askedFor(LIST).answer(status);
    expect(alone()).toEqual(["101", "102", "103"]);
    expect(faults.at(-1)).toBe(`${why}; until then lines are watched one by one`);
    for (const line of ["101", "102", "103"]) {
      askedFor(line).answer(200);
      tell(line, { body: full(0) });
    }
    expect(states()).toEqual(["idle", "idle", "idle"]);
  });

  it("is asked for again, and serves once it is there", () => {
    const { agent, clock, watcher, askedFor, states, faults, tell, tellList, accept, asks } = listed(["101"]);
    watcher.start();
    askedFor(LIST).answer(404);
    askedFor("101").answer(200);
    tell("101", { body: full(0) });
    clock.advance(3_000);
    expect(asks(LIST)).toBe(2);
    accept();
    tellList(0, true, member("101", full(0, RINGING)));
    expect(states()).toEqual(["ringing"]);
    expect(faults.at(-1)).toBeUndefined();
    expect([agent.last.spec.to, agent.last.expires]).toEqual([agent.uri("101"), 0]);
  });

  it("does not hold lines up when the link comes back", () => {
    const { agent, watcher, askedFor, asks } = listed(["101"]);
    watcher.start();
    askedFor(LIST).answer(404);
    agent.link(false);
    agent.link(true);
    expect([asks(LIST), asks("101")]).toEqual([2, 2]);
  });

  it("by a PBX that is starting, having served before, is waited for", () => {
    const { agent, clock, askedFor, beginListed, tellList, alone, states, accept } = listed();
    beginListed();
    agent.link(false);
    agent.link(true);
    askedFor(LIST).answer(404);
    clock.advance(3_000);
    expect(alone()).toEqual([]);
    accept();
    tellList(0, true, ...EVERYBODY);
    expect(states()).toEqual(["idle", "idle", "idle"]);
    clock.advance(LIST_PATIENCE);
    expect(alone()).toEqual([]);
  });

  it("is given up for the time being when it stays silent: UDP may have lost a report that long", () => {
    const { clock, watcher, accept, alone, faults } = listed();
    watcher.start();
    accept();
    clock.advance(LIST_PATIENCE);
    expect(alone()).toEqual(["101", "102", "103"]);
    expect(faults.at(-1)).toContain("use TCP in pbx.server; until then lines are watched one by one");
  });

  it.each([
    ["cannot be read", { body: full(0) }],
    ["is a line and no list", { contentType: "application/dialog-info+xml", body: full(0) }],
    ["was taken away", { state: "terminated;reason=giveup;retry-after=60" }],
  ])("is given up for the time being when it %s", (_, notify) => {
    const { agent, clock, askedFor, beginListed, alone, faults, states } = listed();
    beginListed();
    expect(agent.notify(askedFor(LIST).callId, notify)).toBe(200);
    expect(states()).toEqual(["unknown", "unknown", "unknown"]);
    expect(faults.at(-1)).toContain("list blflist");
    clock.advance(LIST_PATIENCE);
    expect(alone()).toEqual(["101", "102", "103"]);
  });
});
