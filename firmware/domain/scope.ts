import type { LineId } from "./line.ts";

/** Which lines this panel may pick up. Watching a line is another right, given by naming it on a key. */
export type Scope =
  /** Leave it to the PBX's own pickup groups. */
  | { readonly kind: "pbx" }
  | {
      readonly kind: "groups";
      readonly groups: Readonly<Record<string, readonly LineId[]>>;
      /** Names of the groups whose lines may be picked up. */
      readonly pickup: readonly string[];
    };

/** `rule` says to a person which rule stood in the way. */
export type PickupRight = { readonly allowed: true } | { readonly allowed: false; readonly rule: string };

/** Asked before any SIP leaves for a pickup; the PBX still has the last word. */
export function mayPickUp(scope: Scope, line: LineId): PickupRight {
  if (scope.kind === "pbx") return { allowed: true };
  if (scope.pickup.length === 0)
    return { allowed: false, rule: `this panel may pick up no group, line ${line} neither` };
  for (const [group, lines] of Object.entries(scope.groups)) {
    if (scope.pickup.includes(group) && lines.includes(line)) return { allowed: true };
  }
  const groups = scope.pickup.join(", ");
  return { allowed: false, rule: `line ${line} is in none of the groups this panel may pick up: ${groups}` };
}
