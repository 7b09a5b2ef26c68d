import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LineId } from "../../../firmware/domain/line.ts";
import type { SipTransportName } from "../../../firmware/domain/settings.ts";
import type { Baresip } from "../baresip.ts";
import { cell } from "../matrix.ts";
import { Asterisk } from "./asterisk.ts";
import { certify } from "./certificates.ts";
import { TRANSPORTS, Watch, type Wishes } from "./watch.ts";

const SOON = 10_000;

/** What lamps show of what happens at a real PBX, and that it is all that they show. */
describe("lamps on a real Asterisk", () => {
  const pbx = new Asterisk();
  let caller: Baresip;
  let target: Baresip;
  let other: Baresip;
  let phones: readonly Baresip[] = [];
  let watch: Watch | undefined;

  beforeAll(async () => {
    await pbx.start();
    caller = pbx.phone("100", "manual");
    target = pbx.phone("101", "manual");
    other = pbx.phone("103", "manual");
    phones = [caller, target, other];
    await Promise.all(phones.map((phone) => phone.start()));
  }, 120_000);
  afterAll(() => pbx.stop());
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      process.stderr.write(`what Asterisk saw: ${await pbx.saveLog()}\n`);
    });
  });
  afterEach(async () => {
    await watch?.stop();
    watch = undefined;
    await Promise.all(phones.map((phone) => phone.hangUp()));
    await expect.poll(() => pbx.channels(), { timeout: SOON }).toBe(0);
  });

  async function watching(transport: SipTransportName, lines: readonly LineId[], wishes?: Wishes): Promise<Watch> {
    watch = new Watch(pbx, transport, lines, wishes);
    await watch.start();
    return watch;
  }

  async function talk(watch: Watch): Promise<void> {
    await caller.call("101");
    // The lamp may be quicker than the phone.
    await Promise.all([target.until("ringing", SOON), watch.lamp("101", "ringing")]);
    await target.answer();
    await watch.lamp("101", "busy");
    await caller.until("talking", SOON);
  }

  describe.each(TRANSPORTS)("over %s", (transport) => {
    const field = (event: string) => cell(pbx.name, transport, event);

    test("a whole life: ringing, busy, held, busy, idle", field("a call, its hold and end"), async () => {
      const watch = await watching(transport, ["100", "101"]);
      await watch.proved();
      await caller.call("101");
      await Promise.all([target.until("ringing", SOON), watch.lamp("101", "ringing")]);
      await watch.proved();
      await target.answer();
      await watch.lamp("101", "busy");
      await watch.proved();
      // The line is busy before its caller is told.
      await caller.until("talking", SOON);
      await caller.hold(true);
      await watch.lamp("101", "held");
      await watch.proved();
      await caller.hold(false);
      await watch.lamp("101", "busy");
      await watch.proved();
      await caller.hangUp();
      await watch.lamp("101", "idle");
      await watch.proved();
    });

    test("a busy line that a second call rings at", field("second call, ringing"), async () => {
      const watch = await watching(transport, ["101", "103"]);
      await talk(watch);
      await other.call("101");
      await watch.lamp("101", "ringing");
      await watch.proved();
      await other.hangUp();
      await watch.lamp("101", "busy");
      await watch.proved();
    });

    test("a park slot, taken and left", field("park slot"), async () => {
      const watch = await watching(transport, ["100", "101", "701"]);
      await talk(watch);
      await pbx.park("100");
      await watch.lamp("701", "busy");
      await watch.lamp("101", "idle");
      await watch.proved();
      await caller.hangUp();
      await watch.lamp("701", "idle");
      await watch.proved();
    });

    test("a phone that is not registered, comes, and goes", field("unregistered phone"), async () => {
      const watch = await watching(transport, ["101", "104"]);
      await watch.lamp("104", "offline");
      await watch.proved();
      const phone = pbx.phone("104", "manual");
      await phone.start();
      await watch.lamp("104", "idle");
      await watch.proved();
      await phone.stop();
      await watch.lamp("104", "offline");
      await watch.proved();
      expect(watch.truth.lamp("101")).toBe("idle");
    });

    test("messages that come and are heard, and a call in between", field("messages waiting"), async () => {
      const watch = await watching(transport, ["101", "103"], { mailboxes: ["101"] });
      await watch.proved();
      await pbx.setMessages("101", 3);
      await watch.lamp("101", "waiting");
      await talk(watch);
      await caller.hangUp();
      await watch.lamp("101", "waiting");
      await watch.proved();
      await pbx.setMessages("101", 0);
      await watch.lamp("101", "idle");
      await watch.proved();
    });

    test("a line without a hint: its fault, and its lamp alone is unknown", field("no hint"), async () => {
      const watch = await watching(transport, ["101", "999"]);
      expect(await watch.truth.untilFault("line 999", SOON)).toMatch(/hint/);
      await watch.lamp("101", "idle");
      expect(watch.truth.lamp("999")).toBe("unknown");
      watch.truth.mustBeTrue();
    });

    test("a panel that may not watch: every lamp unknown, and the reason", field("subscribe forbidden"), async () => {
      const watch = await watching(transport, ["101", "103"], { pbx: { user: "panel5" } });
      expect(await watch.truth.untilFault("line 101", SOON)).toMatch(/panel5/);
      await watch.truth.untilFault("line 103", SOON);
      expect(["101", "103"].map((line) => watch.truth.lamp(line))).toEqual(["unknown", "unknown"]);
      watch.truth.mustBeTrue();
    });

    test("a wrong password: every lamp unknown, and the reason", field("wrong password"), async () => {
      const watch = await watching(transport, ["101", "103"], { pbx: { password: "wrong" } });
      await watch.truth.untilFault("registration", SOON);
      expect(watch.truth.notes.find((note) => note.kind === "fault")).toMatchObject({
        why: expect.stringMatching(/password/),
      });
      expect(["101", "103"].map((line) => watch.truth.lamp(line))).toEqual(["unknown", "unknown"]);
      watch.truth.mustBeTrue();
    });
  });

  describe.each(TRANSPORTS.filter((transport) => transport === "tls" || transport === "wss"))(
    "over %s",
    (transport) => {
      test("a PBX that another authority vouches for", cell(pbx.name, transport, "foreign certificate"), async () => {
        const folder = await mkdtemp(join(tmpdir(), "blfd-foreign-"));
        await certify(pbx.host, folder);
        const ca = await readFile(join(folder, "ca.pem"), "utf8");
        await rm(folder, { recursive: true });
        const watch = await watching(transport, ["101"], { pbx: { tls: { ca } } });
        expect(await watch.truth.untilWarning(/certificate/, SOON)).toMatch(/pbx\.tls/);
        expect(watch.truth.notes.filter((note) => note.kind === "notify" || note.kind === "link")).toEqual([]);
        expect(watch.truth.lamp("101")).toBe("unknown");
      });
    },
  );
});
