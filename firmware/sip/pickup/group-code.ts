import { type Inapplicable, inapplicable, type Method, type Prey, type Target } from "./method.ts";

/** Pickup of whatever rings longest in the PBX's own group. It takes what the PBX allows, so it is for `scope: pbx` only. */
export const GROUP_CODE: Method = {
  name: "group-code",
  target({ profile }: Prey): Target | Inapplicable {
    const code = profile.pickup.group;
    return code === undefined
      ? inapplicable(`profile ${profile.name} has no code for group pickup`)
      : { kind: "dial", user: code };
  },
};
