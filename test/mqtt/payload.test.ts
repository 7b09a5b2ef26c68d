import { describe, expect, it } from "vitest";
import type { Caller } from "../../firmware/domain/caller.ts";
import type { Report } from "../../firmware/domain/effect.ts";
import type { Subject } from "../../firmware/domain/key-settings.ts";
import { eventPayload, lampPayload, pbxPayload } from "../../firmware/mqtt/payload.ts";

const at = new Date("2026-03-01T09:30:00.250Z");
const on = { line: "101" } as const;

describe("payloads", () => {
  it("tell a lamp", () => {
    const look = { colour: "red", cadence: "flash" } as const;
    expect(lampPayload({ on: { line: "101" }, label: 'The "desk"', state: "ringing", since: at, ...look })).toBe(
      '{"line":"101","label":"The \\"desk\\"","state":"ringing","since":"2026-03-01T09:30:00.250Z","colour":"red","cadence":"flash"}',
    );
  });

  it("tell who calls, where that may be told", () => {
    const lamp = { on, label: "A", state: "ringing", since: at, colour: "red", cadence: "flash" } as const;
    const told = (caller?: Caller): unknown => JSON.parse(lampPayload({ ...lamp, ...(caller && { caller }) })).caller;
    expect(told({ name: "Anna Meier", number: "205" })).toEqual({ name: "Anna Meier", number: "205" });
    expect(told({ number: "•••• 67" })).toEqual({ number: "•••• 67" });
    expect(told()).toBeUndefined();
  });

  it("tell what kind of key it is, by what it is about", () => {
    const lamp = { label: "A", state: "idle", since: at, colour: "red", cadence: "dark" } as const;
    const names = (on: Subject) => Object.keys(JSON.parse(lampPayload({ ...lamp, on })))[0];
    expect(names({ group: "desk" })).toBe("group");
    expect(names({ slot: "701" })).toBe("slot");
    expect(names({ action: "acknowledge" })).toBe("action");
  });

  it("tell the link to the PBX", () => {
    expect(pbxPayload(true, at)).toBe('{"state":"up","since":"2026-03-01T09:30:00.250Z"}');
    expect(pbxPayload(false, at)).toBe('{"state":"down","since":"2026-03-01T09:30:00.250Z"}');
  });

  it("tell a press and how it ended", () => {
    const press = { type: "press", press: 7, key: "1", on, at: 10 } as const;
    expect(eventPayload(press, "a-1", at)).toBe(
      '{"id":"a-1","at":"2026-03-01T09:30:00.250Z","type":"press","press":7,"key":"1","line":"101"}',
    );
    const outcome = { kind: "refused", reason: "the desk phone is busy", code: 486 } as const;
    const pickup = { type: "pickup", press: 7, key: "1", on, outcome, took: 12.34, at: 10 } as const;
    expect(JSON.parse(eventPayload(pickup, "a-2", at))).toEqual({
      id: "a-2",
      at: at.toISOString(),
      type: "pickup",
      press: 7,
      key: "1",
      line: "101",
      outcome: "refused",
      reason: "the desk phone is busy",
      code: 486,
      took: 12,
    });
  });

  it("tell how it was tried, in whole milliseconds", () => {
    const trial = {
      method: "feature-code",
      because: "the PBX names no call to replace",
      landing: "desk-phone",
      steps: [
        { step: "invite", took: 20.4 },
        { step: "refer", took: 7.6 },
      ],
    } as const;
    const outcome = { kind: "picked-up", reason: "the call is on the desk phone" } as const;
    const pickup = { type: "pickup", press: 7, key: "1", on, outcome, trial, took: 500.4, at: 10 } as const;
    expect(eventPayload(pickup, "a-4", at)).toBe(
      '{"id":"a-4","at":"2026-03-01T09:30:00.250Z","type":"pickup","press":7,"key":"1","line":"101","outcome":"picked-up",' +
        '"reason":"the call is on the desk phone","method":"feature-code","because":"the PBX names no call to replace",' +
        '"landing":"desk-phone","steps":[{"step":"invite","took":20},{"step":"refer","took":8}],"took":500}',
    );
  });

  it("tell what else a press asked for", () => {
    const tell = (report: Report): unknown => JSON.parse(eventPayload(report, "a-5", at));
    const named = { id: "a-5", at: at.toISOString(), press: 2, key: "12" };
    const outcome = { kind: "done", reason: "the call is parked" } as const;
    const asked = { press: 2, key: "12", at: 1 } as const;
    expect(tell({ type: "park", ...asked, on: { slot: "701" }, outcome, took: 9 })).toEqual({
      ...named,
      type: "park",
      slot: "701",
      outcome: "done",
      reason: "the call is parked",
      took: 9,
    });
    expect(tell({ type: "press", ...asked, on: { action: "lamp-test" } })).toEqual({
      ...named,
      type: "press",
      action: "lamp-test",
    });
    expect(tell({ type: "acknowledge", ...asked, lines: ["101"] })).toEqual({
      ...named,
      type: "acknowledge",
      lines: ["101"],
    });
  });

  it("tell faults, and their end", () => {
    const tell = (report: Report): unknown => JSON.parse(eventPayload(report, "a-3", at));
    const named = { id: "a-3", at: at.toISOString() };
    const fault = { type: "fault", what: "line 101", why: "404" } as const;
    expect(tell({ ...fault, at: 1 })).toEqual({ ...named, ...fault });
    expect(tell({ type: "mended", what: "line 101", at: 1 })).toEqual({ ...named, type: "mended", what: "line 101" });
    const link = { type: "link", up: false, why: "no answer" } as const;
    expect(tell({ ...link, at: 1 })).toEqual({ ...named, ...link });
  });

  it("tell nothing that is not theirs to tell", () => {
    const caller = { caller: "sip:+15551234@example.org", display: "Jane" };
    const outcome = { kind: "picked-up", reason: "taken", ...caller } as const;
    const trial = { method: "replaces", steps: [{ step: "invite", took: 3, ...caller }], ...caller } as const;
    const pickup = {
      type: "pickup",
      press: 1,
      key: "1",
      on: { line: "101", ...caller },
      outcome,
      trial,
      took: 1,
      at: 1,
      ...caller,
    } as const;
    expect(eventPayload(pickup, "a-6", at)).not.toMatch(/Jane|5551234/);
    const lamp = {
      on: { line: "101", ...caller },
      label: "A",
      state: "idle",
      since: at,
      colour: "red",
      cadence: "dark",
      display: "Jane",
    } as const;
    expect(lampPayload(lamp)).not.toMatch(/Jane|5551234/);
    const shown = { number: "•••• 67", ...caller };
    expect(lampPayload({ ...lamp, caller: shown })).not.toMatch(/Jane|5551234/);
  });
});
