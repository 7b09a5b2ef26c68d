import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SystemClock } from "../../../drivers/system-clock.ts";
import type { Dialog } from "../../../firmware/domain/dialog.ts";
import { Secret } from "../../../firmware/domain/secret.ts";
import { parseDialogInfo } from "../../../firmware/sip/dialog-info.ts";
import { silentOffer } from "../../../firmware/sip/media.ts";
import { UserAgent } from "../../../firmware/sip/user-agent.ts";
import type { SimPhone } from "../../../sim/phone/phone.ts";
import { Conditions } from "../../flows/until.ts";
import { silentLog } from "../../recording-log.ts";
import { type LegEvent, legInbox } from "../../sip/raw/rig.ts";
import { EarlyCaller, type ReplacesHabit } from "./early-caller.ts";
import { Kamailio } from "./kamailio.ts";

const SOON = 10_000;
const final = ({ kind }: LegEvent): boolean => kind === "accepted" || kind === "rejected";

/** What callers and a panel can do on a PBX that tells Call-ID and tags of a ringing call, without blfd's pickups. */
describe("Replaces on a real Kamailio", () => {
  const pbx = new Kamailio();
  const clock = new SystemClock();
  const conditions = new Conditions();
  let agent: UserAgent;
  let target: SimPhone;
  let caller: EarlyCaller | undefined;
  /** Of 101, as it was told last. */
  let dialogs: readonly Dialog[] = [];

  beforeAll(async () => {
    await pbx.start();
    target = pbx.phone("101");
    await target.start();
    const place = { host: pbx.host, port: pbx.portOf("udp"), transport: "udp" } as const;
    const account = { user: "panel1", password: new Secret("pwpanel1"), alive: 5000 };
    agent = new UserAgent({ pbx: { ...place, ...account }, clock, log: silentLog });
    const up = new Promise<void>((resolve) => agent.onLink((isUp) => isUp && resolve()));
    await agent.start();
    await up;
    await subscribe();
  }, 120_000);
  afterAll(async () => {
    await agent?.stop();
    await pbx.stop();
  });
  afterEach(async () => {
    await caller?.stop();
    await target.hangUp();
    // Calls that are over (5) are known for some seconds more.
    const live = async () => (await pbx.calls()).filter(({ state }) => state < 5);
    await expect.poll(live, { timeout: SOON }).toEqual([]);
    // Else the next test would take what was told of this call for its own.
    await conditions.until(
      "101 told to be at rest",
      SOON,
      () => (dialogs.every((dialog) => dialog.state === "terminated") ? true : undefined),
      () => dialogs.map((dialog) => dialog.state).join(),
    );
  });

  async function subscribe(): Promise<void> {
    const callId = agent.newCallId();
    agent.claim(callId, (notify) => {
      notify.reply(200);
      const parsed = parseDialogInfo(notify.body);
      dialogs = parsed.ok ? parsed.info.dialogs : [];
      conditions.check();
    });
    const identity = { callId, localTag: agent.newTag(), cseq: 1, routes: [] };
    const headers = [
      "Event: dialog",
      "Accept: application/dialog-info+xml",
      "Expires: 600",
      `Contact: ${agent.contact}`,
    ];
    const { status } = await new Promise<{ status: number }>((resolve) =>
      agent.request({ method: "SUBSCRIBE", target: agent.uri("101"), identity, headers }, resolve),
    );
    expect(status).toBeLessThan(300);
  }

  function told(state: Dialog["state"]): Promise<Dialog> {
    return conditions.until(
      `101 told to be ${state}`,
      SOON,
      () => dialogs.find((dialog) => dialog.state === state),
      () => dialogs.map((dialog) => dialog.state).join(),
    );
  }

  /** 100 calls, 101 rings, and the panel has been told by whom. */
  async function ring(habit: ReplacesHabit): Promise<{ caller: EarlyCaller; early: Dialog }> {
    const made = new EarlyCaller({
      number: "100",
      server: { host: pbx.host, port: pbx.portOf("udp") },
      clock,
      habit,
    });
    caller = made;
    await made.start();
    made.call("101");
    await target.until("ringing", SOON);
    return { caller: made, early: await told("early") };
  }

  /** An INVITE to the caller in the place of 101: where it is told to be, with the tags as the caller has them. */
  function replace({ callId, localTag, remoteTag, remote }: Dialog, early = ";early-only") {
    const replaces = `Replaces: ${callId};to-tag=${remoteTag};from-tag=${localTag}${early}`;
    const { inbox, events } = legInbox();
    const offer = silentOffer(agent.mediaAddress);
    const leg = agent.invite(remote?.target ?? "", ["Require: replaces", replaces], offer, events);
    return { leg, events: inbox };
  }

  test("a caller that honours it is the panel's, and 101 is told to stop", async () => {
    const { caller, early } = await ring("honours");
    expect(early).toMatchObject({ direction: "recipient", remote: { target: expect.stringMatching(/^sip:100@/) } });
    const { leg, events } = replace(early);
    await events.next(({ kind }) => kind === "accepted", SOON);
    await target.until("idle", SOON);
    expect([caller.state, caller.answers, target.lastCancel]).toEqual(["replaced", [200], []]);
    leg.end();
    await events.next(({ kind }) => kind === "ended", SOON);
    await caller.until("idle", SOON);
  });

  test("with the tags the other way round it names no call of the caller's", async () => {
    const { caller, early } = await ring("honours");
    const { localTag = "", remoteTag = "" } = early;
    const { events } = replace({ ...early, localTag: remoteTag, remoteTag: localTag });
    expect(await events.next(final, SOON)).toMatchObject({ kind: "rejected", status: 481 });
    expect([caller.state, target.state]).toEqual(["calling", "ringing"]);
  });

  test("a call that was answered meanwhile is left alone", async () => {
    const { caller, early } = await ring("honours");
    await target.answer();
    await caller.until("talking", SOON);
    const { events } = replace(early);
    expect(await events.next(final, SOON)).toMatchObject({ kind: "rejected", status: 486 });
    expect([caller.state, target.state]).toEqual(["talking", "talking"]);
  });

  test("a caller that lacks it refuses with 420, and 101 rings on", async () => {
    const { caller, early } = await ring("lacks");
    const { events } = replace(early);
    expect(await events.next(final, SOON)).toMatchObject({ kind: "rejected", status: 420 });
    expect([caller.state, target.state]).toEqual(["calling", "ringing"]);
  });

  test("a caller that rings in spite of it is let alone by a CANCEL, and 101 rings on", async () => {
    const { caller, early } = await ring("rings");
    const { leg, events } = replace(early);
    await caller.until("second ring", SOON);
    leg.end();
    await events.next(({ kind }) => kind === "rejected", SOON);
    await caller.until("calling", SOON);
    expect([caller.answers, target.state]).toEqual([[180, 487], "ringing"]);
  });
});
