import { describe, expect, it } from "vitest";
import { LIST_PATIENCE } from "../../firmware/sip/watched-list.ts";
import { notifiesIn } from "./captured-notify.ts";
import { LIST, listed } from "./listed.ts";
import { member, type TestMember, uriOf } from "./lists.ts";
import { dialog, full, partial, RINGING } from "./watching.ts";

const EVERYBODY = [member("101"), member("102"), member("103")];

describe("lines of a list", () => {
  it("are watched by one subscription, which says on every request that it understands lists", () => {
    const { agent, clock, beginListed, askedFor, states } = listed();
    beginListed();
    expect(agent.asked).toHaveLength(1);
    clock.advance(110_000);
    expect(agent.asked).toHaveLength(2);
    expect(agent.last.spec.identity.remoteTag).toBeDefined();
    for (const asked of agent.asked) {
      expect(asked.header("Supported")).toBe("eventlist");
      expect(asked.header("Accept")).toBe("multipart/related, application/rlmi+xml, application/dialog-info+xml");
      expect(asked.header("Event")).toBe("dialog");
    }
    expect(askedFor(LIST).spec.to).toBe("sip:blflist@pbx.test:5060");
    expect(states()).toEqual(["idle", "idle", "idle"]);
  });

  it("are unknown until the list tells of them, and none asks for itself meanwhile", () => {
    const { watcher, states, accept, tellList, alone, faults } = listed();
    watcher.start();
    accept();
    expect(states()).toEqual(["unknown", "unknown", "unknown"]);
    expect(watcher.view("101").why).toBe("the PBX has said nothing of list blflist yet");
    tellList(0, true, ...EVERYBODY);
    expect(states()).toEqual(["idle", "idle", "idle"]);
    expect(alone()).toEqual([]);
    expect(faults.filter((why) => why !== undefined)).toEqual([]);
  });

  it("change one by one (captured: Asterisk)", () => {
    const { agent, watcher, askedFor, states } = listed(["101", "102", "103", "104", "105"]);
    watcher.start();
    const notifies = [...notifiesIn("sub-rls-blflist-initial.sip"), ...notifiesIn("sub-rls-blflist-ringing.sip")];
    const seen = notifies
      .filter(({ line }) => line === LIST)
      .map((notify) => {
        expect(agent.notify(askedFor(LIST).callId, notify)).toBe(200);
        return states();
      });
    expect(seen).toEqual([
      ["idle", "busy", "idle", "idle", "idle"],
      ["ringing", "busy", "idle", "idle", "idle"],
      ["idle", "busy", "idle", "idle", "idle"],
    ]);
    // The list's last words, full of states, are not believed.
    for (const notify of notifiesIn("sub-rls-blflist-unsub.sip")) agent.notify(askedFor(LIST).callId, notify);
    expect(states()).toEqual(["unknown", "unknown", "unknown", "unknown", "unknown"]);
  });

  it("are sixty in one report (captured: Asterisk)", () => {
    const [notify] = notifiesIn("misc-rls-big.sip").filter(({ line }) => line === "biglist");
    const lines = Array.from({ length: 60 }, (_, index) => String(8101 + index));
    const { agent, watcher, askedFor, states } = listed(lines);
    watcher.start();
    expect(agent.notify(askedFor(LIST).callId, notify)).toBe(200);
    expect(new Set(states())).toEqual(new Set(["idle"]));
    expect(agent.asked).toHaveLength(1);
  });

  it("are found by their user part, whatever the host, scheme, escapes and letter case", () => {
    const { watcher, tellList, states } = listed(["*8", "#77", "Bob", "bob", "Ann"]);
    watcher.start();
    const at = (uri: string, body: string): TestMember => ({ uri, body });
    tellList(
      0,
      true,
      at("sips:*8@10.0.0.1", full(0)),
      at("sip:%2377;ext=1:secret@x", full(0, RINGING)),
      at("sip:Bob@x;transport=tcp", full(0, dialog("confirmed"))),
      at("pres:bob@x", full(0)),
      at("sip:ANN@x", full(0)),
    );
    expect(states()).toEqual(["idle", "ringing", "busy", "idle", "idle"]);
  });

  it("are all unknown at once when the link goes, and wait for the list when it is back", () => {
    const { agent, states, beginListed, tellList, accept, reports, alone, faults } = listed();
    beginListed();
    tellList(1, false, member("102", full(1, RINGING)));
    reports.length = 0;
    agent.link(false, "nothing came from the PBX for 5 s");
    expect(reports.map(({ line, state, why }) => [line, state, why])).toEqual(
      ["101", "102", "103"].map((line) => [line, "unknown", "no link to the PBX: nothing came from the PBX for 5 s"]),
    );
    agent.link(true);
    accept();
    expect(states()).toEqual(["unknown", "unknown", "unknown"]);
    tellList(0, true, ...EVERYBODY);
    expect(states()).toEqual(["idle", "idle", "idle"]);
    expect(alone()).toEqual([]);
    expect(faults.filter((why) => why !== undefined)).toEqual([]);
  });

  it("that a lost report may have changed are unknown until the list is told whole", () => {
    const { agent, clock, states, beginListed, tellList, watcher } = listed();
    beginListed();
    tellList(2, false, member("102", full(2, RINGING)));
    expect(states()).toEqual(["unknown", "ringing", "unknown"]);
    expect(watcher.view("101").why).toBe("list blflist has lost a part of what it told of 101");
    clock.advance(1_000);
    expect(agent.asked).toHaveLength(2);
    agent.last.answer(200);
    tellList(3, true, member("101", full(1)), member("102", full(2, RINGING)), member("103"));
    expect(states()).toEqual(["idle", "ringing", "idle"]);
  });

  it("wait for the list told whole where it begins with a part, also with one that would have come next before a loss", () => {
    const { agent, clock, states, beginListed, tellList, alone } = listed();
    beginListed();
    agent.link(false);
    agent.link(true);
    agent.last.answer(200);
    tellList(1, false, member("102", full(1, RINGING)));
    expect(states()).toEqual(["unknown", "ringing", "unknown"]);
    clock.advance(1_000);
    expect(agent.asked).toHaveLength(3);
    expect(alone()).toEqual([]);
    agent.last.answer(200);
    tellList(2, true, ...EVERYBODY);
    expect(states()).toEqual(["idle", "idle", "idle"]);
  });

  it("are believed after a restart of the PBX, which counts from 0 again", () => {
    const { states, beginListed, tellList } = listed();
    beginListed();
    for (let version = 1; version < 9; version++) tellList(version, false, member("101", full(version, RINGING)));
    tellList(0, true, member("101"), member("102"), member("103", full(0, RINGING)));
    expect(states()).toEqual(["idle", "idle", "ringing"]);
  });

  it("keep their ring through reports on others, and through one on all", () => {
    const { watcher, beginListed, tellList } = listed();
    beginListed();
    tellList(1, false, member("101", full(1, RINGING)));
    const { ring } = watcher.view("101");
    tellList(2, false, member("102", full(1, RINGING)));
    tellList(3, true, member("101", full(1, RINGING)), member("102", full(1)), member("103"));
    expect(watcher.view("101").ring).toBe(ring);
  });

  it("with partial documents that do not follow have the list told whole", () => {
    const { agent, clock, states, beginListed, tellList } = listed();
    beginListed();
    tellList(1, false, member("101", partial(5)));
    expect(states()).toEqual(["unknown", "idle", "idle"]);
    clock.advance(1_000);
    expect(agent.asked).toHaveLength(2);
  });

  it("stop with it: it unsubscribes, and nothing is left", async () => {
    const { agent, clock, watcher, beginListed } = listed();
    beginListed();
    const stopped = watcher.stop();
    expect(agent.asked.map(({ expires }) => expires)).toEqual([120, 0]);
    agent.last.answer(200);
    await stopped;
    expect([clock.pending, agent.claims]).toEqual([0, 0]);
  });
});

