import type { CadenceName } from "./cadence.ts";

export const COLOURS = ["red", "green", "amber", "blue", "white"] as const;

export type Colour = (typeof COLOURS)[number];

/** What a lamp is asked to look like. A lamp without that colour shows the cadence in the one it has. */
export interface LampState {
  readonly colour: Colour;
  readonly cadence: CadenceName;
}

/**
 * By colour, what makes it, the truest first: one LED or several together, and then other colours. Red and green mean
 * opposites, so each stands in for the other last.
 */
const MIXES: Readonly<Record<Colour, readonly (readonly Colour[])[]>> = {
  red: [["red"], ["amber"], ["white"], ["blue"], ["green"]],
  green: [["green"], ["white"], ["blue"], ["amber"], ["red"]],
  amber: [["amber"], ["red", "green"], ["red"], ["white"], ["green"], ["blue"]],
  blue: [["blue"], ["white"], ["green"], ["amber"], ["red"]],
  white: [["white"], ["red", "green", "blue"], ["red", "green"], ["amber"], ["green"], ["blue"], ["red"]],
};

/**
 * Which LEDs of a lamp show a colour. The cadence carries the meaning, so a lamp in the wrong colour is still read rightly;
 * only one without LEDs shows nothing.
 */
export function ledsFor(colour: Colour, available: readonly Colour[]): readonly Colour[] {
  return MIXES[colour].find((mix) => mix.every((led) => available.includes(led))) ?? [];
}
