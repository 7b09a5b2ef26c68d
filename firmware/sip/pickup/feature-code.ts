import { type Inapplicable, inapplicable, type Method, type Prey, type Target } from "./method.ts";

/** Directed pickup by a code that the PBX understands: "**101". A member of a ring group may need another one. */
export const FEATURE_CODE: Method = {
  name: "feature-code",
  target({ line, inRingGroup, profile }: Prey): Target | Inapplicable {
    const { directed, ringGroup } = profile.pickup;
    const code = inRingGroup ? (ringGroup ?? directed) : (directed ?? ringGroup);
    if (code === undefined) return inapplicable(`profile ${profile.name} has no code for directed pickup`);
    return { kind: "dial", user: code.replaceAll("{line}", () => line) };
  },
};