describe("a line that the list does not vouch for", () => {
  it("has a subscription of its own where the list does not name it (captured: Asterisk leaves out what has no hint)", () => {
    const { agent, watcher, askedFor, states, tell, alone, faults } = listed(["101", "999"]);
    const [notify] = notifiesIn("misc-rls-big.sip").filter(({ line }) => line === "holelist");
    watcher.start();
    agent.notify(askedFor(LIST).callId, notify);
    expect(states()).toEqual(["idle", "unknown"]);
    expect(alone()).toEqual(["999"]);
    expect(faults.at(-1)).toBe(
      "list blflist does not name 999: mend it at the PBX, or take pbx.list out; until then lines are watched one by one",
    );
    askedFor("999").answer(200);
    tell("999", { body: full(0) });
    expect(states()).toEqual(["idle", "idle"]);
  });

  it("comes back to the list as soon as that tells of it, without a moment in the dark", () => {
    const { agent, askedFor, states, tell, tellList, watcher, faults, reports } = listed();
    watcher.start();
    tellList(0, true, member("101"), member("102"));
    askedFor("103").answer(200);
    tell("103", { body: full(9, RINGING) });
    const own = askedFor("103");
    reports.length = 0;
    tellList(1, false, member("103", full(0, RINGING)));
    expect(reports).toEqual([]);
    expect(states()).toEqual(["idle", "idle", "ringing"]);
    expect(agent.last.expires).toBe(0);
    expect(agent.last.callId).toBe(own.callId);
    expect(faults.at(-1)).toBeUndefined();
    // What its own subscription still says is of no interest.
    agent.notify(own.callId, { body: full(10), state: "terminated" });
    expect(states()).toEqual(["idle", "idle", "ringing"]);
    tellList(2, false, member("103", full(1)));
    expect(states()).toEqual(["idle", "idle", "idle"]);
  });

  it.each([
    ["pending", '<instance id="a" state="pending"/>', undefined, "is not yet allowed to tell the state of"],
    [
      "terminated",
      '<instance id="a" state="terminated" reason="rejected" cid="b1-0@pbx.test"/>',
      full(7, RINGING),
      "no longer tells (rejected) the state of",
    ],
    ["active without a body", '<instance id="a" state="active"/>', undefined, "says nothing of"],
    [
      "two phones",
      '<instance id="a" state="active" cid="b1-0@pbx.test"/><instance id="b" state="active"/>',
      full(7),
      "tells of several phones under",
    ],
    [
      "told in another form",
      '<instance id="a" state="active" cid="b1-0@pbx.test"/>',
      "<presence/>",
      "tells in no usable form the state of",
    ],
  ])("is unknown while it is %s, and after a while asks for itself", (_, instances, body, why) => {
    const { clock, states, beginListed, tellList, alone, faults, tell, askedFor } = listed();
    beginListed();
    tellList(1, false, { uri: uriOf("101"), instances, ...(body !== undefined && { body }) });
    expect(states()).toEqual(["unknown", "idle", "idle"]);
    clock.advance(LIST_PATIENCE - 1);
    expect(alone()).toEqual([]);
    clock.advance(1);
    expect(alone()).toEqual(["101"]);
    expect(faults.at(-1)).toBe(
      `list blflist ${why} 101: mend it at the PBX, or take pbx.list out; until then lines are watched one by one`,
    );
    askedFor("101").answer(200);
    tell("101", { body: full(0) });
    expect(states()).toEqual(["idle", "idle", "idle"]);
  });

  it("does not ask for itself when the list makes up its mind in time", () => {
    const { clock, states, tellList, alone, watcher } = listed();
    watcher.start();
    const pending = (line: string): TestMember => ({
      uri: uriOf(line),
      instances: '<instance id="a" state="pending"/>',
    });
    tellList(0, true, pending("101"), pending("102"), pending("103"));
    clock.advance(LIST_PATIENCE - 1);
    tellList(1, false, ...EVERYBODY);
    clock.advance(LIST_PATIENCE);
    expect(states()).toEqual(["idle", "idle", "idle"]);
    expect(alone()).toEqual([]);
  });

  it("is one that two members of the list mean", () => {
    const { clock, watcher, tellList, states, alone } = listed(["101"]);
    watcher.start();
    tellList(0, true, { uri: "sip:101@a", body: full(0) }, { uri: "sip:101@b", body: full(0, RINGING) });
    expect(states()).toEqual(["unknown"]);
    clock.advance(LIST_PATIENCE);
    expect(alone()).toEqual(["101"]);
  });

  it("is named, with a few others, when many are missing", () => {
    const { watcher, tellList, faults } = listed(Array.from({ length: 12 }, (_, index) => String(201 + index)));
    watcher.start();
    tellList(0, true, member("201"));
    expect(faults.at(-1)).toContain("list blflist does not name 202, 203, 204, 205, 206 and 6 more: ");
  });
});
