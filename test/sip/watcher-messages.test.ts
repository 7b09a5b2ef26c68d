import { describe, expect, it } from "vitest";
import { dialog, full, RINGING, watching } from "./watching.ts";

const MESSAGES = "message-summary";

function summary(waiting: "yes" | "no", account?: string) {
  const lines = [`Messages-Waiting: ${waiting}`, ...(account === undefined ? [] : [`Message-Account: ${account}`])];
  return {
    event: MESSAGES,
    contentType: "application/simple-message-summary",
    body: `${lines.join("\r\n")}\r\nVoice-Message: 1/0 (0/0)\r\n`,
  };
}

/** Line 101 with mailbox 8101, its dialogs known to be none. */
function half() {
  const all = watching(["101"], { mailbox: "8101" });
  all.begin();
  return {
    ...all,
    state: () => all.watcher.view("101").state,
    mailbox: () => all.askedFor("8101", MESSAGES),
    box: (fields: Parameters<typeof all.tell>[1]) => all.tell("8101", { event: MESSAGES, ...fields }),
    overhear: (to: string, body: string) => all.agent.unsolicited(MESSAGES, { to, contentType: "", body }),
  };
}

describe("a line with a mailbox", () => {
  it("waits for both, then shows messages while it is calm", () => {
    const { reports, state, tell, box, mailbox } = half();
    expect(mailbox().header("Accept")).toBe("application/simple-message-summary");
    expect(state()).toBe("unknown");
    mailbox().answer(200);
    box(summary("no"));
    box(summary("yes"));
    tell("101", { body: full(1, RINGING) });
    box(summary("yes"));
    tell("101", { body: full(2, dialog("confirmed")) });
    tell("101", { body: full(3) });
    box(summary("no"));
    expect(reports.map((report) => report.state)).toEqual(["idle", "waiting", "ringing", "busy", "waiting", "idle"]);
  });

  it("is unknown while calm when the mailbox is lost from sight, and comes back by a NOTIFY only", () => {
    const { state, box, mailbox, clock } = half();
    box(summary("yes"));
    expect(state()).toBe("waiting");
    box({ state: "terminated;reason=timeout" });
    expect(state()).toBe("unknown");
    clock.advance(500);
    mailbox().answer(200);
    expect(state()).toBe("unknown");
    box(summary("yes"));
    expect(state()).toBe("waiting");
  });

  it("whose mailbox is refused for good is shown without it, with a fault", () => {
    const { state, mailbox, clock, watcher } = half();
    mailbox().answer(404);
    expect(state()).toBe("unknown");
    clock.advance(3_000);
    mailbox().answer(404);
    expect(watcher.view("101")).toMatchObject({
      state: "idle",
      why: "the PBX has no mailbox 8101: add it there, or take it out of the key; until then 101 does not show waiting messages",
      trouble: true,
    });
  });

  it("hears what the PBX tells unasked, of its own mailbox only, and no refusal unsays it", () => {
    const { state, mailbox, clock, overhear, watcher } = half();
    mailbox().answer(489);
    clock.advance(3_000);
    mailbox().answer(489);
    expect(state()).toBe("idle");
    overhear("sip:panel1@pbx.test", summary("yes", "sip:8102@pbx.test").body);
    overhear("sip:panel1@pbx.test", summary("yes").body);
    overhear("sip:8101@pbx.test", "nonsense");
    expect(state()).toBe("idle");
    overhear("sip:panel1@pbx.test", summary("yes", "sip:8101@pbx.test;x=1").body);
    expect(watcher.view("101")).not.toHaveProperty("trouble");
    expect(state()).toBe("waiting");
    clock.advance(10_000);
    mailbox().answer(489);
    expect(state()).toBe("waiting");
    // Without an account it is that of whom the PBX tells.
    overhear("sip:8101@pbx.test", summary("no").body);
    expect(state()).toBe("idle");
  });

  it("forgets what it overheard with the link", () => {
    const { agent, state, overhear, tell, askedFor } = half();
    overhear("sip:8101@pbx.test", summary("yes").body);
    expect(state()).toBe("waiting");
    agent.link(false);
    overhear("sip:8101@pbx.test", summary("yes").body);
    expect(state()).toBe("unknown");
    agent.link(true);
    askedFor("101").answer(200);
    tell("101", { body: full(0) });
    expect(state()).toBe("unknown");
  });

  it("listens from the start to the stop", async () => {
    const { agent, watcher, clock } = watching(["101"], { mailbox: "101" });
    const told = { to: "sip:101@pbx.test", contentType: "", body: summary("yes").body };
    expect(agent.unsolicited(MESSAGES, told)).toBe(false);
    watcher.start();
    expect(agent.unsolicited(MESSAGES, told)).toBe(true);
    const stopped = watcher.stop();
    clock.advance(1_000);
    await stopped;
    expect(agent.unsolicited(MESSAGES, told)).toBe(false);
  });
});
