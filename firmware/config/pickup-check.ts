import type { Profile } from "../domain/profile.ts";
import type { Known } from "./known.ts";
import { DEFAULT_LANDINGS } from "./pickup-file.ts";
import type { Source } from "./source.ts";

type Landings = typeof DEFAULT_LANDINGS;

/** What only shows across the pickup, the profile and the scope. */
export function checkPickup(known: Known, source: Source): void {
  const { pickup } = known.parts;
  if (pickup === undefined) return;
  const written = source.names(["pickup"]);
  // Landings that are wrong in themselves are told already, and what they should have been is not known.
  const landings = pickup.landings ?? (written.includes("landings") ? [] : DEFAULT_LANDINGS);
  if (!written.includes("phone")) {
    const text = `missing, and landing ${landings[0] ?? "desk-phone"} needs it; write phone: { line: "102" }`;
    source.problem(["pickup", "phone"], text);
  }
  checkPhone(landings, known, source);
  if (known.profile === undefined) return;
  checkMethod(known.profile, known, source);
  checkLandings(landings, known.profile, known, source);
}

function checkPhone(landings: Landings, { parts, profile }: Known, source: Source): void {
  const phone = parts.pickup?.phone;
  if (phone === undefined) return;
  if (landings.includes("desk-phone") && phone.dial === undefined && profile && profile.intercom === undefined) {
    const text = `missing, and profile ${profile.name} has no intercom code; write what makes this phone answer, such as "*80102"`;
    source.problem(["pickup", "phone", "dial"], text);
  }
  if (landings.includes("remote-control") && !source.names(["pickup", "phone"]).includes("remote")) {
    const text =
      "missing, and landing remote-control needs it; write remote: { phone: yealink, url: https://192.0.2.7 }";
    source.problem(["pickup", "phone", "remote"], text);
  }
  if (phone.whenBusy === "ring" && landings.length > 0 && !landings.includes("transfer")) {
    const text = "only landing transfer can prove a pickup for a phone in use; add it to landings, or write refuse";
    source.problem(["pickup", "phone", "whenBusy"], text);
  }
}

function checkMethod(profile: Profile, { parts }: Known, source: Source): void {
  const { name, pickup } = profile;
  const path = ["pickup", "method"];
  switch (parts.pickup?.method) {
    case "feature-code":
      if (directedOf(profile) !== undefined) return;
      source.problem(path, `profile ${name} has no code for directed pickup; add pickup.directed to it`);
      return;
    case "replaces":
      if (pickup.replaces) return;
      source.problem(
        path,
        `profile ${name} has replaces: false, so that its calls cannot be replaced; write auto or feature-code`,
      );
      return;
    case "group-code":
      if (pickup.group === undefined) {
        source.problem(path, `profile ${name} has no code for group pickup; add pickup.group to it`);
      }
      if (parts.scope !== undefined && !isLeftToPbx(parts.scope)) {
        source.problem(path, "a group code takes whatever the PBX allows; write scope: pbx, or method: auto");
      }
      return;
    default:
      if (directedOf(profile) !== undefined || pickup.replaces || groupCodeOf(profile, parts) !== undefined) return;
      source.problem(
        ["pbx", "profile"],
        `${name} has nothing that takes a ringing call; add pickup.directed to it, or take pickup out here`,
      );
  }
}

function checkLandings(landings: Landings, profile: Profile, { parts }: Known, source: Source): void {
  for (const [index, landing] of landings.entries()) {
    const path = ["pickup", "landings", index];
    if (landing === "transfer" && profile.transfers === "peer") {
      const why = "and one that does not know it would keep the caller on the panel";
      source.problem(path, `a proxy leaves a transfer to each caller's phone, ${why}; write desk-phone`);
    }
    if (landing === "remote-control" && isOnlyReplaced(profile, parts)) {
      source.problem(path, "a phone can only be told to dial, and here calls are taken by Replaces; write desk-phone");
    }
  }
}

/** Whether Replaces is all there is, and no code that a person could dial. */
function isOnlyReplaced(profile: Profile, parts: Known["parts"]): boolean {
  if (!profile.pickup.replaces) return false;
  if (parts.pickup?.method === "replaces") return true;
  return directedOf(profile) === undefined && groupCodeOf(profile, parts) === undefined;
}

function directedOf({ pickup }: Profile): string | undefined {
  return pickup.directed ?? pickup.ringGroup;
}

/** By itself, a panel takes it for a group key only, and where the PBX decides whom that means. */
function groupCodeOf({ pickup }: Profile, { scope, keys }: Known["parts"]): string | undefined {
  const groupKeys = Object.values(keys ?? {}).some((key) => key.kind === "group");
  return groupKeys && isLeftToPbx(scope) ? pickup.group : undefined;
}

function isLeftToPbx(scope: Known["parts"]["scope"]): boolean {
  return scope === "pbx" || scope?.pickup === "pbx";
}
