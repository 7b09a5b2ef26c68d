import type { Millis } from "../../firmware/domain/millis.ts";

/** The table of SIDECAR.md, as a module has it in its memory: lit, dark, lit, dark … */
const CADENCES: ReadonlyMap<string, readonly Millis[]> = new Map([
  ["dark", [0, 2000]],
  ["steady", [2000]],
  ["flash", [250, 250]],
  ["slow", [1000, 1000]],
  ["wink", [100, 1900]],
  ["double-wink", [100, 200, 100, 1600]],
  ["dip", [1800, 200]],
  ["tick", [900, 100]],
  ["pending", [400, 100]],
  ["refused", [1400, 200, 200, 200]],
  ["too-late", [600, 200, 200, 1000]],
  ["failed", [500, 500]],
]);

/** What a module can run itself, besides dark and steady. */
export const PATTERNS: readonly string[] = [...CADENCES.keys()].filter((name) => isFlashing(name));

const OPENING: Millis = 100;
const SECOND: Millis = 1000;
const MOST_IN_A_SECOND = 3;

/** Where a module has got to: its own time, and the beat. */
export interface Moment {
  readonly now: Millis;
  readonly beat: Millis;
}

/** One lamp of a sidecar. */
export class Bulb {
  lit = false;
  colours: readonly string[] = [];
  cadence = "dark";
  #openUntil = Number.NEGATIVE_INFINITY;
  #opening = false;
  /** When it last went on: at most three moments. */
  #wentOn: readonly Millis[] = [];

  show(colours: readonly string[], cadence: string, moment: Moment): void {
    if (colours.join() !== this.colours.join()) this.lit = false;
    if (cadence !== this.cadence) {
      this.#openUntil = isFlashing(cadence) ? moment.now + OPENING : Number.NEGATIVE_INFINITY;
      this.#opening = !this.lit;
    }
    this.colours = colours;
    this.cadence = cadence;
    this.draw(moment);
  }

  draw({ now, beat }: Moment): void {
    this.#put(now < this.#openUntil ? this.#opening : isLit(this.cadence, beat), now);
  }

  /** Whether time alone can change it. */
  isRestless({ now, beat }: Moment): boolean {
    return isFlashing(this.cadence) || now < this.#openUntil || this.lit !== isLit(this.cadence, beat);
  }

  #put(wanted: boolean, now: Millis): void {
    if (wanted && !this.lit) {
      const recent = this.#wentOn.filter((at) => now - at < SECOND);
      if (recent.length >= MOST_IN_A_SECOND) return;
      this.#wentOn = [...recent, now];
    }
    this.lit = wanted;
  }
}

function isFlashing(cadence: string): boolean {
  return cadence !== "dark" && cadence !== "steady";
}

function isLit(cadence: string, beat: Millis): boolean {
  const parts = CADENCES.get(cadence) ?? [];
  const period = parts.reduce((sum, part) => sum + part, 0);
  let left = Math.floor(beat) % period;
  for (const [i, part] of parts.entries()) {
    if (left < part) return i % 2 === 0;
    left -= part;
  }
  return false;
}
