import { afterEach, describe, expect, it } from "vitest";
import { readCapture, sentTo, shape } from "./capture.ts";
import { Office } from "./office.ts";

const WITHIN = 10_000;
const ELSEWHERE = ['SIP;cause=200;text="Call completed elsewhere"', "Q.850;cause=26"];

describe("group pickup at the simulated PBX", () => {
  let office: Office | undefined;
  afterEach(() => office?.close());

  /** Each of these pairs calls, one after the other, and rings. */
  async function ringing(...calls: readonly (readonly [from: string, to: string])[]): Promise<Office> {
    const opened = await new Office().open();
    office = opened;
    for (const [from, to] of calls) {
      const [caller, called] = await Promise.all([opened.phone(from), opened.phone(to)]);
      await caller.call(to);
      await called.until("ringing", WITHIN);
      opened.received(to);
    }
    return opened;
  }

  it.each([
    ["*8", "pickup-b-star8-group", ["Q.850;cause=16"]],
    ["*77", "pickup-b3-Pickup-noargs", ELSEWHERE],
  ])("by %s looks as Asterisk's does to panel and phone", async (code, name, reasons) => {
    const { pbx } = await ringing(["100", "101"]);
    const panel = await office?.panel();
    const leg = await panel?.call(code);
    expect(leg?.response.status).toBe(200);
    const asterisk = readCapture(name);
    await expect.poll(() => panel?.received.map(shape)).toEqual(sentTo("panel1", asterisk).map(shape));
    const told: string[] = [];
    await expect.poll(() => told.push(...(office?.received("101") ?? []).map(shape))).toBe(2);
    expect(told).toEqual(sentTo("101", asterisk).map(shape));
    expect(told[0]).toContain(reasons.map((reason) => `Reason: ${reason}`).join("\n"));
    expect(pbx.channels).toBe(2);
  });

  it.each(["*8", "*77"])("by %s takes the oldest call that the groups allow", async (code) => {
    const { pbx } = await ringing(["104", "105"], ["100", "101"], ["102", "103"]);
    const picked: unknown[] = [];
    pbx.onEvent((event) => {
      if (event.kind === "picked-up") picked.push(event);
    });
    const panel = await office?.panel();
    expect((await panel?.call(code))?.response.status).toBe(200);
    expect(picked).toEqual([{ kind: "picked-up", from: "100", to: "101", by: "900" }]);
    expect((await panel?.call(code))?.response.status).toBe(200);
    expect(picked.at(-1)).toEqual({ kind: "picked-up", from: "102", to: "103", by: "900" });
    expect((await panel?.call(code))?.response.status).toBe(403);
    expect(pbx.lineState("105")).toBe("ringing");
  });

  it("by *8 ends the other phones of a ring group as answered elsewhere", async () => {
    office = await new Office().open();
    const [p100, p101, p103] = await Promise.all([office.phone("100"), office.phone("101"), office.phone("103")]);
    await p100.call("200");
    await Promise.all([p101.until("ringing", WITHIN), p103.until("ringing", WITHIN)]);
    const panel = await office.panel();
    await panel.call("*8");
    await Promise.all([p101.until("idle", WITHIN), p103.until("idle", WITHIN)]);
    expect([p101.lastCancel, p103.lastCancel]).toEqual([["Q.850;cause=16"], ELSEWHERE]);
  });

  it.each([
    ["*8", "panel1", "105", "pickup-f3-star8-panel1-only-105-rings"],
    ["*8", "panel2", "101", "pickup-f-star8-panel2-not-in-group"],
    ["*77", "panel2", "101", "pickup-f1-Pickup-noargs-panel2-not-in-group"],
    ["*8", "panel1", undefined, "pickup-g2-star8-nothing-rings"],
  ])("by %s is refused to %s when only %s rings", async (code, user, rings, name) => {
    const { pbx } = rings === undefined ? await ringing() : await ringing(["100", rings]);
    const panel = await office?.panel("udp", user);
    await panel?.call(code);
    expect(panel?.received.map(shape)).toEqual(sentTo(user, readCapture(name)).map(shape));
    if (rings !== undefined) expect(pbx.lineState(rings)).toBe("ringing");
  });

  it("asks no directed code for a group", async () => {
    await ringing(["100", "101"]);
    const panel = await office?.panel("udp", "panel2");
    await panel?.call("**101");
    const asterisk = sentTo("panel2", readCapture("pickup-f2-starstar-panel2-not-in-group")).map(shape);
    await expect.poll(() => panel?.received.map(shape)).toEqual(asterisk);
  });
});
