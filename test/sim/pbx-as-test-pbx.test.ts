import { afterEach, describe, expect, it } from "vitest";
import type { TestPbx } from "../flows/phone.ts";
import { simTestPbx } from "../flows/sim-pbx.ts";

const WITHIN = 10_000;

describe.each(["udp", "tcp"] as const)("the simulated PBX as a TestPbx, its phones over %s", (transport) => {
  let pbx: TestPbx;
  afterEach(() => pbx.stop());

  it("has the phones, the codes and the group that every TestPbx has", async () => {
    pbx = simTestPbx(transport);
    await pbx.start();
    const phones = ["100", "101", "103", "104", "105"].map((number) => pbx.phone(number, "manual"));
    const desk = pbx.phone("102", "answers-on-header");
    await Promise.all([...phones, desk].map((phone) => phone.start()));
    expect(await Promise.all(["100", "105", "999"].map((number) => pbx.lineState(number)))).toEqual([
      "idle",
      "idle",
      "offline",
    ]);
    const [p100, p101, p103, p104] = phones;
    await p100?.call("200");
    await Promise.all([p101?.until("ringing", WITHIN), p103?.until("ringing", WITHIN)]);
    await p101?.answer();
    await Promise.all([p100?.until("talking", WITHIN), p103?.until("idle", WITHIN)]);
    expect(p103?.lastCancel?.[0]).toContain("Call completed elsewhere");
    await p100?.hangUp();
    await p101?.until("idle", WITHIN);

    await p104?.call("*80102");
    await desk.until("talking", WITHIN);
    await expect.poll(() => desk.heard).toBeGreaterThan(0);
    await p104?.hangUp();
    await p100?.call("101");
    await p101?.until("ringing", WITHIN);
    await p104?.call("**101");
    await Promise.all([p100?.until("talking", WITHIN), p104?.until("talking", WITHIN)]);
    expect(await pbx.channels()).toBe(2);
    await Promise.all([...phones, desk].map((phone) => phone.stop()));
    await expect.poll(() => pbx.channels()).toBe(0);
    expect(await pbx.lineState("101")).toBe("offline");
  });

  it("comes back after kill() with the registrations it had", async () => {
    pbx = simTestPbx(transport);
    await pbx.start();
    const [p100, p101] = [pbx.phone("100", "manual"), pbx.phone("101", "manual")];
    await Promise.all([p100.start(), p101.start()]);
    const { port } = pbx;
    await pbx.kill();
    expect(await pbx.lineState("101")).toBe("offline");
    await pbx.start();
    expect(pbx.port).toBe(port);
    expect(await pbx.lineState("101")).toBe("idle");
    await Promise.all([p100.stop(), p101.stop()]);
  });

  it("has phones that answer late, and that reject", async () => {
    pbx = simTestPbx(transport);
    await pbx.start();
    const [caller, late, busy] = [
      pbx.phone("100", "manual"),
      pbx.phone("101", { answersAfter: 100 }),
      pbx.phone("102", { rejects: 486 }),
    ];
    await Promise.all([caller, late, busy].map((phone) => phone.start()));
    await caller.call("101");
    await late.until("ringing", WITHIN);
    await Promise.all([caller, late].map((phone) => phone.until("talking", WITHIN)));
    await caller.hangUp();
    await late.until("idle", WITHIN);
    await caller.call("102");
    await caller.until("idle", WITHIN);
    expect(() => pbx.phone("103", { rejects: 603 })).toThrow("not with 603");
    await Promise.all([caller, late, busy].map((phone) => phone.stop()));
  });

  it("says what a phone was instead of what it should have been", async () => {
    pbx = simTestPbx(transport);
    await pbx.start();
    const phone = pbx.phone("100", "manual");
    await expect(phone.until("ringing", 20)).rejects.toThrow("100 is idle after 20 ms, not ringing");
    await expect(phone.call("101")).rejects.toThrow("off");
  });
});
