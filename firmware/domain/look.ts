import { CADENCES, type CadenceName } from "./cadence.ts";
import { LINE_STATES, type LineState } from "./line-state.ts";

/** What an eye sees that reads no reports. */
const SIGHTS = ["lit", "unlit", "flashing"] as const;
export type Sight = (typeof SIGHTS)[number];

/** What a lamp can be expected to show: what its line does, or a pattern, both as reported; or what an eye sees. */
export type Look = LineState | CadenceName | Sight;

/** All of them. */
export const LOOKS: readonly Look[] = [...LINE_STATES, ...(Object.keys(CADENCES) as CadenceName[]), ...SIGHTS];
