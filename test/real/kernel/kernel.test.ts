import { describe, expect, test } from "vitest";
import { kept } from "../../contract/kept.ts";
import { guestTests } from "./guest.ts";

/** Of the whole guest, on a machine that does other things as well. */
const WITHIN = 480_000;

// The guest has done all its tests before these are told of: each of them stands for one there.
const tests = await guestTests(WITHIN);

describe("on the real kernel", () => {
  for (const { titles, passed, why } of tests) {
    const [, bank] = /^(.+) as a Bank$/.exec(titles[0] ?? "") ?? [];
    const options = bank === undefined ? {} : kept("Bank", bank, titles.slice(1).join(" "));
    test(titles.join(" > "), options, () => {
      if (!passed) throw new Error(why);
    });
  }

  test("every way to a Bank was tried", () => {
    const banks = new Set(tests.flatMap(({ titles }) => /^(.+) as a Bank$/.exec(titles[0] ?? "")?.[1] ?? []));
    expect([...banks].sort()).toEqual(["chardev 4", "chardev 5", "files", "sim", "sysfs 4", "sysfs 5"]);
  });
});
