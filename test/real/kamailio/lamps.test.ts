import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LineId } from "../../../firmware/domain/line.ts";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import type { SimPhone } from "../../../sim/phone/phone.ts";
import { cell } from "../matrix.ts";
import { forbiddenLine } from "./files.ts";
import { Kamailio, PBX } from "./kamailio.ts";
import { SOON, TRANSPORTS, Watch } from "./watch.ts";

/** What lamps show of calls at a real Kamailio: several dialogs a line, told whole each time, some of them over. */
describe("lamps on a real Kamailio", () => {
  const pbx = new Kamailio();
  let phones: SimPhone[] = [];
  let watch: Watch | undefined;

  beforeAll(() => pbx.start(), 120_000);
  afterAll(() => pbx.stop());
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      process.stderr.write(`what Kamailio said: ${pbx.log.slice(-4000)}\n`);
    });
  });
  afterEach(async () => {
    await watch?.stop();
    await Promise.all(phones.map((phone) => phone.stop()));
    phones = [];
  });

  async function phone(number: string, callWaiting = false): Promise<SimPhone> {
    const made = pbx.phone(number, { callWaiting });
    phones.push(made);
    await made.start();
    return made;
  }

  async function watching(transport: SipTransportName, lines: readonly LineId[]): Promise<Watch> {
    watch = new Watch(pbx, transport, lines);
    await watch.start();
    await watch.proved();
    return watch;
  }

  describe.each(TRANSPORTS)("over %s", (transport) => {
    test("a call from its first moment to its last", cell(PBX, transport, "ring, answer, end"), async () => {
      const [caller, target] = [await phone("100"), await phone("101")];
      const watch = await watching(transport, ["100", "101", "102"]);
      await caller.call("101");
      await watch.lamp("101", "ringing");
      // A caller's own call does not ring there.
      await watch.lamp("100", "busy");
      await watch.proved();
      await target.answer();
      await Promise.all(["100", "101"].map((line) => watch.lamp(line, "busy")));
      await watch.proved();
      await target.hangUp();
      await Promise.all(["100", "101"].map((line) => watch.lamp(line, "idle")));
      await watch.proved();
      expect(watch.shown("101")).toEqual(["unknown", "idle", "ringing", "busy", "idle"]);
      expect(watch.shown("100")).toEqual(["unknown", "idle", "busy", "idle"]);
      expect(watch.shown("102")).toEqual(["unknown", "idle"]);
    });

    test("a second call", cell(PBX, transport, "two calls: busy until the last ends"), async () => {
      const [first, second] = [await phone("100"), await phone("102")];
      const target = await phone("101", true);
      const watch = await watching(transport, ["100", "101", "102"]);
      await first.call("101");
      await watch.lamp("101", "ringing");
      await target.answer();
      await watch.lamp("101", "busy");
      // It rings although there is an answered call; that one goes on when the other is given up.
      await second.call("101");
      await watch.lamp("101", "ringing");
      await watch.proved();
      await second.hangUp();
      await watch.lamp("101", "busy");
      await watch.proved();
      await second.call("101");
      await watch.lamp("101", "ringing");
      // The other way round: the answered one ends first.
      await first.hangUp();
      await watch.lamp("100", "idle");
      await watch.proved();
      await target.answer();
      await watch.lamp("101", "busy");
      await second.hangUp();
      await watch.lamp("101", "idle");
      await watch.proved();
      expect(watch.shown("101").slice(2)).toEqual(["ringing", "busy", "ringing", "busy", "ringing", "busy", "idle"]);
    });

    test("two phones of one number", cell(PBX, transport, "forking: the loser's end clears nothing"), async () => {
      const caller = await phone("100");
      const [one, other] = [await phone("101"), await phone("101")];
      const watch = await watching(transport, ["100", "101"]);
      await caller.call("101");
      await Promise.all([one, other].map((each) => each.until("ringing", SOON)));
      await watch.lamp("101", "ringing");
      const told = watch.told("101");
      await one.answer();
      await watch.lamp("101", "busy");
      await other.until("idle", SOON);
      expect(watch.told("101")).toBeGreaterThan(told);
      await watch.proved();
      await one.until("talking", SOON);
      expect(watch.truth.lamp("101")).toBe("busy");
      await caller.hangUp();
      await watch.lamp("101", "idle");

      // One rejects, the other rings on.
      await caller.call("101");
      await Promise.all([one, other].map((each) => each.until("ringing", SOON)));
      await watch.lamp("101", "ringing");
      await one.hangUp();
      await one.until("idle", SOON);
      await watch.proved();
      expect([other.state, watch.truth.lamp("101")]).toEqual(["ringing", "ringing"]);
      await caller.hangUp();
      await watch.lamp("101", "idle");
      await watch.proved();
      expect(watch.shown("101")).toEqual(["unknown", "idle", "ringing", "busy", "idle", "ringing", "idle"]);
    });

    test("calls that are over and still told of", cell(PBX, transport, "terminated dialogs linger"), async () => {
      const [caller, target] = [await phone("100"), await phone("101")];
      const watch = await watching(transport, ["100", "101"]);
      for (let calls = 0; calls < 3; calls++) {
        await caller.call("101");
        await target.until("ringing", SOON);
        await watch.lamp("101", "ringing");
        if (calls === 1) await target.hangUp();
        else await caller.hangUp();
        await watch.lamp("101", "idle");
        await watch.lamp("100", "idle");
        await caller.until("idle", SOON);
        await watch.proved();
      }
      expect(watch.shown("101").slice(1)).toEqual(["idle", "ringing", "idle", "ringing", "idle", "ringing", "idle"]);
    });

    test("lines that may not be watched", cell(PBX, transport, "forbidden, unknown extension"), async () => {
      watch = new Watch(pbx, transport, ["101", forbiddenLine, "999"]);
      await watch.start();
      await watch.lamp("101", "idle");
      expect(await watch.truth.untilFault(`line ${forbiddenLine}`, SOON)).toMatch(/does not let panel1 watch 104/);
      expect(await watch.truth.untilFault("line 999", SOON)).toMatch(/no hint for 999/);
      expect([forbiddenLine, "999"].map((line) => watch?.shown(line))).toEqual([["unknown"], ["unknown"]]);
      expect(watch.truth.lies()).toEqual([]);
      // Theirs alone.
      const [caller] = [await phone("100"), await phone("101")];
      await caller.call("101");
      await watch.lamp("101", "ringing");
    });
  });
});
