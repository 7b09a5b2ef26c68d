import { afterEach, describe, expect, it, test } from "vitest";
import { lineStateOf } from "../../firmware/domain/line-state.ts";
import { cleared, EMPTY_ROSTER, fold } from "../../firmware/domain/roster.ts";
import { parseDialogInfo } from "../../firmware/sip/dialog-info.ts";
import { HABITS, isHabitName } from "../../sim/pbx/habits/habits.ts";
import { readCapture } from "./capture.ts";
import { Office, standingClock } from "./office.ts";
import type { EventType, Watch } from "./watch.ts";

const WITHIN = 10_000;
const OF = "kamailio";
const NAMES = Object.keys(HABITS).filter(isHabitName);

/**
 * What differs from call to call: dialog ids, Call-IDs and tags, counted in the order of their appearance; addresses with their
 * ports, since here each target is the PBX; and versions, which are compared by themselves.
 */
function settled(body: string): string {
  const names = new Map<string, string>();
  return body
    .replace(/( id| call-id| local-tag| remote-tag)="([^"]*)"/g, (_, attribute: string, value: string) => {
      if (!names.has(value)) names.set(value, `name${names.size}`);
      return `${attribute}="${names.get(value)}"`;
    })
    .replace(/127\.0\.0\.1(:\d+)?/g, "pbx")
    .replace(/ version="\d+"(?= state)/, "");
}

/** The NOTIFYs that a panel got of that line in those captures: whole, without what differs. */
function captured(line: string, ...names: readonly string[]): readonly string[] {
  return names.flatMap((name) =>
    readCapture(`kamailio-${name}`).flatMap(({ to, message }) => {
      const isNotify = to === "party" && message.kind === "request" && message.method === "NOTIFY";
      return isNotify && message.headers.get("From")?.includes(`sip:${line}@`) ? [settled(message.body)] : [];
    }),
  );
}

