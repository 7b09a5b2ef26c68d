import { describe, expect, it } from "vitest";
import { COLOURS, type Colour, ledsFor } from "../../firmware/domain/lamp.ts";

/** A letter a LED. */
const LETTERS: Readonly<Record<Colour, string>> = { red: "r", green: "g", amber: "a", blue: "b", white: "w" };

function spelt(leds: readonly Colour[]): string {
  return leds.map((led) => LETTERS[led]).join("");
}

/** The LEDs of a lamp, then those that show red, green, amber, blue and white. */
const TABLE = `
r      r  r  r   r  r
g      g  g  g   g  g
a      a  a  a   a  a
b      b  b  b   b  b
w      w  w  w   w  w
rg     r  g  rg  g  rg
ra     r  a  a   a  a
rb     r  b  r   b  b
rw     r  w  r   w  w
ga     a  g  a   g  a
gb     b  g  g   b  g
gw     w  g  w   w  w
ab     a  b  a   b  a
aw     a  w  a   w  w
bw     w  w  w   b  w
rga    r  g  a   g  rg
rgb    r  g  rg  b  rgb
rgw    r  g  rg  w  w
rab    r  b  a   b  a
raw    r  w  a   w  w
rbw    r  w  r   b  w
gab    a  g  a   b  a
gaw    a  g  a   w  w
gbw    w  g  w   b  w
abw    a  w  a   b  w
rgab   r  g  a   b  rgb
rgaw   r  g  a   w  w
rgbw   r  g  rg  b  w
rabw   r  w  a   b  w
gabw   a  g  a   b  w
rgabw  r  g  a   b  w
`;

const rows = TABLE.trim()
  .split("\n")
  .map((line) => line.split(/ +/));

/** Every set of LEDs, in the order of COLOURS. */
const SETS = Array.from({ length: 2 ** COLOURS.length }, (_, bits) => COLOURS.filter((_, i) => bits & (1 << i)));

describe("ledsFor", () => {
  it("has a row for every lamp with an LED", () => {
    expect(rows.map(([lamp]) => lamp).sort()).toEqual(SETS.map(spelt).filter(Boolean).sort());
  });

  it.each(rows)("shows on a lamp of %s red, green, amber, blue and white as %s, %s, %s, %s, %s", (lamp, ...shown) => {
    const available = COLOURS.filter((colour) => lamp.includes(LETTERS[colour]));
    expect(COLOURS.map((colour) => spelt(ledsFor(colour, available)))).toEqual(shown);
  });

  it("does not mind in which order the LEDs are named", () => {
    for (const available of SETS) {
      for (const colour of COLOURS) {
        expect(ledsFor(colour, available.toReversed())).toEqual(ledsFor(colour, available));
      }
    }
  });

  it("lights nothing on a lamp without LEDs", () => {
    for (const colour of COLOURS) expect(ledsFor(colour, [])).toEqual([]);
  });
});
