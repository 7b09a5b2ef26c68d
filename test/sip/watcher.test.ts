import { describe, expect, it } from "vitest";
import type { LineReport } from "../../firmware/sip/watcher.ts";
import { notifiesIn } from "./captured-notify.ts";
import { dialog, full, partial, RINGING, watching } from "./watching.ts";

describe("a watcher", () => {
  it("watches each line once, and says unknown of everything until the PBX has spoken", () => {
    const { agent, watcher, reports, askedFor, tell } = watching(["101", "102", "101"]);
    expect(watcher.view("101").state).toBe("unknown");
    watcher.start();
    watcher.start();
    expect(agent.asked).toHaveLength(2);
    askedFor("101").answer(200);
    expect(reports.filter((report) => report.state !== "unknown")).toEqual([]);
    expect(watcher.view("101").why).toBe("the PBX has said nothing of 101 yet");
    tell("101", { body: full(0) });
    expect(watcher.view("101")).toEqual({ line: "101", state: "idle", ring: undefined, at: 0 });
    expect(watcher.view("102").state).toBe("unknown");
    expect(watcher.view("999")).toMatchObject({ state: "unknown", why: "999 is not watched" });
  });

  it.each([481, 500])("asks for all lines afresh when the PBX has forgotten one (%i), and only once", (status) => {
    const lines = ["101", "102", "103", "104"];
    const { agent, clock, askedFor, begin, states } = watching(lines);
    begin();
    const asked = agent.asked.length;
    while (agent.asked.length === asked) clock.advance(1000);
    const [refresh] = agent.unanswered;
    refresh?.answer(status);
    clock.advance(2000);
    const since = agent.asked.slice(asked);
    expect(new Set(since.map((one) => one.spec.to))).toEqual(new Set(lines.map((line) => agent.uri(line))));
    for (const one of agent.unanswered) if (one.spec.identity.remoteTag !== undefined) one.answer(status);
    clock.advance(3000);
    expect(states()).toEqual(lines.map(() => "unknown"));
    expect(agent.asked.length - asked).toBeLessThanOrEqual(2 * lines.length + 1);
    expect(askedFor("104").spec.identity.remoteTag).toBeUndefined();
  });

  it("waits for the link", () => {
    const { agent, watcher, states } = watching();
    agent.up = false;
    watcher.start();
    expect(agent.asked).toEqual([]);
    expect(watcher.view("101").why).toBe("no link to the PBX: the PBX has not been reached yet");
    agent.link(true);
    expect(agent.asked).toHaveLength(2);
    expect(states()).toEqual(["unknown", "unknown"]);
  });

  it("reports changes only, at the moment of the NOTIFY, to every listener until it is taken back", () => {
    const { clock, watcher, reports, begin, tell } = watching();
    begin();
    const second: LineReport[] = [];
    const cancel = watcher.onReport((report) => second.push(report));
    clock.advance(7);
    tell("101", { body: full(1, RINGING) });
    tell("101", { body: full(2, RINGING) });
    tell("101", { body: full(2, RINGING) });
    expect(reports).toMatchObject([{ line: "101", state: "ringing", at: 7 }]);
    expect(reports[0]).not.toHaveProperty("why");
    cancel();
    clock.advance(1);
    tell("101", { body: full(3, dialog("confirmed")) });
    expect(reports).toMatchObject([{ state: "ringing" }, { state: "busy", at: 8 }]);
    expect(second).toEqual(reports.slice(0, 1));
    expect(watcher.view("101")).toBe(reports[1]);
  });

  it("has reported before the NOTIFY is answered, and answers even if a listener throws", () => {
    const { log, watcher, reports, begin, tell } = watching();
    begin();
    watcher.onReport(() => {
      throw new Error("bug");
    });
    const late: LineReport[] = [];
    watcher.onReport((report) => late.push(report));
    expect(tell("101", { body: full(1, RINGING) })).toBe(200);
    expect(reports).toHaveLength(1);
    expect(late).toEqual(reports);
    expect(log.of("error")).toHaveLength(1);
  });

  it("writes nothing above debug for a NOTIFY", () => {
    const { log, begin, tell } = watching();
    begin();
    const before = log.lines.length;
    tell("101", { body: full(1, RINGING) });
    expect(log.lines).toHaveLength(before);
  });

  it("stops: unsubscribes everywhere, bounded, and all is unknown", async () => {
    const { agent, clock, watcher, states, begin } = watching();
    begin();
    const stopped = watcher.stop();
    expect(agent.asked.slice(2).map((asked) => asked.expires)).toEqual([0, 0]);
    expect(states()).toEqual(["unknown", "unknown"]);
    clock.advance(1_000);
    await stopped;
    expect(clock.pending).toBe(0);
    expect(agent.claims).toBe(0);
    agent.link(false);
    agent.link(true);
    expect(agent.asked).toHaveLength(4);
    watcher.start();
    expect(agent.asked).toHaveLength(6);
  });
});

