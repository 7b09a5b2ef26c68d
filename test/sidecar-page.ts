import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** What SIDECAR.md says, for tests that hold it against both sides. */
const PAGE = readFileSync(resolve(import.meta.dirname, "../board-configs/SIDECAR.md"), "utf8");

/** A sentence about what happens. */
export interface Event {
  readonly kind: "event";
  readonly text: string;
}

export type Step = Event | { readonly kind: "host" | "module"; readonly line: string };

function stepOf(line: string): Step {
  if (line.startsWith("-- ")) return { kind: "event", text: line.slice(3) };
  return { kind: line.startsWith(">") ? "host" : "module", line };
}

export const CONVERSATIONS: readonly (readonly Step[])[] = [...PAGE.matchAll(/```conversation\n(.*?)```/gs)].map(
  ([, text = ""]) => text.trimEnd().split("\n").map(stepOf),
);

/** Text and CRC. */
export const VECTORS: readonly (readonly [string, string])[] = [
  ...PAGE.matchAll(/^\| `([^`]+)` \| `([0-9A-F]{4})` \|$/gm),
].map(([, text = "", crc = ""]) => [text, crc]);

/** Lit, dark, lit, dark … by cadence. */
export const CADENCES: ReadonlyMap<string, readonly number[]> = new Map(
  [...PAGE.matchAll(/^\| `([a-z-]+)` \| ([\d, ]+) \|$/gm)].map(([, name = "", parts = ""]) => [
    name,
    parts.split(", ").map(Number),
  ]),
);

/** The module that a conversation is about. */
export function cast(steps: readonly Step[]) {
  const [first] = steps;
  const text = first?.kind === "event" ? first.text : first?.line;
  const [, id, keys, colours = "", cadences = "", dims] =
    /^module (\d+): (\d+) keys, (\S+), (\S+?)(, dim)?$/.exec(text ?? "") ?? [];
  if (id === undefined) throw new Error(`a conversation begins with its module, not with: ${text}`);
  return {
    id: Number(id),
    keys: Number(keys),
    colours: colours.split(","),
    cadences: cadences === "-" ? [] : cadences.split(","),
    dims: dims !== undefined,
  };
}
