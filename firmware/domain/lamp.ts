import type { CadenceName } from "./cadence.ts";

export const COLOURS = ["red", "green", "amber", "blue", "white"] as const;

export type Colour = (typeof COLOURS)[number];

/** What a lamp is asked to look like. A lamp without that colour shows the cadence in the one it has. */
export interface LampState {
  readonly colour: Colour;
  readonly cadence: CadenceName;
}

/**
 * Which LEDs of a lamp show a colour: its own LED, else amber by red and green together, else the first LED there is.
 * The cadence carries the meaning, so a lamp in the wrong colour is still read rightly; only one without LEDs shows nothing.
 */
export function ledsFor(colour: Colour, available: readonly Colour[]): readonly Colour[] {
  if (available.includes(colour)) return [colour];
  if (colour === "amber" && available.includes("red") && available.includes("green")) return ["red", "green"];
  return available.slice(0, 1);
}
