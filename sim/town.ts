import type { LineId } from "../firmware/domain/line.ts";
import type { Settings } from "../firmware/domain/settings.ts";

/** Somebody with a telephone. */
export interface Person {
  readonly number: LineId;
  readonly name: string;
}

/** Who has a telephone in a simulation. */
export interface Town {
  /** Beside the panel; none beside one that only watches. */
  readonly desk?: Person;
  /** Whom the panel watches, in the order of its keys. */
  readonly people: readonly Person[];
  /** Who calls. */
  readonly callers: readonly Person[];
}

const CALLERS = ["A supplier", "A customer", "A neighbour", "The post"] as const;

/** Everybody whom the settings name, and some who call. A key's label is the name of whoever is at its line. */
export function townOf({ keys, scope, pickup }: Settings): Town {
  const desk = pickup.phone?.line;
  const names = new Map<LineId, string>();
  for (const key of keys) if (key.kind === "line" && !names.has(key.line)) names.set(key.line, key.label);
  const members = [
    ...keys.flatMap((key) => (key.kind === "group" ? key.lines : [])),
    ...Object.values(scope.groups).flat(),
  ];
  for (const line of members) if (!names.has(line)) names.set(line, `Line ${line}`);
  const slots = keys.flatMap((key) => (key.kind === "park" ? [key.slot] : []));
  const people = Array.from(names, ([number, name]) => ({ number, name })).filter(({ number }) => number !== desk);
  const taken = new Set([...names.keys(), ...slots, ...(desk === undefined ? [] : [desk])]);
  return {
    ...(desk !== undefined && { desk: { number: desk, name: names.get(desk) ?? "Desk phone" } }),
    people,
    callers: callers(taken),
  };
}

/** In the first hundred, from 201 on, where nobody of the panel's is. */
function callers(taken: ReadonlySet<LineId>): readonly Person[] {
  for (let hundred = 200; ; hundred += 100) {
    const numbers = CALLERS.map((name, i) => ({ number: String(hundred + 1 + i), name }));
    if (numbers.every(({ number }) => !taken.has(number))) return numbers;
  }
}
