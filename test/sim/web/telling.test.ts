import { expect, test } from "vitest";
import type { Report } from "../../../firmware/domain/effect.ts";
import { eventPayload } from "../../../firmware/mqtt/payload.ts";
import type { Told } from "../../../sim/web/message.ts";
import type { Fields } from "../../../sim/web/reading.ts";
import { toldOfEvent } from "../../../sim/web/telling.ts";

const AT = new Date("2026-01-02T03:04:05.678Z");
const LABELS: Readonly<Record<string, string>> = { 3: "Sales", 7: "Quiet" };

/** As the panel reports it, and a page reads it. */
function told(report: Report): Told | undefined {
  const event = JSON.parse(eventPayload(report, "1-1", AT)) as Fields;
  return toldOfEvent(event, (key) => LABELS[key] ?? "", "never");
}

const press = { press: 1, key: "3", on: { line: "103" }, at: 0 } as const;
const at = AT.toISOString();

test("a pickup says whom, what came of it, why, and how", () => {
  const trial = { method: "replaces", because: "the PBX tells the ids", landing: "desk-phone", steps: [] };
  const outcome = { kind: "picked-up", reason: "the call is on the desk phone" } as const;
  expect(told({ ...press, type: "pickup", outcome, trial, took: 41.6 })).toEqual({
    at,
    kind: "press",
    title: "Key 3, Sales (103): picked up",
    outcome: "picked-up",
    why: "the call is on the desk phone",
    how: "by replaces · the PBX tells the ids · landing desk-phone · after 42 ms",
  });
});

test("what was refused before anything was sent says why, and not how", () => {
  const outcome = { kind: "refused", reason: "line 103 is idle, nothing rings there" } as const;
  expect(told({ ...press, type: "pickup", outcome, took: 0 })).toEqual({
    at,
    kind: "press",
    title: "Key 3, Sales (103): refused",
    outcome: "refused",
    why: "line 103 is idle, nothing rings there",
  });
});

test("what was no pickup says what it was, and a key without a label what it is about", () => {
  const park: Report = {
    ...press,
    key: "12",
    on: { slot: "701" },
    type: "park",
    outcome: { kind: "failed", reason: "the PBX did not take it", code: 503 },
    trial: { landing: "remote-control", steps: [] },
    took: 12,
  };
  expect(told(park)).toMatchObject({
    title: "Key 12, 701: parking failed",
    how: "landing remote-control · SIP 503 · after 12 ms",
  });
});

test("actions of the panel are told by their presses, lines by their outcomes", () => {
  expect(told({ ...press, type: "press" })).toBeUndefined();
  expect(told({ ...press, key: "7", on: { action: "lamp-test" }, type: "press" })?.title).toBe("Key 7: lamp test");
  const silence: Report = { type: "acknowledge", press: 2, key: "7", lines: ["101", "102"], at: 0 };
  expect(told(silence)?.why).toBe("2 rings are silenced; their lamps go on");
});

test("the link, faults and their mending are told", () => {
  expect(told({ type: "link", up: true, at: 0 })?.title).toBe("The panel has reached the PBX");
  expect(told({ type: "link", up: false, why: "no answer", at: 0 })).toMatchObject({
    title: "The panel has lost the PBX",
    why: "no answer",
  });
  expect(told({ type: "fault", what: "bank lamps", why: "unplugged", at: 0 })).toMatchObject({
    kind: "fault",
    title: "Fault: bank lamps",
    why: "unplugged",
  });
  expect(told({ type: "mended", what: "bank lamps", at: 0 })?.title).toBe("Mended: bank lamps");
});

test("an event of another kind, or of none, is passed over", () => {
  for (const event of [{}, { type: "tea" }, { type: 7, key: [] }]) {
    expect(toldOfEvent(event, () => "", at)).toBeUndefined();
  }
});
