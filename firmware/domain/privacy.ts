import type { LineId } from "./line.ts";
import type { Scope } from "./scope.ts";

/** What may be told of who calls: nothing, so much that only those who expect the call know it, or name and number. */
export type Privacy = "off" | "masked" | "full";

/** As the panel's settings have them. */
export interface PrivacyRules {
  /** Where no group has a say. */
  readonly privacy: Privacy;
  /** By the name of a group in scope; absent: none has a say of its own. */
  readonly groupPrivacy?: Readonly<Record<string, Privacy>>;
  readonly scope: Pick<Scope, "groups">;
}

const STRICTEST_FIRST: readonly Privacy[] = ["off", "masked", "full"];

/** What of several holds; undefined for none. */
export function strictest(all: readonly Privacy[]): Privacy | undefined {
  return STRICTEST_FIRST.find((one) => all.includes(one));
}

/**
 * What may be told of a line's callers. Each group that holds the line has a say: its own, else the panel's; of several
 * the strictest is meant, so that no group can open what another one closes.
 */
export function privacyOf(line: LineId, { privacy, groupPrivacy = {}, scope: { groups } }: PrivacyRules): Privacy {
  const holding = Object.keys(groups).filter((group) => groups[group]?.includes(line));
  return strictest(holding.map((group) => groupPrivacy[group] ?? privacy)) ?? privacy;
}
