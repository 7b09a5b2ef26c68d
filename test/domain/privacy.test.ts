import fc from "fast-check";
import { expect, test } from "vitest";
import { type Privacy, privacyOf, strictest } from "../../firmware/domain/privacy.ts";

const anyPrivacy = fc.constantFrom<Privacy>("off", "masked", "full");
const scopeOf = (groups: Readonly<Record<string, readonly string[]>>) => ({ groups, pickup: [], hours: {} });

test("a group's own word, else the panel's", () => {
  const scope = scopeOf({ desk: ["101"], ward: ["201"] });
  const settings = { privacy: "masked", groupPrivacy: { desk: "full" }, scope } as const;
  expect(privacyOf("101", settings)).toBe("full");
  expect(privacyOf("201", settings)).toBe("masked");
  expect(privacyOf("999", settings)).toBe("masked");
  expect(privacyOf("101", { privacy: "off", scope })).toBe("off");
});

test("of several groups the strictest, and a silent one speaks as the panel does", () => {
  const scope = scopeOf({ desk: ["101"], all: ["101", "102"] });
  expect(privacyOf("101", { privacy: "off", groupPrivacy: { desk: "full" }, scope })).toBe("off");
  expect(privacyOf("101", { privacy: "off", groupPrivacy: { desk: "full", all: "masked" }, scope })).toBe("masked");
  expect(privacyOf("102", { privacy: "full", groupPrivacy: { desk: "off" }, scope })).toBe("full");
});

test("over any groups: no group that holds a line is stricter than what is told of it", () => {
  const anyGroups = fc.dictionary(
    fc.constantFrom("a", "b", "c", "d"),
    fc.record({ lines: fc.subarray(["1", "2", "3"]), privacy: fc.option(anyPrivacy, { nil: undefined }) }),
  );
  fc.assert(
    fc.property(anyGroups, anyPrivacy, fc.constantFrom("1", "2", "3"), (written, privacy, line) => {
      const scope = scopeOf(Object.fromEntries(Object.entries(written).map(([name, { lines }]) => [name, lines])));
      const own = Object.entries(written).flatMap(([name, { privacy: word }]) => (word ? [[name, word] as const] : []));
      const told = privacyOf(line, { privacy, groupPrivacy: Object.fromEntries(own), scope });
      const holding = Object.values(written).filter(({ lines }) => lines.includes(line));
      const words = holding.map((group) => group.privacy ?? privacy);
      expect([...words, ...(words.length === 0 ? [privacy] : [])]).toContain(told);
      for (const word of words) expect(strictest([word, told])).toBe(told);
    }),
  );
});
