import { afterEach, describe, expect, it } from "vitest";
import { parse } from "../../sim/sip/message.ts";
import { bodyFor, readCapture, sentTo, shape } from "./capture.ts";
import { Office } from "./office.ts";

describe("subscriptions at the simulated PBX", () => {
  let office: Office | undefined;
  afterEach(() => office?.close());

  it.each([
    ["no hint", "sub-no-such-hint", "777", [["Event", "dialog"]], 300],
    ["an unknown event", "sub-bad-event", "101", [["Event", "foo"]], 300],
    ["a fetch", "sub-fetch", "101", [["Event", "dialog"]], 0],
  ] as const)("are refused for %s as Asterisk refuses them", async (_, capture, number, headers, expires) => {
    office = await new Office().open();
    const panel = await office.panel();
    await panel.request("SUBSCRIBE", number, [...headers, ["Expires", String(expires)]]);
    expect(panel.received.map(shape)).toEqual(sentTo("panel1", readCapture(capture)).map(shape));
  });

  it("are challenged again when the password is wrong", async () => {
    office = await new Office().open();
    const panel = await office.panel("udp", "panel1", "wrong");
    const { status } = await panel.subscribe("101");
    expect(status).toBe(401);
    expect(panel.received.map(shape)).toEqual(sentTo("panel1", readCapture("sub-wrong-password")).map(shape));
  });

  it("are challenged again when nobody knows the user", async () => {
    office = await new Office().open();
    const panel = await office.panel("udp", "nosuch", "any");
    expect((await panel.subscribe("101")).status).toBe(401);
  });

  it("are declined to an account that may not subscribe", async () => {
    const accounts = [
      { user: "panel3", number: "902", name: "Panel Three", password: "pwpanel3", maySubscribe: false },
    ];
    office = await new Office({ accounts }).open();
    const panel = await office.panel("udp", "panel3");
    await panel.subscribe("101");
    expect(panel.received.map(shape)).toEqual(sentTo("panel3", readCapture("sub-subscribe-forbidden")).map(shape));
  });

  it("are too brief under 30 s, without Min-Expires, and cut down to an hour", async () => {
    office = await new Office().open();
    const panel = await office.panel();
    expect((await panel.subscribe("101", 29)).status).toBe(423);
    expect(panel.received.at(-1)?.headers.get("Min-Expires")).toBeUndefined();
    const watch = await panel.subscribe("101", 7200);
    await watch.count(1);
    expect(watch.status).toBe(200);
    expect(watch.last.subscription).toMatch(/^active;expires=(3600|3599)$/);
    expect((await watch.refresh(10)).status).toBe(423);
  });

  it("are refreshed in their dialog, unchallenged, with the state and version of before", async () => {
    office = await new Office().open();
    const panel = await office.panel();
    const watch = await panel.subscribe("101");
    await watch.count(1);
    expect((await watch.refresh(120)).headers.get("Expires")).toBe("120");
    await watch.count(2);
    await watch.refresh(0);
    await watch.count(3);
    const asterisk = readCapture("sub-refresh");
    expect(panel.received.map(shape)).toEqual(
      asterisk.filter(({ to }) => to === "party").map(({ message }) => shape(message)),
    );
    expect(watch.notified.map(({ version }) => version)).toEqual([0, 0, 0]);
    expect(office.pbx.watchers("101")).toBe(0);
  });

  it("answers 481 in a dialog it does not know, and 500 in one that is over", async () => {
    office = await new Office().open();
    const panel = await office.panel();
    const watch = await panel.subscribe("101");
    await watch.count(1);
    const elsewhere = await watch.refreshElsewhere("deadbeef");
    expect(elsewhere.status).toBe(481);
    office.pbx.dropWatchers("101");
    await watch.count(2);
    expect(watch.last.subscription).toBe("terminated");
    const late = await watch.refresh(300);
    expect(`${late.status} ${late.phrase}`).toBe("500 Unhandled by dialog usages");
  });

  it("end by themselves with the last state, however early, and no reason", async () => {
    office = await new Office({ shortestSubscription: 1 }).open();
    const [p100, , panel] = await Promise.all([office.phone("100"), office.phone("101"), office.panel()]);
    const watch = await panel.subscribe("101", 1);
    await p100.call("101");
    await watch.count(3);
    const bodies = readCapture("life-expired")
      .filter(
        ({ message }) => message.headers.get("From")?.includes("sip:101@") && message.body.includes("dialog-info"),
      )
      .map(({ message }) => bodyFor(message.body, office?.server ?? { host: "", port: 0 }));
    expect(watch.notified.map(({ body }) => body)).toEqual(bodies);
    expect(watch.last.subscription).toBe("terminated");
  });

  it("die of a 481 to a NOTIFY", async () => {
    office = await new Office().open();
    const panel = await office.panel();
    const watch = await panel.subscribe("101");
    await watch.count(1);
    watch.answer = 481;
    await office.phone("101");
    await watch.count(2);
    await expect.poll(() => office?.pbx.watchers("101")).toBe(0);
  });

  it("each count their own versions", async () => {
    office = await new Office().open();
    const panel = await office.panel();
    const first = await panel.subscribe("101");
    await first.count(1);
    await office.phone("101");
    await first.count(2);
    const second = await panel.subscribe("101");
    await second.count(1);
    expect(first.last.version).toBe(1);
    expect(second.last.version).toBe(0);
  });

  it("work over TCP, and go on over the connection that they came by", async () => {
    office = await new Office().open();
    const panel = await office.panel("tcp");
    const watch = await panel.subscribe("101");
    await watch.count(1);
    await office.phone("101");
    await watch.count(2);
    const contact = panel.received.find((message) => message.kind === "response" && message.status === 200);
    expect(contact?.headers.get("Contact")).toContain(";transport=TCP");
  });

  it("can be sent anything", async () => {
    office = await new Office().open();
    const panel = await office.panel("tcp");
    const watch = await panel.subscribe("101");
    await watch.count(1);
    office.pbx.notifyRaw("101", "<dialog-info><dialog");
    office.pbx.notifyRaw("101", "x".repeat(200_000));
    await watch.count(3);
    expect(watch.notified.map(({ body }) => body.length).slice(1)).toEqual([20, 200_000]);
  });

  it("answers OPTIONS to those it knows", async () => {
    office = await new Office().open();
    const panel = await office.panel();
    expect((await panel.request("OPTIONS", "")).status).toBe(200);
    expect((await panel.request("OPTIONS", "101")).status).toBe(200);
    expect((await panel.request("OPTIONS", "777")).status).toBe(404);
    const stranger = await office.panel("udp", "panel1", "wrong");
    expect((await stranger.request("OPTIONS", "")).status).toBe(401);
  });
});

it("reads captures whole", () => {
  const capture = readCapture("02-subscribe-idle");
  expect(capture).toHaveLength(6);
  expect(Buffer.byteLength(capture[4]?.message.body ?? "")).toBe(226);
  expect(parse(Buffer.from("\r\n\r\n"))).toBeUndefined();
});
