import { describe, expect, it } from "vitest";
import { afterRefusal, afterTermination, SLOW, SOON, waitBefore } from "../../firmware/sip/retry.ts";
import { parseSubscriptionState } from "../../firmware/sip/subscription-state.ts";

const SUBJECT = { line: "101", account: "panel1", event: "dialog" };

describe("the retry table", () => {
  it.each([
    ["terminated;reason=deactivated", 0, SOON, false],
    ["terminated;reason=deactivated;retry-after=50", 0, SOON, false],
    ["terminated;reason=timeout", 0, SOON, false],
    ["terminated;reason=probation", 30_000, SOON, false],
    ["terminated;reason=probation;retry-after=5", 5_000, SOON, false],
    ["terminated;reason=giveup", 30_000, SOON, false],
    ["terminated;reason=giveup;retry-after=120", 120_000, SOON, false],
    ["terminated;reason=giveup;retry-after=4294967295", 3_600_000, SOON, false],
    ["terminated;reason=rejected", 0, SLOW, true],
    ["terminated;reason=noresource", 0, SLOW, true],
    ["terminated;reason=invariant", 30_000, SLOW, true],
    ["terminated", 0, SOON, false],
    ["terminated;retry-after=9", 9_000, SOON, false],
    ["terminated;reason=sunspots", 0, SOON, false],
    ["Terminated ; Reason = \tREJECTED", 0, SLOW, true],
  ])("%s", (header, after, limits, fault) => {
    const standing = parseSubscriptionState(header);
    if (standing === undefined) throw new Error("not read");
    expect(standing.value).toBe("terminated");
    expect(afterTermination(standing, SUBJECT)).toMatchObject({ after, limits, fault });
  });

  it.each([
    [300, SLOW, true],
    [400, SLOW, true],
    [401, SLOW, true],
    [403, SLOW, true],
    [404, SLOW, true],
    [405, SLOW, true],
    [407, SLOW, true],
    [408, SOON, false],
    [410, SLOW, true],
    [423, SLOW, true],
    [480, SOON, false],
    [481, SOON, false],
    [489, SLOW, true],
    [491, SOON, false],
    [494, SLOW, true],
    [500, SOON, false],
    [501, SLOW, true],
    [503, SOON, false],
    [599, SOON, false],
    [600, SLOW, true],
    [603, SLOW, true],
    [604, SLOW, true],
  ])("%d", (status, limits, fault) => {
    const retry = afterRefusal(status, undefined, SUBJECT);
    expect(retry).toMatchObject({ after: 0, limits, fault });
    expect(retry.why).toMatch(/^the PBX .*(101|panel1)/);
  });

  it("waits as long as was asked, or longer, and never for the same time everywhere", () => {
    for (const random of [0, 0.3, 0.999]) {
      const wait = waitBefore({ after: 30_000, limits: SOON }, 0, random);
      expect(wait).toBeGreaterThanOrEqual(30_000);
      expect(wait).toBeLessThan(37_500);
      expect(waitBefore({ after: 0, limits: SLOW }, 1_000, random)).toBeLessThanOrEqual(300_000);
    }
    expect(waitBefore({ after: 0, limits: SOON }, 3, 0)).not.toBe(waitBefore({ after: 0, limits: SOON }, 3, 0.5));
  });
});
