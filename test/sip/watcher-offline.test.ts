import { describe, expect, it } from "vitest";
import { MOST_UNANSWERED } from "../../firmware/sip/watcher.ts";
import { notifiesIn } from "./captured-notify.ts";
import { dialog, full, RINGING, watching } from "./watching.ts";

const PRESENCE = "presence";

function pidf(basic: "open" | "closed", note = basic === "open" ? "Ready" : "Unavailable") {
  const status = `<status><basic>${basic}</basic></status>`;
  const body = `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="e"><note>${note}</note><tuple id="101">${status}</tuple></presence>`;
  return { event: PRESENCE, contentType: "application/pidf+xml", body };
}

/** One line whose dialogs are known to be none, and whose presence is asked for. */
function half(lines: readonly string[] = ["101"]) {
  const all = watching(lines, { presence: true });
  all.begin();
  return { ...all, state: () => all.watcher.view("101").state, why: () => all.watcher.view("101").why };
}

/** The same, with a phone there. */
function whole() {
  const all = half();
  all.askedFor("101", PRESENCE).answer(200, { headers: { Expires: "120" } });
  all.tell("101", pidf("open"));
  expect(all.state()).toBe("idle");
  all.reports.length = 0;
  return all;
}

describe("a line whose PBX tells offline by presence", () => {
  it("is not called idle before presence is heard, and rings before that", () => {
    const { askedFor, tell, state, why } = half();
    expect(state()).toBe("unknown");
    expect(why()).toBe("the PBX has said nothing of 101 yet");
    askedFor("101", PRESENCE).answer(200);
    expect(state()).toBe("unknown");
    tell("101", { body: full(1, RINGING) });
    expect(state()).toBe("ringing");
    tell("101", { body: full(2) });
    expect(state()).toBe("unknown");
    tell("101", pidf("open"));
    expect(state()).toBe("idle");
  });

  it("goes offline and comes back by presence alone, as dialog-info says the same of both", () => {
    const { reports, tell, clock } = whole();
    tell("101", pidf("closed"));
    tell("101", { body: full(1, dialog("terminated")) });
    clock.advance(60_000);
    tell("101", pidf("open"));
    expect(reports.map(({ state }) => state)).toEqual(["offline", "idle"]);
    expect(reports[0]).not.toHaveProperty("why");
  });

  it("shows its calls whatever presence says, and what is left after them", () => {
    const { tell, state } = whole();
    tell("101", { body: full(1, RINGING) });
    tell("101", pidf("closed"));
    expect(state()).toBe("ringing");
    tell("101", { body: full(2, dialog("confirmed")) });
    expect(state()).toBe("busy");
    tell("101", { body: full(3) });
    expect(state()).toBe("offline");
  });

  it("does not pass through offline after a call, whichever of the two speaks first (Asterisk, busy)", () => {
    const { reports, tell } = whole();
    tell("101", { body: full(1, dialog("confirmed")) });
    tell("101", pidf("closed", "On the phone"));
    tell("101", { body: full(2) });
    tell("101", pidf("open"));
    expect(reports.map(({ state }) => state)).toEqual(["busy", "idle"]);
  });

  it("with presence lost is unknown while calm, neither idle nor offline for ever, and busy while busy", () => {
    for (const basic of ["open", "closed"] as const) {
      const { askedFor, tell, state, why, clock, agent } = whole();
      tell("101", pidf(basic));
      tell("101", { event: PRESENCE, state: "terminated;reason=deactivated" });
      expect(state()).toBe("unknown");
      expect(why()).toBe("the PBX moved the subscription to 101");
      tell("101", { body: full(1, dialog("confirmed")) });
      expect(state()).toBe("busy");
      tell("101", { body: full(2) });
      expect(state()).toBe("unknown");
      clock.advance(500);
      askedFor("101", PRESENCE).answer(200);
      expect(agent.unanswered).toHaveLength(0);
      expect(state()).toBe("unknown");
      tell("101", pidf("open"));
      expect(state()).toBe("idle");
    }
  });

  it("that is refused its presence twice is shown by its dialogs alone, with a fault that says so", () => {
    const { askedFor, tell, state, watcher, clock, reports } = half();
    askedFor("101", PRESENCE).answer(489);
    // Once may be a PBX that is still booting.
    expect(state()).toBe("unknown");
    clock.advance(3_000);
    askedFor("101", PRESENCE).answer(489);
    const why =
      'the PBX does not offer the event "presence" for 101: load that package there; until then 101 looks idle also where no phone is registered';
    expect(watcher.view("101")).toMatchObject({ state: "idle", why, trouble: true });
    tell("101", { body: full(1, dialog("confirmed")) });
    expect(watcher.view("101")).toMatchObject({ state: "busy", why, trouble: true });
    // Another failure of the retry changes nothing.
    tell("101", { body: full(2) });
    clock.advance(10_000);
    askedFor("101", PRESENCE).answer(503);
    expect(watcher.view("101")).toMatchObject({ state: "idle", why });
    reports.length = 0;
    clock.advance(60_000);
    askedFor("101", PRESENCE).answer(200);
    tell("101", pidf("closed"));
    expect(reports).toMatchObject([{ state: "offline" }]);
    expect(reports[0]).not.toHaveProperty("trouble");
  });

  it.each([403, 404, 603])("is refused by %s just so", (status) => {
    const { askedFor, state, clock, watcher } = half();
    askedFor("101", PRESENCE).answer(status);
    clock.advance(3_000);
    askedFor("101", PRESENCE).answer(status);
    expect(state()).toBe("idle");
    expect(watcher.view("101").trouble).toBe(true);
  });

  it.each([408, 481, 500, 503])("is not refused by %s, however often: unknown", (status) => {
    const { askedFor, state, clock } = half();
    for (let tries = 0; tries < 5; tries++) {
      askedFor("101", PRESENCE).answer(status);
      expect(state()).toBe("unknown");
      clock.advance(70_000);
    }
  });

  it("that was told its presence again is not refused by the first refusal after that", () => {
    const { askedFor, tell, state, clock } = half();
    askedFor("101", PRESENCE).answer(489);
    tell("101", pidf("open"));
    clock.advance(3_000);
    askedFor("101", PRESENCE).answer(200);
    tell("101", pidf("open"));
    tell("101", { event: PRESENCE, state: "terminated;reason=rejected" });
    expect(state()).toBe("unknown");
  });

  it("forgets refusals and presence with the link", () => {
    const { agent, askedFor, tell, state, clock } = half();
    askedFor("101", PRESENCE).answer(489);
    clock.advance(3_000);
    askedFor("101", PRESENCE).answer(489);
    expect(state()).toBe("idle");
    agent.link(false);
    agent.link(true);
    askedFor("101").answer(200);
    tell("101", { body: full(0) });
    expect(state()).toBe("unknown");
    askedFor("101", PRESENCE).answer(200);
    tell("101", pidf("closed"));
    expect(state()).toBe("offline");
    agent.link(false);
    expect(state()).toBe("unknown");
  });

  it("is unknown by a presence that cannot be read, and asks again", () => {
    const { agent, tell, state, why, clock } = whole();
    const before = agent.asked.length;
    tell("101", { ...pidf("closed"), body: "<presence" });
    expect(state()).toBe("unknown");
    expect(why()).toMatch(/^what the PBX told of the presence of 101 cannot be read: the document is not well-formed/);
    tell("101", { ...pidf("closed"), contentType: "text/plain" });
    expect(why()).toMatch(/it is not application\/pidf\+xml$/);
    clock.advance(500);
    expect(agent.asked.length).toBeGreaterThan(before);
    tell("101", { event: PRESENCE });
    expect(why()).toBe("the PBX does not say the presence of 101");
    tell("101", pidf("open"));
    expect(state()).toBe("idle");
  });

  it("does not believe the body of a terminated presence (captured: Asterisk)", () => {
    const { tell, state } = half();
    const [first, last] = notifiesIn("sub-presence.sip");
    expect(last).toMatchObject({ state: "terminated", body: expect.stringContaining("open") });
    tell("101", { ...first, fromTag: "pbx", cseq: 1 });
    expect(state()).toBe("idle");
    tell("101", { ...last, fromTag: "pbx", cseq: 2 });
    expect(state()).toBe("unknown");
  });

  it("asks for no presence where the PBX would not tell more by it", () => {
    const { agent, watcher } = watching(["101"]);
    watcher.start();
    expect(agent.asked.map((asked) => asked.header("Event"))).toEqual(["dialog"]);
  });

  it("ends both subscriptions when it stops", async () => {
    const { agent, watcher, clock } = whole();
    const stopped = watcher.stop();
    const last = agent.asked.slice(-2);
    expect(last.map((asked) => [asked.header("Event"), asked.expires])).toEqual([
      ["dialog", 0],
      [PRESENCE, 0],
    ]);
    clock.advance(1_000);
    await stopped;
    expect([clock.pending, agent.claims]).toEqual([0, 0]);
  });
});

