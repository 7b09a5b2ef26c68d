import { type Privacy, strictest } from "../domain/privacy.ts";
import type { Known } from "./known.ts";
import { nearMiss } from "./near-miss.ts";
import type { Path, Source } from "./source.ts";

type Written = Exclude<Known["parts"]["scope"], undefined | "pbx">;

/** What only shows across the scope, the keys and the pickup. */
export function checkScope({ parts: { scope, pickup, keys, zone, privacy } }: Known, source: Source): void {
  const written = source.names([]);
  if (pickup !== undefined && !written.includes("scope")) {
    source.problem(["scope"], "missing; say which lines may be picked up, or write scope: pbx");
  }
  if (scope === undefined) return;
  const granting = scope === "pbx" ? scope : scope.pickup;
  if (!written.includes("pickup") && (granting === "pbx" || granting.length > 0)) {
    source.warn(["scope"], "allows pickups, but without pickup: this panel only watches");
  }
  if (scope === "pbx") return;

  checkGroupNames(scope, source);
  checkPrivacy(scope, privacy ?? "off", source);
  // A key that is wrong in itself may be the one that watches the line.
  if (keys === undefined || Object.keys(keys).length < source.names(["keys"]).length) return;
  const shown = Object.values(keys).flatMap((key) => {
    if (key.kind === "group") return scope.groups[key.group] ?? [];
    return key.kind === "line" ? [key.line] : [];
  });
  const others = [...(pickup?.phone ? [pickup.phone.line] : []), ...(zone ? (scope.groups[zone] ?? []) : [])];
  checkWatched(scope, new Set([...shown, ...others]), source);
}

function checkGroupNames({ pickup, hours }: Written, source: Source): void {
  if (pickup !== "pbx") {
    for (const [index, name] of pickup.entries()) checkGroup(name, ["scope", "pickup", index], source);
  }
  for (const name of Object.keys(hours)) {
    const path = ["scope", "hours", name];
    const wrong = groupProblem(name, source);
    if (wrong !== undefined) source.problemOfKey(path, wrong);
    else if (pickup !== "pbx" && !pickup.includes(name)) {
      source.warn(path, "mean nothing, since scope.pickup does not name this group; add it there, or take them out");
    }
  }
}

/** A group that says nothing closes what another one opens: whoever wrote the one may not have thought of the other. */
function checkPrivacy({ groups, privacy }: Written, otherwise: Privacy, source: Source): void {
  for (const [name, wanted] of Object.entries(privacy)) {
    const path = ["scope", "privacy", name];
    const wrong = groupProblem(name, source);
    if (wrong !== undefined) source.problemOfKey(path, wrong);
    if (strictest([wanted, otherwise]) === wanted) continue;
    const silent = Object.keys(groups).filter((group) => privacy[group] === undefined);
    for (const line of groups[name] ?? []) {
      const closing = silent.find((group) => groups[group]?.includes(line));
      if (closing === undefined) continue;
      const mend = `write ${wanted} for ${closing} as well, or take ${line} out of one of them`;
      source.warn(
        path,
        `does not hold for line ${line}: in group ${closing} it is ${otherwise}, as in privacy; ${mend}`,
      );
      break;
    }
  }
}

/** Tells where a group is named that is not there. */
export function checkGroup(name: string, path: Path, source: Source): void {
  const wrong = groupProblem(name, source);
  if (wrong !== undefined) source.problem(path, wrong);
}

function groupProblem(name: string, source: Source): string | undefined {
  const groups = source.names(["scope", "groups"]);
  if (groups.includes(name)) return undefined;
  const meant = nearMiss(name, groups);
  if (meant !== undefined) return `there is no group ${name}; did you mean ${meant}?`;
  return `there is no group ${name}; ${groups.length > 0 ? `the groups are ${groups.join(", ")}` : "write it below scope.groups"}`;
}

function checkWatched(scope: Written, watched: ReadonlySet<string>, source: Source): void {
  for (const [name, lines] of Object.entries(scope.groups)) {
    for (const [index, line] of lines.entries()) {
      if (watched.has(line)) continue;
      const path = ["scope", "groups", name, index];
      const text = `no key watches line ${line}; give it a key, or take it out`;
      // A group that grants nothing may be there for other panels.
      if (scope.pickup.includes(name)) source.problem(path, text);
      else source.warn(path, text);
    }
  }
}
