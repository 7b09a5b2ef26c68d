import fc from "fast-check";
import { expect, test } from "vitest";
import type { Wish } from "../../../sim/web/message.ts";
import { wishOf } from "../../../sim/web/wish.ts";

const GOOD: readonly Wish[] = [
  { wish: "close", key: "7" },
  { wish: "open", key: "7" },
  { wish: "call", to: "101" },
  { wish: "call", from: "201", to: "101" },
  { wish: "answer", phone: "101" },
  { wish: "hang-up", phone: "101" },
  { wish: "hold", phone: "101" },
  { wish: "resume", phone: "101" },
  { wish: "park", phone: "101" },
  { wish: "transfer", phone: "101", to: "102" },
  { wish: "fault", name: "silence", on: true },
];

test.each(GOOD)("$wish is understood, and nothing beside it is let in", (wish) => {
  expect(wishOf(JSON.stringify(wish))).toEqual(wish);
  expect(wishOf(JSON.stringify({ ...wish, more: { than: "that" } }))).toEqual(wish);
});

test("a wish without one of its parts, or with a wrong one, is none", () => {
  const optional = new Set(["from"]);
  for (const wish of GOOD) {
    for (const name of Object.keys(wish)) {
      const without = Object.entries(wish).filter(([other]) => other !== name);
      if (!optional.has(name)) expect(wishOf(JSON.stringify(Object.fromEntries(without)))).toBeUndefined();
      for (const wrong of [null, 7, "", "x".repeat(65), ["101"], {}]) {
        expect(wishOf(JSON.stringify({ ...wish, [name]: wrong })), `${name} of ${wish.wish}`).toBeUndefined();
      }
    }
  }
});

test("whatever else comes is no wish, and breaks nothing", () => {
  for (const text of ["", "{", "null", "7", "[]", '"close"', '{"wish":"__proto__","key":"1"}', '{"wish":"format"}']) {
    expect(wishOf(text)).toBeUndefined();
  }
  fc.assert(fc.property(fc.json(), (text) => wishOf(text) === undefined));
});
