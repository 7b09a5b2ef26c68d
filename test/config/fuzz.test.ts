import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { complaints, type FileName, GOOD, load, PATHS } from "./panel-files.ts";

const FILES = Object.keys(GOOD) as FileName[];

/** Names that mean something to us or to JavaScript, among others. */
const name = fc.oneof(
  fc.constantFrom(
    "keys",
    "pbx",
    "scope",
    "groups",
    "pickup",
    "leds",
    "banks",
    "grid",
    "driver",
    "bit",
    "line",
    "states",
    "group",
    "park",
    "action",
    "idle",
    "hours",
    "remote",
  ),
  fc.constantFrom("__proto__", "constructor", "toString", "length", "<<", "", "1", "01"),
  fc.string({ maxLength: 6 }),
);

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom("pbx", "desk", "sip:pbx", "{line}", "5s", "101", "gpio", "*8"),
    ),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(name, tie("tree"), { maxKeys: 5 }),
  ),
}));

/** Good, or told with places that are in the file. Never thrown, never a place outside, never a bare library message. */
function isAnswered(changed: Partial<Record<FileName, string>>): void {
  const loaded = load(changed);
  if (loaded.ok) return;
  expect(loaded.problems.length).toBeGreaterThan(0);
  const lengths = new Map(FILES.map((file) => [PATHS[file], (changed[file] ?? GOOD[file]).split("\n").length]));
  for (const { file, line, column, text } of loaded.problems) {
    expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lengths.get(file) ?? 1);
    expect(text).not.toMatch(/Invalid input|Unrecognized|expected .* received|undefined|\[object/);
  }
}

describe("whatever stands in a file, the answer is settings or problems", () => {
  test.each(FILES)("random values in %s", (file) => {
    fc.assert(
      fc.property(tree, (value) => isAnswered({ [file]: stringify(value) })),
      { numRuns: 60 },
    );
  });

  test.each(FILES)("a random value in the place of one of %s", (file) => {
    const lines = GOOD[file].split("\n");
    fc.assert(
      fc.property(fc.nat(lines.length - 1), tree, (at, value) => {
        const put = lines.map((line, i) => (i === at ? line.replace(/(: ).*/, `: ${JSON.stringify(value)}`) : line));
        isAnswered({ [file]: put.join("\n") });
      }),
      { numRuns: 60 },
    );
  });

  test.each(FILES)("characters of %s lost, doubled or replaced", (file) => {
    const text = GOOD[file];
    const sign = fc.constantFrom(..."{}[]:,\"'*&!|>-#%@`~?\t\n 0a\\\0\r\uFEFF");
    const edit = fc.tuple(fc.nat(text.length), fc.nat(3), fc.array(sign, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let changed = text;
        for (const [at, lost, put] of edits) changed = changed.slice(0, at) + put.join("") + changed.slice(at + lost);
        isAnswered({ [file]: changed });
      }),
      { numRuns: 60 },
    );
  });

  test("lines of all files shuffled together", () => {
    const lines = FILES.flatMap((file) => GOOD[file].split("\n"));
    fc.assert(
      fc.property(fc.shuffledSubarray(lines), (some) =>
        isAnswered({ settings: some.join("\n"), board: some.join("\n") }),
      ),
      { numRuns: 60 },
    );
  });
});

/** With a line for everything that the small one leaves out. */
const FULL = `${GOOD.settings.slice(0, GOOD.settings.indexOf("pickup:"))}pickup:
  phone:
    line: "102"
    dial: "*80102"
    whenBusy: ring
    remote:
      phone: yealink
      url: https://192.0.2.7
      user: admin
      password: { env: SIP_PASSWORD }
      ca: ca.pem
  landings: [transfer]
  method: feature-code
scope:
  groups: { desk: ["101"] }
  pickup: [desk]
  hours: { desk: "mon-fri 08:00-18:00" }
actions:
  idle: { short: dial, long: nothing }
keys:
  1: { group: desk }
  2: { park: "701" }
  3: { action: lamp-test }
  4: { line: "101", idle: { long: dial } }
`;

test("a random value in the place of one of settings that have everything", () => {
  const lines = FULL.split("\n");
  fc.assert(
    fc.property(fc.nat(lines.length - 1), fc.constantFrom(/(: ).*/, /(: )[^:{}]*(?= })/), tree, (at, place, value) => {
      const put = lines.map((line, i) => (i === at ? line.replace(place, `: ${JSON.stringify(value)}`) : line));
      isAnswered({ settings: put.join("\n") });
    }),
    { numRuns: 200 },
  );
});

test("a good file is good in any order of its keys", () => {
  const blocks = GOOD.settings.split(/\n(?=\w)/);
  fc.assert(
    fc.property(fc.shuffledSubarray(blocks, { minLength: blocks.length }), (some) => {
      expect(complaints(load({ settings: `${some.map((block) => block.trimEnd()).join("\n")}\n` }))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
