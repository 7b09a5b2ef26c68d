import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { notifiesIn } from "./captured-notify.ts";
import { dialog, full, info, partial, RINGING, watching } from "./watching.ts";

describe("a lamp never lies", () => {
  it("link down: every line unknown within the listener, and idle again only by a new NOTIFY", () => {
    const { agent, watcher, reports, begin, states, tell, askedFor } = watching();
    begin();
    tell("101", { body: full(1, RINGING) });
    const old = askedFor("101").callId;
    reports.length = 0;
    agent.link(false, "nothing came from the PBX for 5 s");
    expect(reports.map((report) => [report.line, report.state])).toEqual([
      ["101", "unknown"],
      ["102", "unknown"],
    ]);
    expect(watcher.view("101").ring).toBeUndefined();
    expect(watcher.view("101").why).toBe("no link to the PBX: nothing came from the PBX for 5 s");
    agent.link(true);
    expect(agent.notify(old, { body: full(2) })).toBe(481);
    askedFor("101").answer(200);
    expect(states()).toEqual(["unknown", "unknown"]);
    // A partial document needs what was forgotten.
    tell("101", { body: partial(3) });
    expect(states()).toEqual(["unknown", "unknown"]);
    tell("101", { body: full(4) });
    expect(states()).toEqual(["idle", "unknown"]);
  });

  it("a terminated NOTIFY's ringing body is not believed (captured: Asterisk, expiry)", () => {
    const { agent, clock, watcher, begin, tell, askedFor } = watching(["101"]);
    begin();
    const last = notifiesIn("life-expired.sip").find((one) => one.state === "terminated");
    if (last === undefined) throw new Error("no such NOTIFY");
    expect(last.body).toContain("early");
    expect(tell("101", { ...last, fromTag: "pbx" })).toBe(200);
    expect(watcher.view("101")).toMatchObject({ state: "unknown", ring: undefined });
    clock.advance(500);
    expect(agent.asked).toHaveLength(2);
    askedFor("101").answer(200);
    expect(watcher.view("101").state).toBe("unknown");
    tell("101", { body: full(0) });
    expect(watcher.view("101").state).toBe("idle");
  });

  it("a refusal is unknown with the sentence that mends it", () => {
    const { watcher, askedFor } = watching(["999"]);
    watcher.start();
    askedFor("999").answer(404);
    expect(watcher.view("999")).toMatchObject({
      state: "unknown",
      why: "the PBX has no hint for 999 in the context that panel1 may watch: add it, or change the key",
    });
  });

  it.each([
    ["malformed", { body: "<dialog-info" }, "cannot be read: the document is not well-formed XML near character"],
    ["oversized", { body: full(1, `<!--${"x".repeat(70_000)}-->`) }, "the document is over 64 KB"],
    ["of another type", { body: "<presence/>", contentType: "application/pidf+xml" }, "not dialog-info"],
  ])("what is %s makes the line unknown, and full state is asked for, without a storm", (_name, fields, why) => {
    const { agent, clock, watcher, begin, tell } = watching(["101"]);
    begin();
    tell("101", { body: full(1, RINGING) });
    agent.onRequest = (asked) => {
      clock.at(clock.now() + 1, () => {
        asked.answer(200);
        agent.notify(asked.callId, fields);
      });
    };
    expect(tell("101", fields)).toBe(200);
    expect(watcher.view("101")).toMatchObject({ state: "unknown", ring: undefined });
    expect(watcher.view("101").why).toContain(why);
    clock.advance(600_000);
    expect(agent.asked.length).toBeGreaterThan(8);
    expect(agent.asked.length).toBeLessThan(25);
    tell("101", { body: full(1) });
    expect(watcher.view("101").state).toBe("idle");
  });

  it("no body is idle on an active subscription, and nothing on one that is not (captured: Kamailio)", () => {
    const { watcher, begin, tell, askedFor } = watching(["101"]);
    const [idle] = notifiesIn("kamailio-02-idle-101.sip");
    expect(idle?.body).toBe("");
    begin();
    tell("101", { body: full(1, RINGING) });
    tell("101", { ...idle, fromTag: "pbx", cseq: 9 });
    expect(watcher.view("101").state).toBe("idle");
    tell("101", { state: "pending", body: "" });
    expect(watcher.view("101").state).toBe("unknown");
    tell("101", { state: "terminated", body: "" });
    expect(watcher.view("101").state).toBe("unknown");
    expect(askedFor("101").answered).toBe(true);
  });

  it("after kill -9 the same CSeq and version with other content ends idle, not ringing (captured: Asterisk)", () => {
    const { agent, watcher, reports } = watching(["101"]);
    const callId = "025f48e91b7750df";
    const notifies = notifiesIn("life-restart-kill_-9.sip").filter((one) => one.callId === callId);
    expect(notifies.map((one) => one.cseq)).toEqual([28_886, 28_887, 28_887, 28_888, 28_889]);
    watcher.start();
    agent.last.answer(200, { toTag: notifies[0]?.fromTag ?? "" });
    for (const notify of notifies.slice(0, 2)) expect(agent.notify(agent.last.callId, notify)).toBe(200);
    const first = watcher.view("101");
    expect(first.state).toBe("ringing");
    expect(agent.notify(agent.last.callId, notifies[2])).toBe(200);
    expect(watcher.view("101").state).toBe("idle");
    for (const notify of notifies.slice(3)) expect(agent.notify(agent.last.callId, notify)).toBe(200);
    expect(watcher.view("101").state).toBe("ringing");
    expect(watcher.view("101").ring).not.toBe(first.ring);
    expect(reports.map((report) => report.state)).toEqual(["unknown", "idle", "ringing", "idle", "ringing"]);
  });
});

