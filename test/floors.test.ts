import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

/*
 * The house has floors: a file imports from lower floors and from its own folder, never sideways, never in a circle,
 * and each package has its homes. ARCHITECTURE.md says why; this reads every import.
 */

const ROOT = resolve(import.meta.dirname, "..");

/** The longest prefix counts. A room is what may not be left sideways. */
const ROOMS: readonly (readonly [prefix: string, floor: number])[] = [
  ["firmware/domain/", 0],
  ["firmware/hal/", 1],
  ["firmware/config/", 2],
  ["firmware/panel/", 2],
  ["firmware/sip/", 2],
  ["firmware/mqtt/", 2],
  ["firmware/ops/", 2],
  ["firmware/log.ts", 2],
  ["drivers/", 2],
  ["firmware/daemon.ts", 3],
  ["sim/", 4],
  ["firmware/cli/", 5],
];

const HOMES: Readonly<Record<string, readonly string[]>> = {
  "sip.js": ["firmware/sip/"],
  saxes: ["firmware/sip/"],
  mqtt: ["firmware/mqtt/"],
  pino: ["firmware/log.ts"],
  yaml: ["firmware/config/"],
  zod: ["firmware/config/"],
  onoff: ["drivers/"],
  koffi: ["drivers/"],
  epoll: ["drivers/"],
  serialport: ["drivers/"],
  ws: ["firmware/sip/transport/", "sim/"],
  aedes: ["sim/"],
};

const IMPORT = /(?:^|[\n;])\s*(?:import|export)\b[^"'`;]*?\bfrom\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g;

function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap((match) => match[1] ?? match[2] ?? []);
}

function room(file: string): { prefix: string; floor: number } | undefined {
  const found = ROOMS.find(([prefix]) => file.startsWith(prefix));
  return found && { prefix: found[0], floor: found[1] };
}

/** What is wrong with the imports of these files, by path from the root. */
function problems(sources: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const edges = new Map<string, string[]>();
  for (const [file, text] of sources) {
    const here = room(file);
    if (!here) {
      found.push(`${file}: stands on no floor`);
      continue;
    }
    for (const name of importsOf(text)) {
      if (name.startsWith("node:")) {
        if (here.floor < 2) found.push(`${file}: ${name} above the floor of pure code and contracts`);
        continue;
      }
      if (!name.startsWith(".")) {
        const home = Object.entries(HOMES).find(([pkg]) => name === pkg || name.startsWith(`${pkg}/`));
        if (!home) found.push(`${file}: package ${name} has no home`);
        else if (!home[1].some((prefix) => file.startsWith(prefix))) found.push(`${file}: ${home[0]} outside its home`);
        continue;
      }
      const target = relative(ROOT, resolve(ROOT, dirname(file), name));
      const there = room(target);
      edges.set(file, [...(edges.get(file) ?? []), target]);
      if (!there || !sources.has(target)) found.push(`${file}: ${name} is not a file of the house`);
      else if (there.floor > here.floor) found.push(`${file}: upward import of ${target}`);
      else if (there.floor === here.floor && there.prefix !== here.prefix) {
        found.push(`${file}: sideways import of ${target}`);
      }
    }
  }
  return [...found, ...circles(edges)];
}

function circles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push(`circle: ${[...path.slice(at), file].join(" → ")}`);
    if (at >= 0 || done.has(file)) return;
    for (const next of edges.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) walk(file, []);
  return found;
}

function house(): Map<string, string> {
  const files = ["firmware", "drivers", "sim"].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" }).map((name) => join(top, name)),
  );
  return new Map(files.filter((f) => f.endsWith(".ts")).map((f) => [f, readFileSync(join(ROOT, f), "utf8")]));
}

test("no import goes up, sideways or in a circle, and every package stays at home", () => {
  const sources = house();
  expect(sources.size).toBeGreaterThan(20);
  expect(problems(sources)).toEqual([]);
});

test("no source file is over 300 lines without a reason at its top", () => {
  const long = [...house()].filter(([, text]) => text.split("\n").length > 301 && !text.startsWith("/* Long because"));
  expect(long.map(([file]) => file)).toEqual([]);
});

test("a breach of each kind is seen", () => {
  const breach = (file: string, text: string) =>
    problems(
      new Map([
        [file, text],
        ["firmware/daemon.ts", ""],
        ["firmware/mqtt/topics.ts", ""],
        ["firmware/domain/line.ts", ""],
      ]),
    );
  expect(breach("firmware/sip/a.ts", 'import { x } from "../daemon.ts";')).toEqual([
    "firmware/sip/a.ts: upward import of firmware/daemon.ts",
  ]);
  expect(breach("firmware/sip/a.ts", 'import type {\n  X,\n} from "../mqtt/topics.ts";')).toEqual([
    "firmware/sip/a.ts: sideways import of firmware/mqtt/topics.ts",
  ]);
  expect(breach("sim/a.ts", 'const x = await import("mqtt");')).toEqual(["sim/a.ts: mqtt outside its home"]);
  expect(breach("sim/a.ts", 'export * from "left-pad";')).toEqual(["sim/a.ts: package left-pad has no home"]);
  expect(breach("firmware/domain/a.ts", 'import "node:fs";')).toHaveLength(1);
  expect(breach("sim/a.ts", 'import { a } from "./a.ts";')).toEqual(["circle: sim/a.ts → sim/a.ts"]);
  expect(breach("firmware/stray.ts", "")).toEqual(["firmware/stray.ts: stands on no floor"]);
  expect(breach("sim/a.ts", 'import type { LineId } from "../firmware/domain/line.ts";')).toEqual([]);
});
