import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SimPhone } from "../../sim/phone/phone.ts";
import { Office } from "./office.ts";

const WITHIN = 10_000;

describe("what people do with a simulated phone", () => {
  let office: Office;
  let p100: SimPhone;
  let p101: SimPhone;
  let p102: SimPhone;

  beforeEach(async () => {
    office = await new Office().open();
    [p100, p101, p102] = await Promise.all([
      office.phone("100"),
      office.phone("101", { callWaiting: true }),
      office.phone("102"),
    ]);
  });
  afterEach(() => office.close());

  const talks = (...phones: SimPhone[]) => Promise.all(phones.map((phone) => phone.until("talking", WITHIN)));
  const shown = ({ calls }: SimPhone) => calls.map(({ state, number }) => `${state} ${number}`);

  /** `from` calls `to`, who answers. */
  async function talk(from: SimPhone, to: SimPhone): Promise<void> {
    await from.call(to.number);
    await to.until("ringing", WITHIN);
    await to.answer();
    await talks(from, to);
  }

  async function hear(one: SimPhone, other: SimPhone): Promise<void> {
    const [a, b] = [one.heardFrom.get(other.mediaAddress) ?? 0, other.heardFrom.get(one.mediaAddress) ?? 0];
    await expect.poll(() => one.heardFrom.get(other.mediaAddress) ?? 0, { timeout: WITHIN }).toBeGreaterThan(a + 2);
    await expect.poll(() => other.heardFrom.get(one.mediaAddress) ?? 0, { timeout: WITHIN }).toBeGreaterThan(b + 2);
  }

  it("sees who is at the other end", async () => {
    await p100.call("101");
    await p101.until("ringing", WITHIN);
    expect(p101.calls).toEqual([{ number: "100", name: "Caller Hundred", state: "ringing" }]);
    await p101.answer();
    await talks(p100);
    expect(p100.calls).toEqual([{ number: "101", name: "Alice Reception", state: "talking" }]);
    await p101.hold();
    expect(shown(p101)).toEqual(["held 100"]);
    await p101.resume();
    expect(shown(p101)).toEqual(["talking 100"]);
  });

  describe("a second call", () => {
    beforeEach(async () => {
      await talk(p100, p101);
      await p102.call("101");
      await expect.poll(() => shown(p101)).toEqual(["talking 100", "ringing 102"]);
    });

    it("is shown as ringing by the PBX, and can be given up and come again", async () => {
      expect(office.pbx.lineState("101")).toBe("ringing");
      await p102.hangUp();
      await expect.poll(() => shown(p101)).toEqual(["talking 100"]);
      await expect.poll(() => office.pbx.lineState("101")).toBe("busy");
      await p102.until("idle", WITHIN);
      await p102.call("101");
      await expect.poll(() => shown(p101)).toEqual(["talking 100", "ringing 102"]);
    });

    it("is declined, and the talk goes on", async () => {
      await p101.decline();
      await p102.until("idle", WITHIN);
      expect(p102.lastRefusal).toBe(486);
      expect(shown(p101)).toEqual(["talking 100"]);
      await hear(p100, p101);
    });

    it("is answered: the first is on hold until it is taken back, or the second ends", async () => {
      await p101.answer();
      await talks(p102);
      expect(shown(p101)).toEqual(["talking 102", "held 100"]);
      await expect.poll(() => office.pbx.lineState("100")).toBe("held");
      await hear(p101, p102);
      await p101.resume();
      expect(shown(p101)).toEqual(["talking 100", "held 102"]);
      await hear(p101, p100);
      await p101.hangUp();
      await p100.until("idle", WITHIN);
      expect(shown(p101)).toEqual(["held 102"]);
      await p101.resume();
      await hear(p101, p102);
    });

    it("rings on as the only one when the first ends", async () => {
      await p100.hangUp();
      await p101.until("ringing", WITHIN);
      await p101.answer();
      await talks(p102);
    });

    it("is joined with the first, and the phone is out of it", async () => {
      await p101.answer();
      await talks(p102);
      await p101.transfer();
      await p101.until("idle", WITHIN);
      await hear(p100, p102);
      await expect.poll(() => office.pbx.dialogs).toBe(2);
    });
  });

  describe("a transfer", () => {
    it("goes to a number, without a word there", async () => {
      await talk(p100, p101);
      await p101.transfer("102");
      await p101.until("idle", WITHIN);
      await p102.until("ringing", WITHIN);
      await p102.answer();
      await talks(p102);
      await hear(p100, p102);
    });

    it("goes to one that was asked before", async () => {
      await talk(p100, p101);
      await p101.consult("102");
      expect(shown(p101)).toEqual(["calling 102", "held 100"]);
      await p102.until("ringing", WITHIN);
      await p102.answer();
      await talks(p101);
      await p101.transfer();
      await p101.until("idle", WITHIN);
      await hear(p100, p102);
    });

    it("goes to one that only rings yet", async () => {
      await talk(p100, p101);
      office.received("101");
      await p101.consult("102");
      const ringing = () => office.received("101").some((one) => one.kind === "response" && one.status === 180);
      await expect.poll(ringing, { interval: 5, timeout: WITHIN }).toBe(true);
      await p101.transfer();
      await p101.until("idle", WITHIN);
      expect([p100.state, p102.state]).toEqual(["talking", "ringing"]);
      await p102.answer();
      await talks(p102);
      await hear(p100, p102);
    });

    it("does not come about where nobody has that number, and the talk goes on", async () => {
      await talk(p100, p101);
      await expect(p101.transfer("777")).rejects.toThrow("101 (talking) cannot transfer its call to 777: 404");
      await hear(p100, p101);
    });

    it("is refused where the phone may not, or has nothing to transfer", async () => {
      await expect(p101.transfer("102")).rejects.toThrow("101 (idle) cannot transfer its call to 102: 481");
      await expect(p101.consult("102")).rejects.toThrow("101 has nobody to put on hold: it is idle");
      await talk(p100, p101);
      await expect(p101.transfer()).rejects.toThrow("101 (talking) cannot transfer its call: 481");
      office.pbx.forbidTransfer("101");
      await expect(p101.transfer("102")).rejects.toThrow("603");
      await hear(p100, p101);
    });

    it("is given back when the one that was asked does not want it", async () => {
      await talk(p100, p101);
      await p101.consult("102");
      await p102.until("ringing", WITHIN);
      await p102.hangUp();
      await expect.poll(() => shown(p101)).toEqual(["held 100"]);
      await p101.resume();
      await hear(p100, p101);
    });
  });

  it("parks whom it talks to, and others fetch him", async () => {
    await talk(p100, p101);
    await p101.park();
    await p101.until("idle", WITHIN);
    expect([p100.state, office.pbx.lineState("701")]).toEqual(["talking", "busy"]);
    await p102.call("701");
    await talks(p102);
    // Through the PBX, which answered before there was anybody.
    const before = [p100.heard, p102.heard];
    await expect.poll(() => [p100.heard, p102.heard].every((now, i) => now > (before[i] ?? 0) + 2)).toBe(true);
    expect(office.pbx.lineState("701")).toBe("idle");
  });

  it("parks in a slot of its own choice where the PBX lets it", async () => {
    await office.close();
    office = await new Office({ freeSlot: "parks" }).open();
    [p100, p101] = await Promise.all([office.phone("100"), office.phone("101")]);
    await talk(p100, p101);
    await p101.park("703");
    await p101.until("idle", WITHIN);
    expect(office.pbx.lineState("703")).toBe("busy");
  });
});
