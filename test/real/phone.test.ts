import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PbxLineState, Phone, PhoneHabit } from "../flows/phone.ts";
import { Asterisk } from "./asterisk/asterisk.ts";

const SOON = 10_000;
/** Baresip tells every five seconds what it has heard. */
const HEARD = 2 * SOON;

/** The parts that the real flows stand on, proved without blfd. */
describe("real phones on a real Asterisk", () => {
  const pbx = new Asterisk();
  let phones: Phone[] = [];

  beforeAll(() => pbx.start(), 120_000);
  afterAll(() => pbx.stop());
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      process.stderr.write(`what Asterisk saw: ${await pbx.saveLog()}\n`);
    });
  });
  afterEach(async () => {
    await Promise.all(phones.map((phone) => phone.stop()));
    phones = [];
  });

  async function phone(number: string, habit: PhoneHabit = "manual"): Promise<Phone> {
    const made = pbx.phone(number, habit);
    phones.push(made);
    await made.start();
    return made;
  }

  async function untilLine(number: string, state: PbxLineState): Promise<void> {
    await expect.poll(() => pbx.lineState(number), { timeout: SOON }).toBe(state);
  }

  async function untilNothingIsLeft(): Promise<void> {
    await expect.poll(() => pbx.channels(), { timeout: SOON }).toBe(0);
  }

  test("a call rings, is answered, is heard on both sides, and ends", async () => {
    expect(await pbx.lineState("101")).toBe("offline");
    const [caller, target] = await Promise.all([phone("100"), phone("101")]);
    await untilLine("101", "idle");

    await caller.call("101");
    expect(caller.state).toBe("calling");
    await target.until("ringing", SOON);
    await untilLine("101", "ringing");
    await expect.poll(() => pbx.channels(), { timeout: SOON }).toBe(2);

    await target.answer();
    await Promise.all([caller, target].map((one) => one.until("talking", SOON)));
    await untilLine("101", "busy");
    for (const one of [caller, target]) await expect.poll(() => one.heard, { timeout: HEARD }).toBeGreaterThan(20);

    await target.hangUp();
    await caller.until("idle", SOON);
    expect([target.state, target.lastCancel]).toEqual(["idle", undefined]);
    await untilNothingIsLeft();
    await untilLine("101", "idle");
  });

  test("what a phone heard counts from its last answer", async () => {
    const [caller, target] = await Promise.all([phone("100"), phone("101", "answers")]);
    await caller.call("101");
    await expect.poll(() => target.heard, { timeout: HEARD }).toBeGreaterThan(60);
    await caller.hangUp();
    await target.until("idle", SOON);
    expect(target.heard).toBeGreaterThan(60);
    await caller.call("101");
    await target.until("talking", SOON);
    expect(target.heard).toBeLessThan(60);
  });

  test("a caller who gives up sends a CANCEL that does not say that somebody else took the call", async () => {
    const [caller, target] = await Promise.all([phone("100"), phone("101")]);
    await caller.call("101");
    await target.until("ringing", SOON);
    await caller.hangUp();
    await target.until("idle", SOON);
    expect(target.lastCancel).toBeDefined();
    expect(target.lastCancel?.join()).not.toContain("elsewhere");
    await untilNothingIsLeft();
  });

  test("a phone that rejects ends the call", async () => {
    const [caller, target] = await Promise.all([phone("100"), phone("101")]);
    await caller.call("101");
    await target.until("ringing", SOON);
    await target.hangUp();
    await caller.until("idle", SOON);
    await untilNothingIsLeft();
  });

  test("by the pickup code another phone takes the call, and the ringing one is told so", async () => {
    const [caller, target, other] = await Promise.all([phone("100"), phone("101"), phone("104")]);
    await caller.call("101");
    await target.until("ringing", SOON);
    await other.call("**101");
    await Promise.all([caller, other].map((one) => one.until("talking", SOON)));
    await target.until("idle", SOON);
    expect(target.lastCancel).toContain('SIP;cause=200;text="Call completed elsewhere"');
  });

  test("a call to the ring group rings at both members, and either can be picked up by its phone", async () => {
    const [caller, one, another, other] = await Promise.all([phone("100"), phone("101"), phone("103"), phone("104")]);
    await caller.call("200");
    await Promise.all([one, another].map((member) => member.until("ringing", SOON)));
    // Nobody called 103 itself.
    await other.call("**103");
    await other.until("idle", SOON);
    expect([caller.state, another.state]).toEqual(["calling", "ringing"]);
    await other.call("*9103");
    await caller.until("talking", SOON);
    await Promise.all([one, another].map((member) => member.until("idle", SOON)));
    await other.until("talking", SOON);
  });

  test("the pickup code where nothing rings is refused", async () => {
    const caller = await phone("100");
    await caller.call("**101");
    await caller.until("idle", SOON);
    await untilNothingIsLeft();
  });

  test("one phone answers everything, another only what the intercom code calls", async () => {
    const [caller, eager, polite] = await Promise.all([
      phone("100"),
      phone("101", "answers"),
      phone("102", "answers-on-header"),
    ]);
    await caller.call("101");
    await Promise.all([caller, eager].map((one) => one.until("talking", SOON)));
    await caller.hangUp();

    await caller.call("102");
    await polite.until("ringing", SOON);
    await expect(polite.until("talking", 300)).rejects.toThrow("phone 102 is ringing");
    await caller.hangUp();
    await polite.until("idle", SOON);

    await caller.call("*80102");
    await Promise.all([caller, polite].map((one) => one.until("talking", SOON)));
    await caller.hangUp();
    await polite.until("idle", SOON);
    await untilNothingIsLeft();
  });

  test("a phone that answers late rings until then, and can be cancelled before", async () => {
    const [caller, late, later] = await Promise.all([
      phone("100"),
      phone("102", { answersAfter: 600 }),
      phone("103", { answersAfter: 60_000 }),
    ]);
    // What is seen of it is seen a moment later: its ring may be seen late, and its answer is never seen early.
    const called = performance.now();
    const rings = late.until("ringing", SOON);
    await caller.call("102");
    await rings;
    await Promise.all([caller, late].map((one) => one.until("talking", SOON)));
    expect(performance.now() - called).toBeGreaterThan(500);
    for (const one of [caller, late]) await expect.poll(() => one.heard, { timeout: HEARD }).toBeGreaterThan(20);
    await caller.hangUp();
    await late.until("idle", SOON);
    await untilNothingIsLeft();

    await caller.call("103");
    await later.until("ringing", SOON);
    await caller.hangUp();
    await later.until("idle", SOON);
    expect(later.lastCancel).toBeDefined();
    await untilNothingIsLeft();
  });

  test.each([486, 603] as const)("a phone that rejects with %i", async (rejects) => {
    const [caller, busy] = await Promise.all([phone("100"), phone("102", { rejects })]);
    const before = (await pbx.log()).length;
    // It rings so shortly that it may be over before the caller is told that he calls.
    const rings = busy.until("ringing", SOON);
    await caller.call("102");
    await rings;
    await Promise.all([caller, busy].map((one) => one.until("idle", SOON)));
    const said = async () => (await pbx.log()).slice(before);
    await expect.poll(said, { timeout: SOON }).toContain(`SIP/2.0 ${rejects} Rejected`);
    await untilNothingIsLeft();
  });

  test("killed by -9 and started again, it has its port and its phones back", async () => {
    const [caller, target] = await Promise.all([phone("100"), phone("101")]);
    await caller.call("101");
    await target.until("ringing", SOON);
    const { port } = pbx;
    await pbx.kill();
    await expect(pbx.channels()).rejects.toThrow();

    await pbx.start();
    expect(pbx.port).toBe(port);
    expect(await pbx.channels()).toBe(0);
    await untilLine("101", "idle");
    await Promise.all([caller, target].map((one) => one.hangUp()));
    await caller.call("101");
    await target.until("ringing", SOON);
  });

  test("a phone without an account does not start, and says why", async () => {
    await expect(phone("199")).rejects.toThrow(/phone 199 does not start: not registered: .*401/);
  });
});
