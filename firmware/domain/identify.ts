import type { Board } from "./board.ts";
import { CADENCE_NAMES, type CadenceName, isFlashing } from "./cadence.ts";
import type { LampId } from "./key.ts";
import type { LampState } from "./lamp.ts";
import type { Millis } from "./millis.ts";
import type { Scheme } from "./scheme.ts";
import { lampsOn } from "./wiring.ts";

/** How long lamps show which they are: somebody has to walk up to them. */
export const IDENTIFY: Millis = 10_000;

/** Even and slower than a ring, where the scheme leaves it free. */
const PREFERRED: readonly CadenceName[] = ["failed", "pending"];

/** A look that no state has, so that a lamp which shows where it is says nothing of a line. A scheme leaves some free. */
export function identifyLook({ states }: Scheme): LampState {
  const taken = new Set(Object.values(states).map(({ cadence }) => cadence));
  const free = [...PREFERRED, ...CADENCE_NAMES.filter(isFlashing)].filter((cadence) => !taken.has(cadence));
  return { colour: "amber", cadence: free[0] ?? "failed" };
}

/** The lamps that somebody names: all, where nothing is named; or why there are none such. */
export function lampsNamed(
  board: Board,
  { key, bank }: { readonly key?: LampId; readonly bank?: string },
): { readonly lamps?: ReadonlySet<LampId> } | { readonly why: string } {
  const ids = [...board.keys, ...(board.lamps ?? [])].map(({ id }) => id);
  if (key !== undefined) {
    if (ids.includes(key)) return { lamps: new Set([key]) };
    return { why: `board ${board.name} has no key ${key}; it has ${ids.join(", ")}` };
  }
  if (bank === undefined) return {};
  const names = board.banks.map(({ name }) => name);
  if (!names.includes(bank)) return { why: `board ${board.name} has no bank ${bank}; it has ${names.join(", ")}` };
  const lamps = lampsOn(board, bank);
  return lamps.length > 0 ? { lamps: new Set(lamps) } : { why: `there is no lamp on bank ${bank}` };
}
