import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { FAULT_NAMES, FAULTS, type FaultName, isFaultName } from "../../sim/pbx/faults/faults.ts";
import type { SimPhone } from "../../sim/phone/phone.ts";
import { type Message, parse } from "../../sim/sip/message.ts";
import { Office } from "./office.ts";
import type { Panel } from "./panel.ts";
import { expectSoon } from "./soon.ts";
import type { Watch } from "./watch.ts";

const WITHIN = 10_000;
/** Above what is drawn at random here, 0.6: what has a share happens. */
const SURE = 1;

describe("faults of the simulated PBX, on the wire", () => {
  let office: Office;
  let panel: Panel;
  let p100: SimPhone;
  let p101: SimPhone;
  let watch: Watch;
  let sent: { readonly message: Message; readonly at: number }[];

  beforeEach(async () => {
    sent = [];
    office = await new Office({
      random: () => 0.6,
      trace: (direction, text) => {
        const message = direction === "out" ? parse(Buffer.from(text)) : undefined;
        if (message) sent.push({ message, at: office.clock.now() });
      },
    }).open();
    [p100, p101, panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    watch = await panel.subscribe("101");
    await watch.count(1);
    sent.length = 0;
  });
  afterEach(() => office.close());

  async function ring(): Promise<void> {
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    await expectSoon("ringing", () => office.pbx.lineState("101") === "ringing");
  }

  async function ringAndHangUp(): Promise<void> {
    await ring();
    await p100.hangUp();
    await expectSoon("idle", () => office.pbx.lineState("101") === "idle");
  }

  const notifies = () =>
    sent
      .filter(({ message }) => message.kind === "request" && message.method === "NOTIFY")
      .map(({ message }) => message);
  const put = (fault: FaultName, level: number | true = true) => office.pbx.fault(fault, level);

  test("lose-notify", async () => {
    await put("lose-notify", SURE);
    await ringAndHangUp();
    expect(notifies()).toEqual([]);
    await put("lose-notify", 0.5);
    await ring();
    await expectSoon("a NOTIFY", () => notifies().length > 0);
  });

  test("delay-notify", async () => {
    await put("delay-notify", 150);
    const before = office.clock.now();
    await ring();
    await watch.count(2);
    expect((sent.find(({ message }) => message.body.includes("early"))?.at ?? 0) - before).toBeGreaterThanOrEqual(150);
  });

  test("duplicate-notify", async () => {
    await put("duplicate-notify", 30);
    await ring();
    await expectSoon("two", () => notifies().length === 2);
    expect(new Set(notifies().map(({ body, headers }) => `${headers.get("Via")} ${body}`)).size).toBe(1);
  });

  test("reorder-notify", async () => {
    await put("reorder-notify", 400);
    await ringAndHangUp();
    await watch.count(3);
    const numbers = watch.notified.slice(1).map((one) => [one.state, one.version]);
    expect(numbers).toEqual([
      ["terminated", 2],
      ["early", 1],
    ]);
  });

  test("corrupt-notify", async () => {
    await put("corrupt-notify");
    await ring();
    await watch.count(2);
    expect(watch.last.body).toContain("<&");
    expect(watch.last.body.replace("<&", "")).toContain('state="full"');
  });

  test("oversize-notify", async () => {
    await put("oversize-notify", 100);
    await ring();
    await watch.count(2);
    expect(watch.last.body.match(/<dialog /g)).toHaveLength(101);
    await put("oversize-notify");
    await p100.hangUp();
    // It fits into no datagram, and the PBX takes its watcher for gone.
    await expectSoon("nobody watching", () => office.pbx.watchers("101") === 0);
    expect(watch.states).toEqual(["terminated", "early"]);
  });

  test("stuck-ring", async () => {
    await put("stuck-ring");
    await ringAndHangUp();
    await watch.count(3);
    expect(watch.notified.map(({ state, version }) => [state, version])).toEqual([
      ["terminated", 0],
      ["early", 1],
      ["early", 2],
    ]);
  });

  test("count-anew", async () => {
    await put("count-anew");
    await ringAndHangUp();
    await watch.count(3);
    const counted = watch.notified.slice(1).map((one) => [one.cseq, one.version, one.state]);
    expect(counted).toEqual([
      [1, 1, "early"],
      [2, 2, "terminated"],
    ]);
  });

  test("slow-answers", async () => {
    await put("slow-answers", 150);
    const before = office.clock.now();
    expect((await panel.request("OPTIONS", "101")).status).toBe(200);
    expect(office.clock.now() - before).toBeGreaterThanOrEqual(150);
  });

  test("brief-interval", async () => {
    await put("brief-interval");
    const refused = await panel.subscribe("102", 599);
    expect(refused.status).toBe(423);
    expect(panel.received.at(-1)?.headers.get("Min-Expires")).toBeUndefined();
    expect((await panel.subscribe("102", 600)).status).toBe(200);
    // The end of one is none too brief.
    expect((await watch.refresh(0)).status).toBe(200);
  });

  test.each([
    [true, 500],
    [481, 481],
  ] as const)("refuse-refresh %s", async (level, status) => {
    await put("refuse-refresh", level);
    expect((await watch.refresh(300)).status).toBe(status);
    expect((await panel.subscribe("102")).status).toBe(200);
  });

  test("end-subscriptions", async () => {
    await put("end-subscriptions", 100);
    await watch.count(2);
    expect(watch.last.subscription).toBe("terminated");
    const later = await panel.subscribe("101");
    await later.count(2);
    expect(later.last).toMatchObject({ subscription: "terminated", state: "terminated" });
  });

  test("wrong-via", async () => {
    await put("wrong-via");
    await ring();
    await watch.count(2);
    await panel.request("OPTIONS", "101");
    const hosts = sent.map(({ message }) => /UDP ([^:]+):/.exec(message.headers.get("Via") ?? "")?.[1]);
    expect(new Set(hosts)).toEqual(new Set(["nowhere.invalid"]));
  });

  test("crash", async () => {
    await ring();
    await watch.count(2);
    const before = watch.last;
    await put("crash");
    expect(office.pbx.lineState("101")).toBe("offline");
    await office.pbx.fault("crash", false);
    await watch.count(3);
    expect(watch.last).toMatchObject({ state: "terminated", cseq: before.cseq, version: before.version });
  });

  test("amnesia", async () => {
    await put("amnesia");
    await office.pbx.fault("amnesia", false);
    expect((await watch.refresh(300)).status).toBe(481);
  });

  test("restart-storm", async () => {
    await put("restart-storm", 60);
    await watch.count(4);
    await office.pbx.fault("restart-storm", false);
    const { length } = watch.notified;
    expect((await watch.refresh(300)).status).toBe(200);
    await watch.count(length + 1);
    expect(office.pbx.faults.size).toBe(0);
  });

  test("forbid-transfers", async () => {
    await put("forbid-transfers");
    const called = panel.call("101");
    await p101.until("ringing", WITHIN);
    await p101.answer();
    const leg = await called;
    expect((await leg.refer("sip:102@127.0.0.1")).status).toBe(603);
    expect([p101.state, leg.sipfrags]).toEqual(["talking", []]);
  });
});

describe("the table of faults", () => {
  it("has a sentence for each, and for what can be set", () => {
    for (const { title, ...fault } of FAULT_NAMES.map((name) => FAULTS[name])) {
      expect(title).toMatch(/^[A-Z].*\.$/);
      if ("level" in fault) expect(fault.level.means).not.toBe("");
    }
  });

  it("knows its own names and no others", () => {
    expect([...FAULT_NAMES, "toString", "no-such"].filter(isFaultName)).toEqual(FAULT_NAMES);
  });

  it("tells what is on, with its level, and stays on over a restart", async () => {
    const office = await new Office().open();
    await office.pbx.fault("lose-notify", 0.25);
    await office.pbx.fault("wrong-via");
    await office.pbx.kill();
    await office.pbx.start();
    expect([...office.pbx.faults]).toEqual([
      ["lose-notify", 0.25],
      ["wrong-via", 1],
    ]);
    await office.pbx.fault("lose-notify", false);
    expect([...office.pbx.faults.keys()]).toEqual(["wrong-via"]);
    await office.close();
  });

  it("has its last wish", async () => {
    const office = await new Office().open();
    const wishes = [true, false, 0.5, true].map((on) => office.pbx.fault("lose-notify", on));
    expect(office.pbx.faults.size).toBe(0);
    await Promise.all(wishes);
    expect([...office.pbx.faults]).toEqual([["lose-notify", 1]]);
    void office.pbx.fault("crash");
    await office.pbx.fault("crash", false);
    const panel = await office.panel();
    expect((await panel.request("OPTIONS", "")).status).toBe(200);
    await office.close();
  });

  it("can leave a PBX silent that starts under it", async () => {
    const office = new Office();
    await office.pbx.fault("silent-death");
    await office.open();
    const panel = await office.panel();
    const answer = panel.request("OPTIONS", "");
    await office.pbx.fault("silent-death", false);
    expect((await answer).status).toBe(200);
    await office.close();
  });
});
