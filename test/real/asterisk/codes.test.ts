import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PbxLineState } from "../../flows/phone.ts";
import type { Baresip } from "../baresip.ts";
import { Asterisk } from "./asterisk.ts";
import { PanelAccount, type Placed } from "./panel-account.ts";

const SOON = 10_000;
const ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"';
/** Clearing, and no word of who took it: the phone notes a missed call. */
const CLEARED = "Q.850;cause=16";

/** What this PBX takes for a pickup, and from whom: told by accounts and phones, without blfd's pickups. */
describe("the pickup codes of a real Asterisk", () => {
  const pbx = new Asterisk();
  const phones = new Map<string, Baresip>();
  const panels = new Map<string, PanelAccount>();

  beforeAll(async () => {
    await pbx.start();
    for (const number of ["100", "101", "103", "104", "105"]) phones.set(number, pbx.phone(number, "manual"));
    phones.set("102", pbx.phone("102", "answers-on-header"));
    for (const user of ["panel1", "panel2", "panel3", "panel4"]) panels.set(user, new PanelAccount(pbx, user));
    await Promise.all([...phones.values(), ...panels.values()].map((each) => each.start()));
  }, 120_000);
  afterAll(async () => {
    await Promise.all([...panels.values()].map((each) => each.stop()));
    await pbx.stop();
  });
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      process.stderr.write(`what Asterisk saw: ${await pbx.saveLog()}\n`);
    });
  });
  afterEach(async () => {
    await Promise.all([...phones.values()].map((each) => each.hangUp()));
    await expect.poll(() => pbx.channels(), { timeout: SOON }).toBe(0);
  });

  function phone(number: string): Baresip {
    const found = phones.get(number);
    if (found === undefined) throw new Error(`there is no phone ${number}`);
    return found;
  }

  function panel(user: string): PanelAccount {
    const found = panels.get(user);
    if (found === undefined) throw new Error(`there is no account ${user}`);
    return found;
  }

  async function untilLine(number: string, state: PbxLineState): Promise<void> {
    await expect.poll(() => pbx.lineState(number), { timeout: SOON }).toBe(state);
  }

  async function ring(from: string, to: string, rings = to): Promise<void> {
    await phone(from).call(to);
    await phone(rings).until("ringing", SOON);
  }

  /** What a phone says of itself may come a moment after what the PBX says of it. */
  async function settled(states: Readonly<Record<string, Baresip["state"]>>): Promise<void> {
    for (const [number, state] of Object.entries(states)) await phone(number).until(state, SOON);
  }

  /** The call that 100 placed is the panel's now. */
  async function taken({ leg, events }: Placed, rang: string, reason = ELSEWHERE): Promise<void> {
    await phone(rang).until("idle", SOON);
    await phone("100").until("talking", SOON);
    expect(phone(rang).lastCancel).toContain(reason);
    leg.end();
    await events.next(({ kind }) => kind === "ended", SOON);
    await phone("100").until("idle", SOON);
  }

  test.each([
    ["**101", "panel1", ELSEWHERE],
    ["*9101", "panel1", ELSEWHERE],
    ["*77", "panel1", ELSEWHERE],
    ["*8", "panel1", CLEARED],
    ["**101", "panel4", ELSEWHERE],
    // A code with a line in it asks for no group.
    ["**101", "panel2", ELSEWHERE],
    ["*9101", "panel2", ELSEWHERE],
    ["**101", "panel3", ELSEWHERE],
  ])("%s by %s takes the call that rings at 101", async (code, user, reason) => {
    await ring("100", "101");
    await taken(await panel(user).answered(code), "101", reason);
  });

  test.each([
    ["*77", "panel2", "101"],
    ["*8", "panel2", "101"],
    ["*77", "panel1", "105"],
    ["*8", "panel1", "105"],
  ])("%s by %s is refused where only %s rings: another group", async (code, user, line) => {
    await ring("100", line);
    expect(await panel(user).refused(code)).toBe(403);
    expect([phone(line).state, phone("100").state]).toEqual(["ringing", "calling"]);
  });

  test.each(["**101", "*9101", "*77", "*8"])("%s is refused where nothing rings", async (code) => {
    expect(await panel("panel1").refused(code)).toBe(403);
  });

  test.each(["**101", "*9101", "*77", "*8"])(
    "%s is refused where the call was answered, and leaves it be",
    async (code) => {
      await ring("100", "101");
      await phone("101").answer();
      await phone("100").until("talking", SOON);
      expect(await panel("panel1").refused(code)).toBe(403);
      await settled({ "101": "talking", "100": "talking" });
    },
  );

  test.each(["*9101", "*9103", "*77", "*8"])("%s takes a call to the ring group", async (code) => {
    await ring("100", "200", "101");
    await phone("103").until("ringing", SOON);
    const placed = await panel("panel1").answered(code);
    await phone("103").until("idle", SOON);
    await taken(placed, "101", code === "*8" ? CLEARED : ELSEWHERE);
  });

  test("**101 does not: nobody called 101 itself", async () => {
    await ring("100", "200", "101");
    expect(await panel("panel1").refused("**101")).toBe(403);
    expect(phone("101").state).toBe("ringing");
  });

  test.each(["*77", "*8"])("%s takes the oldest of two calls", async (code) => {
    await ring("100", "103");
    await ring("104", "101");
    await taken(await panel("panel1").answered(code), "103", code === "*8" ? CLEARED : ELSEWHERE);
    await settled({ "101": "ringing", "104": "calling" });
  });

  test.each(["**101", "*9101"])(
    "%s takes the call that waits at a phone in a call, and leaves the other be",
    async (code) => {
      await phone("103").call("101");
      await phone("101").until("ringing", SOON);
      await phone("101").answer();
      await untilLine("101", "busy");
      await phone("100").call("101");
      await untilLine("101", "ringing");
      const { leg } = await panel("panel1").answered(code);
      await phone("100").until("talking", SOON);
      await untilLine("101", "busy");
      await settled({ "101": "talking", "103": "talking" });
      leg.end();
    },
  );

  test.each(["**101", "*9101", "*77"])("the desk phone's leg, transferred to %s, takes the call", async (code) => {
    await ring("100", "101");
    const placed = await panel("panel1").answered("*80102");
    // Asterisk says so of a pickup that worked.
    expect(await panel("panel1").transferred(placed, code)).toEqual({ status: 202, sipfrag: 503 });
    await phone("101").until("idle", SOON);
    await phone("100").until("talking", SOON);
    expect(phone("101").lastCancel).toContain(ELSEWHERE);
    await settled({ "102": "talking" });
    placed.leg.end();
    await placed.events.next(({ kind }) => kind === "ended", SOON);
    await settled({ "102": "talking", "100": "talking" });
  });

  test("transferred to *8 it takes nothing, and stays with the panel", async () => {
    await ring("100", "101");
    const placed = await panel("panel1").answered("*80102");
    expect(await panel("panel1").transferred(placed, "*8")).toEqual({ status: 202, sipfrag: 404 });
    await settled({ "101": "ringing", "102": "talking" });
    placed.leg.end();
    await phone("102").until("idle", SOON);
  });

  test("who may not transfer is refused, and keeps the leg", async () => {
    await ring("100", "101");
    const placed = await panel("panel3").answered("*80102");
    expect(await panel("panel3").transferred(placed, "**101")).toEqual({ status: 603, sipfrag: undefined });
    await settled({ "101": "ringing", "102": "talking" });
    placed.leg.end();
    await phone("102").until("idle", SOON);
  });

  test("the desk phone's leg, transferred to a park slot, fetches who is parked there", async () => {
    await ring("100", "101");
    await phone("101").answer();
    await phone("100").until("talking", SOON);
    await pbx.park("100");
    await untilLine("701", "busy");
    await phone("101").until("idle", SOON);
    const placed = await panel("panel1").answered("*80102");
    await panel("panel1").transferred(placed, "701");
    await untilLine("701", "idle");
    await expect.poll(() => phone("102").heard, { timeout: 2 * SOON }).toBeGreaterThan(20);
    placed.leg.end();
    await placed.events.next(({ kind }) => kind === "ended", SOON);
    await settled({ "102": "talking", "100": "talking" });
  });

  test("two panels that want the same call: one has it, the other is refused", async () => {
    await ring("100", "101");
    const placed = ["panel1", "panel4"].map((user) => panel(user).dial("**101"));
    const kinds = await Promise.all(
      placed.map(async ({ events }) => (await events.next(({ kind }) => kind !== "progress", SOON)).kind),
    );
    expect(kinds.sort()).toEqual(["accepted", "rejected"]);
    await phone("100").until("talking", SOON);
    for (const { leg } of placed) leg.end();
  });
});
