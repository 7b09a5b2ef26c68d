import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Hours, LocalTime } from "../../firmware/domain/hours.ts";
import { mayPickUp, type Scope } from "../../firmware/domain/scope.ts";

const scope: Scope = {
  groups: { desk: ["101", "102"], ward: ["201", "102"], night: ["301"] },
  pickup: ["desk", "night"],
  hours: {},
};
const noon: LocalTime = { weekday: 3, minute: 720 };

describe("mayPickUp", () => {
  it("allows the lines of the groups named for pickup", () => {
    for (const line of ["101", "102", "301"]) expect(mayPickUp(scope, line, noon)).toEqual({ allowed: true });
  });

  it("refuses every other line, with the rule", () => {
    for (const line of ["105", "201"]) {
      expect(mayPickUp(scope, line, noon)).toEqual({
        allowed: false,
        rule: `line ${line} is in none of the groups this panel may pick up: desk, night`,
      });
    }
  });

  it("refuses all where no group is named", () => {
    expect(mayPickUp({ ...scope, pickup: [] }, "101", noon)).toEqual({
      allowed: false,
      rule: "this panel may pick up no group, line 101 neither",
    });
  });

  it("does not trip over a group that is not there", () => {
    expect(mayPickUp({ ...scope, pickup: ["toString", "gone"] }, "101", noon).allowed).toBe(false);
  });

  it("leaves it to the PBX where the PBX is trusted with it", () => {
    expect(mayPickUp({ ...scope, pickup: "pbx" }, "105", noon)).toEqual({ allowed: true });
  });

  describe("with hours", () => {
    const night: Hours = { weekdays: [1, 2, 3, 4, 5], from: 22 * 60, to: 6 * 60, text: "Mon-Fri 22:00-06:00" };
    const watched: Scope = { ...scope, hours: { night: [night] } };
    const at = (weekday: number, hour: number): LocalTime => ({ weekday, minute: hour * 60 });

    it("allows a group within its hours, and past midnight into the next day", () => {
      for (const now of [at(5, 23), at(6, 5), at(2, 0)]) expect(mayPickUp(watched, "301", now).allowed).toBe(true);
      expect(mayPickUp(watched, "101", noon).allowed).toBe(true);
    });

    it("refuses outside of them, and says when", () => {
      for (const now of [noon, at(6, 6), at(0, 23)]) {
        expect(mayPickUp(watched, "301", now)).toEqual({
          allowed: false,
          rule: "line 301 may be picked up only in these hours: night Mon-Fri 22:00-06:00",
        });
      }
    });

    it("allows a line that another group has at that hour", () => {
      const both = { ...watched, groups: { ...scope.groups, desk: ["301"] } };
      expect(mayPickUp(both, "301", noon).allowed).toBe(true);
    });

    it("holds them where the rest is left to the PBX", () => {
      const pbx: Scope = { ...watched, pickup: "pbx" };
      expect(mayPickUp(pbx, "301", noon).allowed).toBe(false);
      expect(mayPickUp(pbx, "105", noon).allowed).toBe(true);
    });
  });

  it("allows exactly the lines of the named groups", () => {
    const anyLine = fc.constantFrom("101", "102", "103", "104");
    const anyName = fc.constantFrom("a", "b", "c");
    const anyGroups = fc.record({ a: fc.array(anyLine), b: fc.array(anyLine), c: fc.array(anyLine) });
    fc.assert(
      fc.property(anyGroups, fc.array(anyName), anyLine, (groups, pickup, line) => {
        const allowed = pickup.flatMap((name) => groups[name]).includes(line);
        expect(mayPickUp({ groups, pickup, hours: {} }, line, noon).allowed).toBe(allowed);
      }),
    );
  });
});