describe("a ring", () => {
  it("has one identity as long as it lasts and another the next time, though Asterisk uses one id for all calls", () => {
    const { watcher, begin, tell, reports } = watching(["101"]);
    begin();
    tell("101", { body: full(1, RINGING) });
    const first = watcher.view("101").ring;
    tell("101", { body: full(2, dialog("early", "101", 'x="1"')) });
    expect(watcher.view("101").ring).toBe(first);
    tell("101", { body: full(3, dialog("terminated")) });
    expect(watcher.view("101").ring).toBeUndefined();
    tell("101", { body: full(4, RINGING) });
    expect(watcher.view("101").ring).not.toBe(first);
    expect(reports.map((report) => report.state)).toEqual(["ringing", "idle", "ringing"]);
  });

  it("is another one after the line was lost from sight", () => {
    const { agent, watcher, begin, tell } = watching(["101"]);
    begin();
    tell("101", { body: full(1, RINGING) });
    const first = watcher.view("101").ring;
    agent.link(false);
    agent.link(true);
    tell("101", { body: full(0, RINGING) });
    expect(watcher.view("101").state).toBe("ringing");
    expect(watcher.view("101").ring).not.toBe(first);
  });

  it("changes with the calls: the first is answered while a second rings (captured: Kamailio)", () => {
    const { watcher, begin, tell, reports } = watching(["101"]);
    begin();
    tell("101", { body: full(1, dialog("early", "a")) });
    tell("101", { body: full(2, dialog("confirmed", "a"), dialog("early", "b")) });
    expect(reports.map((report) => report.state)).toEqual(["ringing", "ringing"]);
    expect(reports[1]?.ring).not.toBe(reports[0]?.ring);
    const two = notifiesIn("kamailio-06-two-dialogs-101.sip").at(-1);
    tell("101", { ...two, fromTag: "pbx", cseq: 99 });
    expect(watcher.view("101").state).not.toBe("unknown");
  });
});

describe("versions", () => {
  it("a gap is shown as far as it is known, and full state asked for", () => {
    const { agent, clock, watcher, begin, tell } = watching(["101"]);
    begin();
    tell("101", { body: partial(5, RINGING) });
    expect(watcher.view("101").state).toBe("ringing");
    tell("101", { body: partial(6, dialog("terminated")) });
    expect(watcher.view("101")).toMatchObject({ state: "unknown", why: "a part of what the PBX told of 101 was lost" });
    clock.advance(500);
    expect(agent.asked).toHaveLength(2);
    agent.last.answer(200);
    tell("101", { body: full(7) });
    expect(watcher.view("101").state).toBe("idle");
  });

  it("stale is ignored; stale again though full state was asked for begins a new subscription", () => {
    const { agent, clock, watcher, begin, tell } = watching(["101"]);
    begin();
    tell("101", { body: full(40, RINGING) });
    tell("101", { body: full(1) });
    expect(watcher.view("101").state).toBe("ringing");
    clock.advance(500);
    agent.last.answer(200);
    expect(agent.asked).toHaveLength(2);
    tell("101", { body: full(2) });
    expect(watcher.view("101")).toMatchObject({ state: "unknown", why: "the PBX counts what it tells of 101 anew" });
    clock.advance(500);
    tell("101", { body: full(0) });
    expect(watcher.view("101").state).toBe("idle");
  });

  it("stale once, between good ones, is forgotten", () => {
    const { watcher, begin, tell } = watching(["101"]);
    begin();
    for (const version of [5, 4, 6, 5, 7]) tell("101", { body: full(version, RINGING) });
    expect(watcher.view("101").state).toBe("ringing");
  });
});
