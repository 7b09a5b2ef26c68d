import type * as z from "zod";
import { nearMiss } from "./near-miss.ts";
import { nameOf, type Path, type Source } from "./source.ts";

type Issue = z.core.$ZodIssue;

/**
 * First of the two passes: each field by itself. `whole` is there where nothing was wrong. Where something was, the good
 * parts go on to the second pass all the same, so that a person gets all there is to say at once; `lenient` says what may
 * be missing from them.
 */
export function firstPass<Whole, Parts>(
  schema: z.ZodType<Whole>,
  lenient: z.ZodType<Parts>,
  source: Source,
): { readonly whole: Whole | undefined; readonly parts: Parts | undefined } {
  const result = schema.safeParse(source.value);
  if (!result.success) report(flat(result.error.issues), source);
  return {
    whole: result.data,
    // Not for files of which no second pass is made.
    get parts() {
      return goodParts(lenient, source.value);
    },
  };
}

function report(issues: readonly Issue[], source: Source): void {
  const explained = explainedBy(issues);
  for (const issue of issues) {
    const { path, message } = issue;
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) unknownKey([...path, key], message.split(", "), source);
    } else if (issue.code === "invalid_key") {
      source.problemOfKey(path, issue.issues[0]?.message ?? message);
    } else if (!message.startsWith("missing;") || !explained(path)) {
      source.problem(path, message);
    }
  }
}

/** What an unknown key was meant to be is not missing as well. */
function explainedBy(issues: readonly Issue[]): (path: Path) => boolean {
  const meant = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    for (const key of issue.keys) meant.add(nameOf([...issue.path, nearMiss(key, issue.message.split(", ")) ?? key]));
  }
  return (path) => meant.has(nameOf(path));
}

function unknownKey(path: Path, known: readonly string[], source: Source): void {
  const meant = nearMiss(String(path.at(-1)), known);
  const where = path.length === 1 ? "" : ` of ${nameOf(path.slice(0, -1))}`;
  const mend = meant === undefined ? `the keys${where} are ${known.join(", ")}` : `did you mean ${meant}?`;
  source.problemOfKey(path, `unknown key; ${mend}`);
}

/** Of the ways in which a value could be right, the one that its author took, where that can be told. */
function flat(issues: readonly Issue[], above: Path = []): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...above, ...issue.path];
    if (issue.code === "invalid_union") {
      const near = issue.errors.filter((branch) => !branch.some(isOfAnotherKind));
      const taken = near[0];
      if (near.length === 1 && taken) return flat(taken, path);
    }
    return [{ ...issue, path }];
  });
}

function isOfAnotherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((branch) => branch.some(isOfAnotherKind));
  return issue.code === "invalid_type" || issue.code === "invalid_value";
}

/** Takes out what is wrong, and then what is incomplete without it, until the rest is right. */
function goodParts<Parts>(schema: z.ZodType<Parts>, value: unknown): Parts | undefined {
  const rest: unknown = structuredClone(value);
  for (;;) {
    const result = schema.safeParse(rest);
    if (result.success) return result.data;
    const wrong = flat(result.error.issues).flatMap((issue): Path[] =>
      issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
    );
    // All are looked up before any is removed: what is missing by then would otherwise take its surroundings along.
    const entries = wrong.flatMap((path) => deepestEntry(rest, path) ?? []);
    if (entries.length === 0) return undefined;
    for (const { map, key } of entries) delete map[key];
  }
}

interface Entry {
  readonly map: Record<PropertyKey, unknown>;
  readonly key: PropertyKey;
}

/** The deepest map entry on the way to `path`. A list goes as a whole, so that the places in it stay true. */
function deepestEntry(value: unknown, path: Path): Entry | undefined {
  let entry: Entry | undefined;
  let here = value;
  for (const step of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) break;
    const holder = here as Record<PropertyKey, unknown>;
    if (!Array.isArray(here)) entry = { map: holder, key: step };
    here = holder[step];
  }
  return entry;
}
