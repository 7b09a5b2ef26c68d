import { type Hours, type LocalTime, within } from "./hours.ts";
import type { LineId } from "./line.ts";

/** Which lines this panel may pick up. Watching a line is another right, given by naming it on a key. */
export interface Scope {
  readonly groups: Readonly<Record<string, readonly LineId[]>>;
  /** Names of the groups whose lines may be picked up; `pbx`: leave it to the PBX's own pickup groups. */
  readonly pickup: readonly string[] | "pbx";
  /** When a group may be picked up, by its name; always where it is not named. */
  readonly hours: Readonly<Record<string, readonly Hours[]>>;
}

/** `rule` says to a person which rule stood in the way. */
export type PickupRight = { readonly allowed: true } | { readonly allowed: false; readonly rule: string };

/** Asked before any SIP leaves for a pickup; the PBX still has the last word. */
export function mayPickUp(scope: Scope, line: LineId, now: LocalTime): PickupRight {
  const { pickup, groups, hours } = scope;
  const holding = Object.keys(groups).filter((group) => groups[group]?.includes(line));
  const granting = pickup === "pbx" ? holding : holding.filter((group) => pickup.includes(group));
  if (granting.length === 0) {
    if (pickup === "pbx") return { allowed: true };
    if (pickup.length === 0) return { allowed: false, rule: `this panel may pick up no group, line ${line} neither` };
    const rule = `line ${line} is in none of the groups this panel may pick up: ${pickup.join(", ")}`;
    return { allowed: false, rule };
  }
  if (granting.some((group) => within(hours[group] ?? ALWAYS, now))) return { allowed: true };
  const when = granting.map((group) => `${group} ${(hours[group] ?? []).map(({ text }) => text).join(", ")}`);
  return { allowed: false, rule: `line ${line} may be picked up only in these hours: ${when.join("; ")}` };
}

const ALWAYS: readonly Hours[] = [{ weekdays: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440, text: "always" }];
