import { type Inapplicable, inapplicable, type Method, type Prey, type Target } from "./method.ts";

/** Fetching of a parked call: the slot's own number, or a code with it. */
export const PARK_SLOT: Method = {
  name: "park-slot",
  target({ line, profile }: Prey): Target | Inapplicable {
    const code = profile.pickup.park;
    return code === undefined
      ? inapplicable(`profile ${profile.name} has no code for fetching a parked call`)
      : { kind: "dial", user: code.replaceAll("{slot}", () => line) };
  },
};
