import { expect, test } from "vitest";
import { callerSpoken, callerText } from "../../sim/caller-text.ts";

test.each([
  [{ name: "Anna Meier", number: "205" }, "Anna Meier 205", "Anna Meier 205"],
  [{ name: "Anna Meier" }, "Anna Meier", "Anna Meier"],
  [{ number: "•••• 67" }, "•••• 67", "a number ending in 6 7"],
  [{ number: "••••" }, "••••", "a number that is not shown"],
])("%j is shown and said", (caller, shown, said) => {
  expect([callerText(caller), callerSpoken(caller)]).toEqual([shown, said]);
});
