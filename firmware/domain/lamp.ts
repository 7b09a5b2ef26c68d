import type { CadenceName } from "./cadence.ts";

export type Colour = "red" | "green" | "amber" | "blue" | "white";

/** What a lamp is asked to look like. A lamp without that colour shows the cadence in the one it has. */
export interface LampState {
  readonly colour: Colour;
  readonly cadence: CadenceName;
}
