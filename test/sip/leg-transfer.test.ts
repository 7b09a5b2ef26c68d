import { Timers } from "sip.js/lib/core/index.js";
import { afterEach, describe, expect, test } from "vitest";
import { type Call, CHALLENGE, calling, talking, theirs } from "./raw/call.ts";
import type { RawPbx } from "./raw/raw-pbx.ts";
import { udpRig } from "./raw/rig.ts";

const FRESH = { ...Timers };
afterEach(() => Object.assign(Timers, FRESH));

describe("a transfer", () => {
  const sipfrag = (call: Call<RawPbx>, cseq: number, status: string, state: string, event = "refer") =>
    theirs(
      call,
      "NOTIFY",
      cseq,
      [`Event: ${event}`, `Subscription-State: ${state}`, "Content-Type: message/sipfrag;version=2.0"],
      status,
    );

  test("tells what became of it, and every NOTIFY is answered 200", async () => {
    const call = await talking(udpRig());
    call.leg.refer("sip:**101@pbx", () => undefined);
    sipfrag(call, 1, "SIP/2.0 100 Trying\r\n", "active;expires=60");
    await call.pbx.response(200, "NOTIFY");
    expect(await call.events.next()).toEqual({ kind: "sipfrag", status: 100, final: false });
    sipfrag(call, 3, "SIP/2.0 503 Service Unavailable", "Terminated;reason=noresource", "refer;id=2");
    await call.pbx.response(200, "NOTIFY");
    expect(await call.events.next()).toEqual({ kind: "sipfrag", status: 503, final: true });
    sipfrag(call, 2, "SIP/2.0 180 Ringing", "active"); // overtaken on the way
    await call.pbx.response(200, "NOTIFY");
    sipfrag(call, 4, "", "active");
    await call.pbx.response(200, "NOTIFY");
    sipfrag(call, 5, "", "terminated");
    expect(await call.events.next()).toEqual({ kind: "sipfrag", status: 0, final: true });
    sipfrag(call, 6, "SIP/2.0 200 OK", "active", "presence");
    await call.pbx.response(481, "NOTIFY");
    expect(call.events.all.filter(({ kind }) => kind === "sipfrag")).toHaveLength(3);
  });

  test("NOTIFY comes before the 202, and is answered while the call is being ended", async () => {
    const call = await talking(udpRig());
    const answered = new Promise<number>((resolve) => call.leg.refer("sip:**101@pbx", ({ status }) => resolve(status)));
    const refer = await call.pbx.request("REFER");
    sipfrag(call, 1, "SIP/2.0 100 Trying", "active");
    await call.events.next(({ kind }) => kind === "sipfrag");
    call.pbx.reply(refer, 202);
    expect(await answered).toBe(202);
    call.leg.end();
    const bye = await call.pbx.request("BYE");
    sipfrag(call, 2, "SIP/2.0 200 OK", "terminated");
    await call.pbx.response(200, "NOTIFY");
    call.pbx.reply(bye, 200);
    expect(await call.events.next(({ kind }) => kind === "ended")).toMatchObject({ by: "us" });
  });

  test("is challenged, is refused, is one at a time", async () => {
    const { leg, pbx } = await talking(udpRig());
    const statuses: number[] = [];
    const done = new Promise<void>((resolve) =>
      leg.refer("sip:**101@pbx", ({ status }) => {
        statuses.push(status);
        resolve();
      }),
    );
    const second = new Promise<number>((resolve) => leg.refer("sip:**103@pbx", ({ status }) => resolve(status)));
    expect(await second).toBe(491);
    const refer = await pbx.request("REFER");
    pbx.reply(refer, 401, { headers: [CHALLENGE] });
    const again = await pbx.request("REFER");
    expect(again.cseq).toBe(refer.cseq + 1);
    leg.end();
    expect((await pbx.request("BYE")).cseq).toBe(again.cseq + 1);
    pbx.reply(again, 603);
    await done;
    expect(statuses).toEqual([603]);
  });

  test("without an answer is answered 408 by itself", async () => {
    Object.assign(Timers, { TIMER_F: 150 });
    const { leg } = await talking(udpRig());
    const answered = new Promise<number>((resolve) => leg.refer("sip:**101@pbx", ({ status }) => resolve(status)));
    expect(await answered).toBe(408);
  });

  test("on a call that is not up is refused here", async () => {
    const { leg, pbx } = await calling(udpRig());
    const answered = new Promise<number>((resolve) => leg.refer("sip:**101@pbx", ({ status }) => resolve(status)));
    expect(await answered).toBe(481);
    expect(pbx.received("REFER")).toHaveLength(0);
  });
});