describe("over any sequence of events", () => {
  const LINES = ["101", "102"] as const;
  const body = fc.oneof(
    fc
      .tuple(
        fc.constantFrom("full", "partial"),
        fc.nat(6),
        fc.array(fc.constantFrom("early", "confirmed", "terminated", "trying"), { maxLength: 3 }),
      )
      .map(([state, version, dialogs]) =>
        info(
          version,
          state,
          dialogs.map((one, index) => dialog(one, `d${index}`)),
        ),
      ),
    fc.constantFrom("", "<broken", "x".repeat(70_000)),
  );
  const step = fc.oneof(
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("link" as const), up: fc.constantFrom(true, true, false) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("time" as const), by: fc.constantFrom(1, 600, 5_000, 100_000) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("answer" as const),
        which: fc.nat(),
        status: fc.constantFrom(200, 200, 200, 404, 423, 481, 500, 503),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("notify" as const),
        which: fc.nat(),
        body,
        state: fc.oneof(
          fc.constantFrom("active;expires=60", "active"),
          fc.constantFrom("pending", "terminated", "terminated;reason=timeout", "", "odd"),
        ),
        cseq: fc.option(fc.nat(5), { nil: undefined, freq: 2 }),
        tag: fc.constantFrom("pbx", "pbx", "pbx", "other"),
      }),
    },
  );

  it("no line leaves unknown without an active NOTIFY of its own, received since, over a link that is up", () => {
    let left = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        const { agent, clock, watcher, states } = watching(LINES);
        let telling: string | undefined;
        const last = new Map<string, string>(LINES.map((line) => [line, "unknown"]));
        watcher.onReport(({ line, state, why, ring }) => {
          expect(state === "unknown").toBe(why !== undefined);
          expect(state === "ringing").toBe(ring !== undefined);
          if (state !== "unknown") {
            expect(agent.up).toBe(true);
            expect(telling).toBe(line);
            if (last.get(line) === "unknown") left++;
          }
          last.set(line, state);
        });
        watcher.start();
        for (const one of steps) {
          if (one.kind === "link") agent.link(one.up);
          else if (one.kind === "time") clock.advance(one.by);
          else if (one.kind === "answer") {
            const { unanswered } = agent;
            unanswered[one.which % Math.max(1, unanswered.length)]?.answer(one.status);
          } else {
            // Any dialog that ever was, the present ones more often than not.
            const asked = agent.asked.at(-1 - (one.which % Math.min(4, agent.asked.length || 1)));
            if (asked === undefined) continue;
            const active = one.state.startsWith("active");
            telling = active ? LINES.find((line) => asked.spec.to === agent.uri(line)) : undefined;
            const { cseq } = one;
            agent.notify(asked.callId, {
              body: one.body,
              state: one.state,
              fromTag: one.tag,
              ...(cseq !== undefined && { cseq }),
            });
            telling = undefined;
          }
          if (!agent.up) expect(states()).toEqual(["unknown", "unknown"]);
        }
      }),
      { numRuns: 500 },
    );
    // The property says something only where lines do come back.
    expect(left).toBeGreaterThan(300);
  });
});
