import { describe, expect, it } from "vitest";
import type { Report } from "../../firmware/domain/effect.ts";
import { eventPayload, lampPayload, pbxPayload } from "../../firmware/mqtt/payload.ts";

const at = new Date("2026-03-01T09:30:00.250Z");

describe("payloads", () => {
  it("tell a lamp", () => {
    const look = { colour: "red", cadence: "flash" } as const;
    expect(lampPayload({ line: "101", label: 'The "desk"', state: "ringing", since: at, ...look })).toBe(
      '{"line":"101","label":"The \\"desk\\"","state":"ringing","since":"2026-03-01T09:30:00.250Z","colour":"red","cadence":"flash"}',
    );
  });

  it("tell the link to the PBX", () => {
    expect(pbxPayload(true, at)).toBe('{"state":"up","since":"2026-03-01T09:30:00.250Z"}');
    expect(pbxPayload(false, at)).toBe('{"state":"down","since":"2026-03-01T09:30:00.250Z"}');
  });

  it("tell a press and how it ended", () => {
    const press = { type: "press", press: 7, key: "1", line: "101", at: 10 } as const;
    expect(eventPayload(press, "a-1", at)).toBe(
      '{"id":"a-1","at":"2026-03-01T09:30:00.250Z","type":"press","press":7,"key":"1","line":"101"}',
    );
    const outcome = { kind: "refused", reason: "the desk phone is busy", code: 486 } as const;
    const pickup = { type: "pickup", press: 7, key: "1", line: "101", outcome, took: 12.34, at: 10 } as const;
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
    const pickup = { type: "pickup", press: 1, key: "1", line: "101", outcome, took: 1, at: 1, ...caller } as const;
    expect(eventPayload(pickup, "a-6", at)).not.toMatch(/Jane|5551234/);
    const lamp = {
      line: "101",
      label: "A",
      state: "idle",
      since: at,
      colour: "red",
      cadence: "dark",
      ...caller,
    } as const;
    expect(lampPayload(lamp)).not.toMatch(/Jane|5551234/);
  });
});
