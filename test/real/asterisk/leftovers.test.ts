import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Baresip } from "../baresip.ts";
import { Asterisk } from "./asterisk.ts";
import { Leftovers } from "./leftovers.ts";
import { PanelAccount } from "./panel-account.ts";
import { messagesIn, openLegs } from "./sip-log.ts";

const SOON = 10_000;
const pbx = new Asterisk();
const left = new Leftovers(pbx);
let caller: Baresip;
let target: Baresip;

beforeAll(async () => {
  await pbx.start();
  [caller, target] = [pbx.phone("100", "manual"), pbx.phone("101", "manual")];
  await Promise.all([caller, target].map((phone) => phone.start()));
}, 120_000);
afterAll(() => pbx.stop());
beforeEach(() => left.forget());
afterEach(async () => {
  await Promise.all([caller, target].map((phone) => phone.hangUp()));
  await left.none(2 * SOON);
}, 60_000);

/** The kinds of what is left, without names and numbers. */
const kinds = async (): Promise<string[]> =>
  (await left.now()).map((each) =>
    each.replace(/^(\d+ channels|bridge|RTP port|INVITE).*?( has no.*| was answered.*)?$/, "$1$2"),
  );

test("a call that rings, and one that is up, are seen by every witness", async () => {
  expect(await left.now()).toEqual([]);
  await caller.call("101");
  await target.until("ringing", SOON);
  for (const kind of ["2 channels", "INVITE has no last answer", "RTP port"])
    await expect.poll(kinds, { timeout: SOON }).toContain(kind);
  await target.answer();
  await caller.until("talking", SOON);
  await expect.poll(kinds, { timeout: SOON }).toContain("bridge");
  const open = async () => (await kinds()).filter((kind) => kind === "INVITE was answered and never ended");
  await expect.poll(open, { timeout: SOON }).toHaveLength(2);
  await expect(left.none(100)).rejects.toThrow(
    /left in Asterisk 22 after 100 ms: 2 channels; bridge .*; RTP port \d+ open/,
  );
});

test("a parked call is seen, and its lot is not once it is empty", async () => {
  await caller.call("101");
  await target.until("ringing", SOON);
  await target.answer();
  await caller.until("talking", SOON);
  await pbx.park("100");
  await target.until("idle", SOON);
  await expect.poll(kinds, { timeout: SOON }).toContain("1 channels");
  await expect.poll(kinds, { timeout: SOON }).toContain("bridge");
});

test("a leg is open until its BYE is answered, by what went over the wire", async () => {
  const panel = new PanelAccount(pbx, "panel1");
  await panel.start();
  await caller.call("101");
  await target.until("ringing", SOON);
  const placed = await panel.answered("**101");
  await caller.until("talking", SOON);
  // Asterisk writes its log a moment after it has acted.
  const open = async () => openLegs(messagesIn(await pbx.log())).find((leg) => leg.includes("**101"));
  await expect.poll(open, { timeout: SOON }).toMatch(/ was answered and never ended$/);
  placed.leg.end();
  await caller.until("idle", SOON);
  await left.none(2 * SOON);
  await panel.stop();
});
