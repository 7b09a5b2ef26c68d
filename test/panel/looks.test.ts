import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Scheme } from "../../firmware/domain/scheme.ts";
import { loadScheme } from "../config/data-files.ts";
import {
  alike,
  faultsOf,
  type Lamps,
  LOOKS,
  lampsOfSidecar,
  lampsOnBits,
  lampsWithoutLimit,
  patternsOf,
  type Switch,
} from "./looks.ts";

const boardConfigs = resolve(import.meta.dirname, "../../board-configs");

const SCHEMES: readonly Scheme[] = readdirSync(resolve(boardConfigs, "schemes")).map((file) => {
  const scheme = loadScheme(basename(file, ".yaml"), { boardConfigs });
  if (!scheme.ok) throw new Error(`${file} is not good`);
  return scheme.value;
});

/** Every kind of lamp. */
const KINDS: ReadonlyArray<readonly [kind: string, make: () => Promise<Lamps>]> = [
  ["of one LED", () => lampsOnBits(["white"])],
  ["of red and green", () => lampsOnBits(["red", "green"])],
  ["of red, green and blue", () => lampsOnBits(["red", "green", "blue"])],
  ["of a sidecar that runs all cadences", () => lampsOfSidecar({})],
  [
    "of a sidecar with one LED that knows few cadences",
    () => lampsOfSidecar({ colours: ["green"], cadences: ["flash", "dip"] }),
  ],
  ["of a sidecar that only switches", () => lampsOfSidecar({ colours: ["red", "green", "blue"], cadences: [] })],
];

const switches = fc.array(
  fc.record<Switch>({
    lamp: fc.constantFrom("1", "2"),
    look: fc.constantFrom(...LOOKS),
    wait: fc.oneof(fc.nat(700), fc.double({ min: 0, max: 300, noNaN: true })),
  }),
  { minLength: 1, maxLength: 25 },
);

describe.each(KINDS)("lamps %s", (_, make) => {
  it("start at most three flashes in any second and end in phase, whatever a scheme and the lines make of them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SCHEMES), switches, async (scheme, switched) => {
        expect(await faultsOf(await make(), scheme, switched)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it.each(SCHEMES.map((scheme) => [scheme.name, scheme] as const))(
    "show no two states alike in scheme %s, nor two answers to a press",
    async (_name, scheme) => {
      const { states, feedback } = scheme;
      expect(alike(await patternsOf(await make(), { ...states }))).toEqual([]);
      expect(alike(await patternsOf(await make(), { ...feedback, ringing: states.ringing }))).toEqual([]);
    },
  );
});

describe("what is looked at here", () => {
  const [good] = SCHEMES;
  if (good === undefined) throw new Error("there is no scheme");

  test("finds four flashes in a second on a lamp without the limit", async () => {
    const harmless = async (switched: readonly Switch[]): Promise<boolean> =>
      !(await faultsOf(lampsWithoutLimit(), good, switched)).some((fault) => fault.includes("four flashes"));
    const found = await fc.check(fc.asyncProperty(switches, harmless), { numRuns: 500 });
    expect(found.failed).toBe(true);
  });

  test("finds a lamp that is off the beat", async () => {
    const lamps = await lampsOnBits(["red"]);
    const late: Lamps = { ...lamps, now: () => lamps.now() + 250 };
    const [ringing] = await faultsOf(late, good, [{ lamp: "1", look: "ringing", wait: 0 }]);
    expect(ringing).toMatch(/^lamp 1: \S+ off the beat$/);
  });

  test("finds states that only colour tells apart, on any lamp", async () => {
    const { busy } = good.states;
    const held = { ...busy, colour: "green" } as const;
    const lamps = await lampsOnBits(["red", "green"]);
    expect(alike(await patternsOf(lamps, { ...good.states, held }))).toEqual(["busy and held"]);
  });
});
