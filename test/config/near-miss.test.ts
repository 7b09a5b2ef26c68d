import { expect, test } from "vitest";
import { nearMiss } from "../../firmware/config/near-miss.ts";

const KNOWN = ["panel", "board", "scheme", "pbx", "whenBusy", "line", "user"];

test.each([
  ["pannel", "panel"],
  ["baord", "board"],
  ["Scheme", "scheme"],
  ["schme", "scheme"],
  ["pbc", "pbx"],
  ["when_busy", "whenBusy"],
  ["WHEN-BUSY", "whenBusy"],
  ["lines", "line"],
  ["usr", "user"],
])("%s is meant to be %s", (written, meant) => expect(nearMiss(written, KNOWN)).toBe(meant));

test.each(["colour", "x", "pin", "lamp", "", "schedule"])("%s is like none of them", (written) => {
  expect(nearMiss(written, KNOWN)).toBeUndefined();
});