describe("sixty-four lines with presence", () => {
  const LINES = Array.from({ length: 64 }, (_, index) => String(1000 + index));

  it(`come back within 2 s of the link with at most ${MOST_UNANSWERED} SUBSCRIBEs unanswered, what rings first`, () => {
    const { agent, clock, watcher, states } = watching(LINES, { presence: true });
    // A slow PBX: 100 ms for each answer, the NOTIFY right after it.
    agent.onRequest = (asked) => {
      clock.at(clock.now() + 100, () => {
        asked.answer(200, { headers: { Expires: "120" } });
        if (asked.header("Event") === PRESENCE) agent.notify(asked.callId, pidf("closed"));
        else agent.notify(asked.callId, { body: full(0, ...(asked.spec.to?.includes("1063") ? [RINGING] : [])) });
      });
    };
    watcher.start();
    clock.advance(2_000);
    agent.link(false);
    expect(states().every((state) => state === "unknown")).toBe(true);
    agent.link(true);
    clock.advance(500);
    expect(watcher.view("1063").state).toBe("ringing");
    clock.advance(1_500);
    expect(new Set(states().slice(0, -1))).toEqual(new Set(["offline"]));
    expect(agent.peak).toBeLessThanOrEqual(MOST_UNANSWERED);
    expect(agent.asked).toHaveLength(4 * 64);
  });
});