describe("a simulated PBX with Kamailio's habits", () => {
  let office: Office;
  afterEach(() => office.close());

  it("tells of calls as Kamailio does, byte for byte but for ids, tags, addresses and versions", async () => {
    const clock = standingClock();
    office = await new Office({ habits: OF, clock }).open();
    const [p100, p102] = await Promise.all([office.phone("100"), office.phone("102")]);
    const p101 = await office.phone("101", { callWaiting: true });
    const panel = await office.panel();
    const [of100, of101] = [await panel.subscribe("100"), await panel.subscribe("101")];
    await Promise.all([of100.count(1), of101.count(1)]);
    await p100.call("101");
    await Promise.all([of100.count(3), of101.count(2)]);
    await p101.answer();
    await Promise.all([of100.count(4), of101.count(3)]);
    await p102.call("101");
    await of101.count(4);
    await p102.hangUp();
    await of101.count(5);
    await p100.hangUp();
    await Promise.all([of100.count(5), of101.count(6)]);
    // What is over is told of for eleven seconds more.
    clock.advance(12_000);
    await Promise.all([of100.count(6), of101.count(8)]);
    const names = ["04-early-both", "05-confirmed-both", "06-two-dialogs-101", "07-second-cancelled", "08-terminated"];
    const heard = ({ notified }: Watch) => notified.map(({ body }) => settled(body));
    const later = "09-after-terminated-publish-expires";
    const alone = (line: string, first: string) => captured(line, first, ...names, later);
    expect(heard(of100)).toEqual(alone("100", "03-idle-100"));
    expect(heard(of101)).toHaveLength(8);
    // The second call had ended before: it is forgotten before the first.
    expect(heard(of101).slice(0, 6)).toEqual(alone("101", "02-idle-101").slice(0, 6));
    expect(heard(of101).at(-1)).toBe("");
    const versions = of101.notified.slice(1, 6).map(({ version }) => version);
    expect(versions).toEqual([2, 3, 4, 5, 6]);
  });

  it("says what would be long enough, and why a subscription is over", async () => {
    office = await new Office({ habits: OF }).open();
    const panel = await office.panel();
    expect((await panel.subscribe("101", 29)).status).toBe(423);
    expect(panel.received.at(-1)?.headers.get("Min-Expires")).toBe("30");
    const watch = await panel.subscribe("101");
    await watch.count(1);
    expect(panel.received.at(-1)?.headers.get("Content-Type")).toBeUndefined();
    await watch.refresh(0);
    await watch.count(2);
    expect(watch.last.subscription).toBe("terminated;reason=timeout");
    expect((await watch.refresh(300)).status).toBe(481);
  });

  it("counts every NOTIFY, those without a word, too", async () => {
    office = await new Office({ habits: OF }).open();
    const panel = await office.panel();
    const watch = await panel.subscribe("101");
    await watch.count(1);
    await watch.refresh(300);
    await watch.count(2);
    const [p100, p101] = await Promise.all([office.phone("100"), office.phone("101")]);
    const { length } = watch.notified;
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await watch.count(length + 1);
    expect(watch.last).toMatchObject({ version: length + 1, state: "early" });
  });

  it("tells of ringing calls so that a Replaces made of that takes them", async () => {
    office = await new Office({ habits: OF }).open();
    const [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    const watch = await panel.subscribe("101");
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await watch.count(2);
    const told = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(watch.last.body)?.[1];
    const replaces = `${told("call-id")};to-tag=${told("remote-tag")};from-tag=${told("local-tag")};early-only`;
    const leg = await panel.call("100", "sendrecv", [
      ["Require", "replaces"],
      ["Replaces", replaces],
    ]);
    expect(leg.response.status).toBe(200);
    await Promise.all([p100.until("talking", WITHIN), p101.until("idle", WITHIN)]);
    await leg.bye();
  });

  it("passes a REFER on to the phone at the other end, and its word back", async () => {
    office = await new Office({ habits: OF }).open();
    const [p102, p103] = await Promise.all([
      office.phone("102", { habit: "answers", refer: "obeys" }),
      office.phone("103", { habit: "answers" }),
    ]);
    const panel = await office.panel();
    const leg = await panel.call("102");
    expect((await leg.refer(`sip:103@${office.server.host}:${office.server.port}`)).status).toBe(202);
    expect(await leg.referred()).toBe(200);
    expect([p102.state, p103.state]).toEqual(["talking", "talking"]);
    await leg.bye();
    expect(await leg.refer("sip:103@127.0.0.1")).toMatchObject({ status: 481 });
    expect(p102.state).toBe("talking");
  });
});

describe("a simulated PBX with BroadWorks' habits", () => {
  it("has calls that nobody has answered proceed, with a direction, and tells of whole lists", async () => {
    const office = await new Office({ habits: "broadworks" }).open();
    const [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    const lists: EventType = ["dialog", "application/dialog-info+xml, multipart/related, application/rlmi+xml"];
    const watch = await panel.subscribe("blflist", 300, lists, [["Supported", "eventlist"]]);
    const caller = await panel.subscribe("100");
    await Promise.all([watch.count(1), caller.count(1)]);
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await Promise.all([watch.count(2), caller.count(3)]);
    expect(watch.last.body).toMatch(/direction="recipient">\s*<state>proceeding</);
    expect(caller.last.body).toMatch(/direction="initiator">\s*<state>proceeding</);
    await p101.answer();
    await watch.count(3);
    expect(watch.last.body).toContain("<state>confirmed<");
    await p100.hangUp();
    await watch.count(4);
    expect(watch.last.body).toContain("<state>terminated<");
    await office.close();
  });
});

describe.each(NAMES)("with the habits of %s", (habits) => {
  test("a lamp that reads what is told shows the day of one extension", async () => {
    const office = await new Office({ habits }).open();
    const [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    const watch = await panel.subscribe("101");
    const shown = () => {
      let roster = EMPTY_ROSTER;
      for (const { body } of watch.notified) {
        const parsed = body === "" ? undefined : parseDialogInfo(body);
        if (parsed && !parsed.ok) throw new Error(parsed.problem);
        roster = parsed ? fold(roster, parsed.info).roster : cleared(roster);
      }
      return lineStateOf({ link: "up", subscription: "active", roster });
    };
    await expect.poll(shown).toBe("idle");
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await expect.poll(shown).toBe("ringing");
    await p101.answer();
    await expect.poll(shown).toBe("busy");
    await p100.hangUp();
    await expect.poll(shown).toBe("idle");
    await p101.until("idle", WITHIN);
    await p101.call("100");
    await expect.poll(shown).toBe("busy");
    await p101.hangUp();
    await expect.poll(shown).toBe("idle");
    const slot = await panel.subscribe("701");
    await slot.count(1);
    await p100.until("idle", WITHIN);
    await p100.call("700");
    await slot.count(2);
    expect(slot.last.state).toBe("confirmed");
    await office.close();
  });
});

test("habits are known by their names, and say where they come from", () => {
  expect(NAMES).toEqual(Object.keys(HABITS));
  expect(["toString", "generic"].filter(isHabitName)).toEqual([]);
  for (const name of NAMES) expect(HABITS[name].title.toLowerCase()).toContain(name);
});
