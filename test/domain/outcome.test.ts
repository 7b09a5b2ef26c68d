import { describe, expect, test } from "vitest";
import {
  type Outcome,
  phoneDisobeyed,
  phoneRejected,
  pickupRejected,
  referRejected,
} from "../../firmware/domain/outcome.ts";

const FINAL = Array.from({ length: 400 }, (_, i) => 300 + i);

describe("what a final answer means", () => {
  test.each([
    ["a pickup", (code: number) => pickupRejected(code, true)],
    ["the call to the phone", phoneRejected],
    ["a REFER", referRejected],
    ["remote control", (code: number) => phoneDisobeyed(code)],
  ])("every code to %s is an outcome that names it, and never a success", (_, outcome: (code: number) => Outcome) => {
    for (const code of FINAL) {
      expect(["refused", "no-answer", "failed"]).toContain(outcome(code).kind);
      expect(outcome(code)).toMatchObject({ code, reason: expect.stringMatching(/^the .{10,}[^.]$/) });
    }
  });

  test.each([
    [403, "refused", "let the panel take"],
    [603, "refused", "let the panel take"],
    [404, "failed", "pickup code"],
    [484, "failed", "pickup code"],
    [420, "refused", "replaced"],
    [481, "refused", "replaced"],
    [480, "refused", "not to be had"],
    [486, "refused", "not to be had"],
    [488, "failed", "codecs"],
    [408, "failed", "did not answer"],
    [500, "failed", "500"],
    [503, "failed", "503"],
  ] as const)("a pickup that is answered %i while the line rings is %s", (code, kind, reason) => {
    expect(pickupRejected(code, true)).toMatchObject({ kind, reason: expect.stringContaining(reason) });
  });

  test("the line decides between refused and too late, whatever the code", () => {
    for (const code of FINAL.filter((other) => ![401, 407, 494].includes(other))) {
      expect(pickupRejected(code, false)).toMatchObject({ kind: "too-late", code });
    }
  });

  test.each([401, 407, 494])("%i is about the panel's account, whatever the line does", (code) => {
    for (const told of [pickupRejected(code, false), pickupRejected(code, true), phoneRejected(code)]) {
      expect(told).toMatchObject({ kind: "failed", reason: expect.stringContaining("password") });
    }
  });

  test.each([
    [486, "refused"],
    [600, "refused"],
    [603, "refused"],
    [403, "refused"],
    [408, "no-answer"],
    [480, "no-answer"],
    [487, "no-answer"],
    [404, "failed"],
    [488, "failed"],
    [500, "failed"],
  ] as const)("the phone's %i is %s", (code, kind) => {
    expect(phoneRejected(code).kind).toBe(kind);
  });

  test.each([
    [403, "refused"],
    [405, "refused"],
    [501, "refused"],
    [603, "refused"],
    [408, "failed"],
    [481, "failed"],
    [503, "failed"],
  ] as const)("a REFER that is answered %i is %s", (code, kind) => {
    expect(referRejected(code).kind).toBe(kind);
  });

  test("remote control: no answer names why there is none, and 401 and 403 name the setting", () => {
    expect(phoneDisobeyed(0, "connection refused").reason).toContain("connection refused");
    expect(phoneDisobeyed(0)).not.toHaveProperty("code");
    for (const code of [401, 403])
      expect(phoneDisobeyed(code)).toMatchObject({
        kind: "refused",
        reason: expect.stringContaining("pickup.phone.remote"),
      });
  });
});
