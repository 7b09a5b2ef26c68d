import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayPickUp, type Scope } from "../../firmware/domain/scope.ts";

const scope: Scope = {
  kind: "groups",
  groups: { desk: ["101", "102"], ward: ["201", "102"], night: ["301"] },
  pickup: ["desk", "night"],
};

describe("mayPickUp", () => {
  it("allows the lines of the groups named for pickup", () => {
    for (const line of ["101", "102", "301"]) expect(mayPickUp(scope, line)).toEqual({ allowed: true });
  });

  it("refuses every other line, with the rule", () => {
    for (const line of ["105", "201"]) {
      expect(mayPickUp(scope, line)).toEqual({
        allowed: false,
        rule: `line ${line} is in none of the groups this panel may pick up: desk, night`,
      });
    }
  });

  it("refuses all where no group is named", () => {
    expect(mayPickUp({ ...scope, pickup: [] }, "101")).toEqual({
      allowed: false,
      rule: "this panel may pick up no group, line 101 neither",
    });
  });

  it("does not trip over a group that is not there", () => {
    expect(mayPickUp({ ...scope, pickup: ["toString", "gone"] }, "101").allowed).toBe(false);
  });

  it("leaves it to the PBX where the PBX is trusted with it", () => {
    expect(mayPickUp({ kind: "pbx" }, "105")).toEqual({ allowed: true });
  });

  it("allows exactly the lines of the named groups", () => {
    const anyLine = fc.constantFrom("101", "102", "103", "104");
    const anyName = fc.constantFrom("a", "b", "c");
    const anyGroups = fc.record({ a: fc.array(anyLine), b: fc.array(anyLine), c: fc.array(anyLine) });
    fc.assert(
      fc.property(anyGroups, fc.array(anyName), anyLine, (groups, pickup, line) => {
        const allowed = pickup.flatMap((name) => groups[name]).includes(line);
        expect(mayPickUp({ kind: "groups", groups, pickup }, line).allowed).toBe(allowed);
      }),
    );
  });
});
